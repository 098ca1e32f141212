//! A VP8 decoder that takes whatever the network brings.

use super::{CodecError, FrameHeader, check};
use crate::video::picture::{I420, PicturePool, Plane, VideoSize};
use std::ffi::{c_int, c_uint};
use std::mem::MaybeUninit;

/// Pictures with more pixels are refused before memory is taken for them: 16 383 x 16 383 would need over a gigabyte.
const MAX_PIXELS: u32 = 4096 * 2304;

/// Decodes one stream.
pub struct Decoder {
    ctx: vpx_sys::vpx_codec_ctx_t,
    pool: PicturePool,
    /// A delta frame makes sense only after a key frame, and after no failure since.
    in_sync: bool,
}

// SAFETY: a libvpx context is bound to no thread; `&mut self` on every use keeps two threads from being inside it.
unsafe impl Send for Decoder {}

impl Decoder {
    /// Opens a decoder.
    pub fn new() -> Result<Self, CodecError> {
        Ok(Self { ctx: open()?, pool: PicturePool::default(), in_sync: false })
    }

    /// Decodes a frame; `None` for one that is only there for others to depend on.
    ///
    /// After an error every frame up to the next key frame is [`CodecError::Damaged`] too.
    pub fn decode(&mut self, frame: &[u8]) -> Result<Option<I420>, CodecError> {
        match FrameHeader::parse(frame) {
            Some(FrameHeader::Key(size)) if pixels(size) > MAX_PIXELS => return Err(CodecError::TooLarge),
            Some(FrameHeader::Delta) if !self.in_sync => return Err(CodecError::Damaged),
            None => return Err(self.lose_sync()),
            Some(_) => {}
        }
        let length = c_uint::try_from(frame.len()).map_err(|_| CodecError::TooLarge)?;
        // SAFETY: the context is open; libvpx reads `length` bytes at the pointer during the call and keeps none.
        let code = unsafe {
            vpx_sys::vpx_codec_decode(&raw mut self.ctx, frame.as_ptr(), length, std::ptr::null_mut(), 0)
        };
        if check(code, |_| CodecError::Damaged).is_err() || self.is_corrupted() {
            return Err(self.lose_sync());
        }
        self.in_sync = true;
        Ok(self.take_picture())
    }

    fn lose_sync(&mut self) -> CodecError {
        self.in_sync = false;
        CodecError::Damaged
    }

    fn is_corrupted(&mut self) -> bool {
        let mut corrupted: c_int = 0;
        let id = vpx_sys::vp8_dec_control_id::VP8D_GET_FRAME_CORRUPTED as c_int;
        // SAFETY: the context is open, and this control writes one int behind the pointer.
        let code = unsafe { vpx_sys::vpx_codec_control_(&raw mut self.ctx, id, &raw mut corrupted) };
        code != vpx_sys::vpx_codec_err_t::VPX_CODEC_OK || corrupted != 0
    }

    fn take_picture(&mut self) -> Option<I420> {
        let mut iter = std::ptr::null();
        // SAFETY: the context is open; libvpx gives null or an image that stays valid until the next decode call.
        let image = unsafe { vpx_sys::vpx_codec_get_frame(&raw mut self.ctx, &raw mut iter).as_ref() }?;
        if image.fmt != vpx_sys::vpx_img_fmt::VPX_IMG_FMT_I420 {
            return None;
        }
        let size = VideoSize::new(u16::try_from(image.d_w).ok()?, u16::try_from(image.d_h).ok()?);
        let mut picture = self.pool.take(size);
        for (index, plane) in [Plane::Y, Plane::U, Plane::V].into_iter().enumerate() {
            let row_len = picture.stride(plane);
            let stride = isize::try_from(image.stride[index]).ok()?;
            for (row, out) in picture.plane_mut(plane).chunks_exact_mut(row_len).enumerate() {
                // SAFETY: an I420 image of d_w x d_h has in each plane as many rows of at least `row_len` bytes as
                // ours, `stride` bytes apart, and stays valid until the next decode call, which `&mut self` rules out.
                let line = unsafe {
                    std::slice::from_raw_parts(image.planes[index].offset(row as isize * stride), row_len)
                };
                out.copy_from_slice(line);
            }
        }
        Some(picture)
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: the context was opened in `new` and is destroyed only here.
        unsafe { vpx_sys::vpx_codec_destroy(&raw mut self.ctx) };
    }
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").field("in_sync", &self.in_sync).finish_non_exhaustive()
    }
}

fn open() -> Result<vpx_sys::vpx_codec_ctx_t, CodecError> {
    let mut ctx = MaybeUninit::zeroed();
    let cfg = vpx_sys::vpx_codec_dec_cfg_t { threads: 1, w: 0, h: 0 };
    // SAFETY: the context is plain data that libvpx fills; `cfg` outlives the call, which copies it.
    unsafe {
        let code = vpx_sys::vpx_codec_dec_init_ver(
            ctx.as_mut_ptr(),
            vpx_sys::vpx_codec_vp8_dx(),
            &raw const cfg,
            0,
            vpx_sys::VPX_DECODER_ABI_VERSION as c_int,
        );
        check(code, CodecError::Setup)?;
        Ok(ctx.assume_init())
    }
}

fn pixels(size: VideoSize) -> u32 {
    u32::from(size.width) * u32::from(size.height)
}
