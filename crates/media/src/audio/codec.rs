//! Opus (RFC 6716, RFC 7587): mono, 48 kHz, 20 ms a packet.

use super::{FRAME_SAMPLES, Frame, SAMPLE_RATE, level};
use crate::EncodedAudio;
use bytes::Bytes;

/// Samples in one packet of ours: 20 ms.
pub(super) const PACKET_SAMPLES: usize = 2 * FRAME_SAMPLES;

/// The longest packet Opus knows: 120 ms (RFC 6716, section 2.1.4).
pub(super) const MAX_PACKET_SAMPLES: usize = 5760;

/// The largest packet we make; at 32 kbit/s one is about 80 bytes.
const MAX_PACKET_BYTES: usize = 1200;

/// Packets of this size or less say "nothing to send" when DTX is on (RFC 7587, section 3.1.3).
const DTX_PACKET_BYTES: usize = 2;

/// How hard libopus searches, 0 to 10; its own default is 9. At 6 a packet of speech costs a fifth less and
/// loses at most 0.1 of PESQ's 4.6; at 5 it costs the same and loses up to 0.3 (`docs/benchmarks.md`).
const SPEECH_COMPLEXITY: i32 = 6;

/// From this expected loss on, in percent, libopus spends enough on forward error correction at 32 kbit/s.
const PROTECTING_LOSS: u8 = 10;

/// Why Opus failed. None of these is worth a retry with the same input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The codec could not be set up with these options.
    #[error("opus setup failed")]
    Setup,
    /// A frame could not be encoded.
    #[error("opus encoding failed")]
    Encode,
    /// The packet is not Opus.
    #[error("not an opus packet")]
    Malformed,
}

/// What is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Speech: libopus may filter out what is not heard in it, such as everything below about 60 Hz, and packets
    /// carry forward error correction.
    Speech,
    /// Any sound, kept as it is (a stethoscope): the whole band and no forward error correction, which Opus has for
    /// speech only.
    Sound,
}

/// How sound is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncoderOptions {
    /// What is encoded.
    pub content: Content,
    /// Bits per second.
    pub bitrate: u32,
    /// Expected packet loss in percent, 0 to 100: how much is spent on in-band forward error correction. Nothing for 0;
    /// anything else counts as 10 at least, because at 32 kbit/s libopus spends nothing for 5. By default 10, until
    /// the receivers have said something.
    pub expected_loss: u8,
    /// Sends nothing during silence but a packet every 400 ms. Who listens on the line learns when somebody speaks,
    /// which the answers of the other tell as well.
    pub dtx: bool,
    /// Constant bit rate. Packet sizes of variable rate tell a listener what was said (RFC 6562), so this is on by
    /// default.
    pub cbr: bool,
}

impl EncoderOptions {
    /// For sound that is listened to by a physician's ear: twice the rate of speech, the whole band.
    pub const fn clinical() -> Self {
        Self { content: Content::Sound, bitrate: 64_000, expected_loss: 0, dtx: false, cbr: true }
    }
}

impl Default for EncoderOptions {
    fn default() -> Self {
        Self {
            content: Content::Speech,
            bitrate: 32_000,
            expected_loss: PROTECTING_LOSS,
            dtx: true,
            cbr: true,
        }
    }
}

/// Turns frames into packets.
pub struct OpusEncoder {
    opus: opus::Encoder,
    pending: Vec<f32>,
    timestamp: u32,
    dtx: bool,
}

impl OpusEncoder {
    /// An encoder whose first packet carries `first_timestamp`.
    ///
    /// # Errors
    /// [`CodecError::Setup`] when libopus refuses the options.
    pub fn new(options: EncoderOptions, first_timestamp: u32) -> Result<Self, CodecError> {
        let opus = set_up(options).map_err(|_| CodecError::Setup)?;
        let pending = Vec::with_capacity(PACKET_SAMPLES);
        Ok(Self { opus, pending, timestamp: first_timestamp, dtx: options.dtx })
    }

    /// Expected packet loss in percent, as the receivers report it; above 100 is 100.
    pub fn set_expected_loss(&mut self, percent: u8) {
        // The value is within what libopus accepts, so it cannot refuse.
        let _ = self.opus.set_packet_loss_perc(protected(percent));
    }

    /// The timestamp of the next frame that is pushed.
    pub fn next_timestamp(&self) -> u32 {
        self.timestamp.wrapping_add(self.pending.len() as u32)
    }

    /// Forgets a half-filled packet and goes on at `timestamp`: the capture had a hole.
    pub fn skip_to(&mut self, timestamp: u32) {
        self.pending.clear();
        self.timestamp = timestamp;
    }

    /// Takes 10 ms in; every second time a packet comes out, unless DTX holds it back.
    ///
    /// # Errors
    /// [`CodecError::Encode`] when libopus fails; the 20 ms are lost and the next push goes on.
    pub fn push(&mut self, frame: &Frame) -> Result<Option<EncodedAudio>, CodecError> {
        self.pending.extend_from_slice(frame);
        if self.pending.len() < PACKET_SAMPLES {
            return Ok(None);
        }
        let rtp_timestamp = self.timestamp;
        self.timestamp = self.timestamp.wrapping_add(PACKET_SAMPLES as u32);
        let level = level::dbov(&self.pending);
        let mut buffer = [0_u8; MAX_PACKET_BYTES];
        let encoded = self.opus.encode_float(&self.pending, &mut buffer);
        self.pending.clear();
        let length = encoded.map_err(|_| CodecError::Encode)?;
        if self.dtx && length <= DTX_PACKET_BYTES {
            return Ok(None);
        }
        Ok(Some(EncodedAudio { rtp_timestamp, level, data: Bytes::copy_from_slice(&buffer[..length]) }))
    }
}

