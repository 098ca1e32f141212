//! VP8 (RFC 6386) through libvpx. The only place with foreign code; every `unsafe` block says why it is sound.

mod decoder;
mod encoder;
mod header;
mod temporal;

pub use decoder::Decoder;
pub use encoder::{Encoder, EncoderConfig};
pub use header::FrameHeader;
pub use temporal::TemporalLayers;

/// Why a picture could not be coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The settings are outside what VP8 can do, or memory is short.
    #[error("the codec could not be set up (libvpx {0})")]
    Setup(u32),
    /// The picture's size is not the encoder's.
    #[error("the picture has another size than the encoder")]
    WrongSize,
    /// libvpx refused the picture.
    #[error("the picture could not be encoded (libvpx {0})")]
    Encode(u32),
    /// The frame is damaged, or the ones it depends on are missing: go on with a key frame.
    #[error("the frame cannot be decoded")]
    Damaged,
    /// The frame says it is larger than is accepted.
    #[error("the frame is too large")]
    TooLarge,
}

/// Turns a libvpx result into ours.
fn check(code: vpx_sys::vpx_codec_err_t, error: impl FnOnce(u32) -> CodecError) -> Result<(), CodecError> {
    match code {
        vpx_sys::vpx_codec_err_t::VPX_CODEC_OK => Ok(()),
        code => Err(error(code as u32)),
    }
}