impl std::fmt::Debug for OpusEncoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpusEncoder").field("timestamp", &self.timestamp).finish_non_exhaustive()
    }
}

/// What libopus is told to expect. Up to 5 percent it spends nothing at our rate; where there is loss it shall.
fn protected(percent: u8) -> i32 {
    match percent {
        0 => 0,
        _ => i32::from(percent.clamp(PROTECTING_LOSS, 100)),
    }
}

fn set_up(options: EncoderOptions) -> Result<opus::Encoder, opus::Error> {
    let (application, signal) = match options.content {
        // Without the hint a steady tone is taken for music and encoded by CELT, which has no in-band FEC.
        Content::Speech => (opus::Application::Voip, opus::Signal::Voice),
        Content::Sound => (opus::Application::Audio, opus::Signal::Music),
    };
    let mut opus = opus::Encoder::new(SAMPLE_RATE, opus::Channels::Mono, application)?;
    opus.set_bitrate(opus::Bitrate::Bits(i32::try_from(options.bitrate).unwrap_or(i32::MAX)))?;
    opus.set_signal(signal)?;
    if options.content == Content::Speech {
        opus.set_complexity(SPEECH_COMPLEXITY)?;
    }
    opus.set_inband_fec(options.content == Content::Speech)?;
    opus.set_packet_loss_perc(protected(options.expected_loss))?;
    opus.set_dtx(options.dtx)?;
    opus.set_vbr(!options.cbr)?;
    Ok(opus)
}

/// Turns packets into samples, and the lack of packets into something that sounds like them.
pub struct OpusDecoder {
    opus: opus::Decoder,
}

impl OpusDecoder {
    /// A decoder that has heard nothing yet.
    ///
    /// # Errors
    /// [`CodecError::Setup`] when there is no memory for it.
    pub fn new() -> Result<Self, CodecError> {
        let opus = opus::Decoder::new(SAMPLE_RATE, opus::Channels::Mono).map_err(|_| CodecError::Setup)?;
        Ok(Self { opus })
    }

    /// Appends the packet's samples to `out` and returns how many there were.
    ///
    /// # Errors
    /// [`CodecError::Malformed`]; `out` is unchanged.
    pub fn decode(&mut self, packet: &[u8], out: &mut Vec<f32>) -> Result<usize, CodecError> {
        if packet.is_empty() {
            return Err(CodecError::Malformed);
        }
        self.run(packet, MAX_PACKET_SAMPLES, false, out)
    }

    /// Appends `samples` reconstructed from the forward error correction in the packet that *follows* the lost one.
    /// Where it carries none, this conceals.
    ///
    /// # Errors
    /// [`CodecError::Malformed`]; `out` is unchanged.
    pub fn recover(&mut self, next: &[u8], samples: usize, out: &mut Vec<f32>) -> Result<usize, CodecError> {
        if next.is_empty() {
            return Err(CodecError::Malformed);
        }
        self.run(next, samples, true, out)
    }

    /// Appends `samples` (a multiple of 2.5 ms, at most 120 ms) extrapolated from what was heard before.
    ///
    /// # Errors
    /// [`CodecError::Malformed`] for a length that is no such multiple; `out` is unchanged.
    pub fn conceal(&mut self, samples: usize, out: &mut Vec<f32>) -> Result<usize, CodecError> {
        self.run(&[], samples, false, out)
    }

    fn run(
        &mut self,
        packet: &[u8],
        room: usize,
        fec: bool,
        out: &mut Vec<f32>,
    ) -> Result<usize, CodecError> {
        let start = out.len();
        out.resize(start + room, 0.0);
        let decoded = self.opus.decode_float(packet, &mut out[start..], fec);
        out.truncate(start + *decoded.as_ref().unwrap_or(&0));
        decoded.map_err(|_| CodecError::Malformed)
    }
}

impl std::fmt::Debug for OpusDecoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpusDecoder")
    }
}

/// Whether a mono packet carries a copy of the one before it (the LBRR flag, RFC 6716, section 4.2.4).
pub(super) fn carries_fec(packet: &[u8]) -> bool {
    let (Some(toc), Ok(frames)) = (packet.first(), opus::packet::get_nb_frames(packet)) else {
        return false;
    };
    let config = toc >> 3;
    let celt_only = config >= 16;
    let stereo = toc & 4 != 0;
    if celt_only || stereo || frames != 1 {
        return false;
    }
    // SILK packs up to three 20 ms frames: one voice activity bit for each, then the flag.
    let silk_frames = match config {
        12..=15 => 1,
        _ => [1, 1, 2, 3][usize::from(config & 3)],
    };
    packet.get(1).is_some_and(|header| header >> (7 - silk_frames) & 1 == 1)
}

/// How many samples a packet decodes to; `None` for what is not Opus.
pub(super) fn duration(packet: &[u8]) -> Option<usize> {
    let samples = opus::packet::get_nb_samples(packet, SAMPLE_RATE).ok()?;
    (1..=MAX_PACKET_SAMPLES).contains(&samples).then_some(samples)
}
