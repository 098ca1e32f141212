//! A VP8 encoder for calls: constant rate, no look-ahead, key frames only when asked for.

use super::{CodecError, TemporalLayers, check};
use crate::EncodedVideo;
use crate::video::picture::{I420, Plane, VideoSize};
use bytes::Bytes;
use consilium_model::Content;
use std::ffi::{c_int, c_uint, c_ulong};
use std::mem::MaybeUninit;
use vpx_sys::vp8e_enc_control_id as control;

/// RTP clock of video, RFC 7741 section 4.1.
const CLOCK_HZ: u32 = 90_000;

/// The speed of a call. From 8 to 10 a picture costs an eighth less and loses 0.2 to 0.6 dB; from 10 to 12 another
/// tenth and 0.2 to 1 dB (`docs/benchmarks.md`).
const SPEED: u8 = 10;

/// Settings of an encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncoderConfig {
    /// Size of every picture.
    pub size: VideoSize,
    /// Pictures per second that are expected.
    pub fps: u32,
    /// Wanted rate in bits per second.
    pub bitrate: u32,
    /// Threads that encode.
    pub threads: u8,
    /// Speed against quality, 1 (best) to 16 (fastest).
    pub speed: u8,
    /// Temporal structure.
    pub temporal_layers: TemporalLayers,
    /// What the pictures show: a screen is coded for sharp text.
    pub content: Content,
    /// Goes into [`EncodedVideo::layer`].
    pub layer: u8,
}

impl EncoderConfig {
    /// Settings for a picture of this size in a call.
    pub fn new(size: VideoSize, bitrate: u32) -> Self {
        Self {
            size,
            fps: 30,
            bitrate,
            threads: 1,
            speed: SPEED,
            temporal_layers: TemporalLayers::One,
            content: Content::Camera,
            layer: 0,
        }
    }
}

/// Encodes one layer.
pub struct Encoder {
    ctx: vpx_sys::vpx_codec_ctx_t,
    cfg: vpx_sys::vpx_codec_enc_cfg_t,
    config: EncoderConfig,
    since_key: u64,
    /// Presentation time on the RTP clock without wrap-around, and the RTP timestamp it belongs to.
    clock: Option<(i64, u32)>,
}

// SAFETY: a libvpx context is bound to no thread; `&mut self` on every use keeps two threads from being inside it.
unsafe impl Send for Encoder {}

impl Encoder {
    /// Opens an encoder.
    pub fn new(config: EncoderConfig) -> Result<Self, CodecError> {
        let cfg = settings(&config)?;
        let mut ctx = MaybeUninit::zeroed();
        // SAFETY: the context is plain data that libvpx fills; `cfg` outlives the call, which copies it.
        let ctx = unsafe {
            check(
                vpx_sys::vpx_codec_enc_init_ver(
                    ctx.as_mut_ptr(),
                    vpx_sys::vpx_codec_vp8_cx(),
                    &raw const cfg,
                    0,
                    vpx_sys::VPX_ENCODER_ABI_VERSION as c_int,
                ),
                CodecError::Setup,
            )?;
            ctx.assume_init()
        };
        let mut encoder = Self { ctx, cfg, config, since_key: 0, clock: None };
        encoder.tune()?;
        Ok(encoder)
    }

    fn tune(&mut self) -> Result<(), CodecError> {
        // A negative speed is fixed; a positive one would vary with the load of the machine.
        self.control(control::VP8E_SET_CPUUSED, -c_int::from(self.config.speed.clamp(1, 16)))?;
        self.control(control::VP8E_SET_NOISE_SENSITIVITY, 0)?;
        self.control(control::VP8E_SET_STATIC_THRESHOLD, 1)?;
        self.control(control::VP8E_SET_TOKEN_PARTITIONS, 0)?;
        self.control(control::VP8E_SET_SCREEN_CONTENT_MODE, screen_content(self.config.content))?;
        // A key frame may take as much as half the rate controller's buffer, in percent of an average picture.
        let key_share = self.cfg.rc_buf_optimal_sz / 2 * self.config.fps / 10;
        self.control(control::VP8E_SET_MAX_INTRA_BITRATE_PCT, key_share.max(300) as c_int)
    }

    fn control(&mut self, id: control, value: c_int) -> Result<(), CodecError> {
        // SAFETY: the context is open, and each control used here takes one int.
        check(
            unsafe { vpx_sys::vpx_codec_control_(&raw mut self.ctx, id as c_int, value) },
            CodecError::Setup,
        )
    }

    /// The settings it was opened with, and the current rate.
    pub fn config(&self) -> EncoderConfig {
        self.config
    }

    /// Changes the rate, in bits per second, from the next picture on.
    pub fn set_bitrate(&mut self, bitrate: u32) -> Result<(), CodecError> {
        if bitrate == self.config.bitrate {
            return Ok(());
        }
        let mut cfg = self.cfg;
        set_rate(&mut cfg, self.config.temporal_layers, bitrate);
        // SAFETY: the context is open and `cfg` outlives the call, which copies it.
        check(
            unsafe { vpx_sys::vpx_codec_enc_config_set(&raw mut self.ctx, &raw const cfg) },
            CodecError::Setup,
        )?;
        self.cfg = cfg;
        self.config.bitrate = bitrate;
        Ok(())
    }

    /// How coarse the last picture is, 0 (finest) to 63.
    pub fn quantizer(&mut self) -> Result<u8, CodecError> {
        let mut quantizer: c_int = 0;
        let id = control::VP8E_GET_LAST_QUANTIZER_64 as c_int;
        // SAFETY: the context is open, and this control writes one int through the pointer.
        let code = unsafe { vpx_sys::vpx_codec_control_(&raw mut self.ctx, id, &raw mut quantizer) };
        check(code, CodecError::Encode)?;
        Ok(u8::try_from(quantizer).unwrap_or(u8::MAX))
    }

    /// Encodes a picture captured at `rtp_timestamp`. `None` means that the rate control left it out.
    pub fn encode(
        &mut self,
        picture: &I420,
        rtp_timestamp: u32,
        force_key: bool,
    ) -> Result<Option<EncodedVideo>, CodecError> {
        if picture.size() != self.config.size {
            return Err(CodecError::WrongSize);
        }
        let first = self.clock.is_none();
        let pts = self.advance(rtp_timestamp);
        let mut step =
            self.config.temporal_layers.step(if force_key || first { 0 } else { self.since_key + 1 });
        if force_key || first {
            step.flags = vpx_sys::VPX_EFLAG_FORCE_KF.into();
        }
        if self.config.temporal_layers == TemporalLayers::Two {
            self.control(control::VP8E_SET_TEMPORAL_LAYER_ID, c_int::from(step.layer))?;
        }
        self.submit(picture, pts, step.flags)?;
        let Some((data, key)) = self.take_packet() else { return Ok(None) };
        self.since_key = if key { 0 } else { self.since_key + 1 };
        let temporal = if key { 0 } else { step.layer };
        Ok(Some(EncodedVideo {
            layer: self.config.layer,
            key,
            temporal,
            layer_sync: key || temporal > 0,
            width: self.config.size.width,
            height: self.config.size.height,
            rtp_timestamp,
            data,
        }))
    }

    fn advance(&mut self, rtp_timestamp: u32) -> i64 {
        let pts = match self.clock {
            // libvpx wants strictly growing times.
            Some((pts, last)) => pts + i64::from(rtp_timestamp.wrapping_sub(last) as i32).max(1),
            None => 0,
        };
        self.clock = Some((pts, rtp_timestamp));
        pts
    }

    fn submit(&mut self, picture: &I420, pts: i64, flags: std::ffi::c_long) -> Result<(), CodecError> {
        let image = borrow_image(picture);
        let duration = c_ulong::from(CLOCK_HZ / self.config.fps.max(1));
        let deadline = c_ulong::from(vpx_sys::VPX_DL_REALTIME);
        // SAFETY: the context is open; `image` points into `picture`, which is borrowed for the whole call, has the
        // size the encoder was opened with, and is only read. With no look-ahead libvpx keeps no pointer to it.
        let code = unsafe {
            vpx_sys::vpx_codec_encode(&raw mut self.ctx, &raw const image, pts, duration, flags, deadline)
        };
        check(code, CodecError::Encode)
    }

    /// The encoded frame and whether it is a key frame.
    fn take_packet(&mut self) -> Option<(Bytes, bool)> {
        let mut iter = std::ptr::null();
        loop {
            // SAFETY: the context is open; libvpx gives null or a packet that stays valid until the next encode call.
            let packet =
                unsafe { vpx_sys::vpx_codec_get_cx_data(&raw mut self.ctx, &raw mut iter).as_ref() }?;
            if packet.kind != vpx_sys::vpx_codec_cx_pkt_kind::VPX_CODEC_CX_FRAME_PKT {
                continue;
            }
            // SAFETY: the kind says that `frame` is the field that is set; its buffer holds `sz` bytes and is valid
            // until the next encode call, which `&mut self` rules out here.
            let (data, flags) = unsafe {
                let frame = packet.data.frame;
                (std::slice::from_raw_parts(frame.buf.cast::<u8>(), frame.sz as usize), frame.flags)
            };
            return Some((Bytes::copy_from_slice(data), flags & vpx_sys::VPX_FRAME_IS_KEY != 0));
        }
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: the context was opened in `new` and is destroyed only here.
        unsafe { vpx_sys::vpx_codec_destroy(&raw mut self.ctx) };
    }
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("config", &self.config).finish_non_exhaustive()
    }
}

fn settings(config: &EncoderConfig) -> Result<vpx_sys::vpx_codec_enc_cfg_t, CodecError> {
    let mut cfg = MaybeUninit::zeroed();
    // SAFETY: libvpx fills the plain data behind the pointer; it is zeroed, and zero is valid for each of its fields.
    let mut cfg = unsafe {
        let code = vpx_sys::vpx_codec_enc_config_default(vpx_sys::vpx_codec_vp8_cx(), cfg.as_mut_ptr(), 0);
        check(code, CodecError::Setup)?;
        cfg.assume_init()
    };
    cfg.g_w = c_uint::from(config.size.width);
    cfg.g_h = c_uint::from(config.size.height);
    cfg.g_threads = c_uint::from(config.threads.clamp(1, 4));
    cfg.g_timebase = vpx_sys::vpx_rational { num: 1, den: CLOCK_HZ as c_int };
    cfg.g_error_resilient = 0;
    cfg.g_lag_in_frames = 0;
    cfg.g_pass = vpx_sys::vpx_enc_pass::VPX_RC_ONE_PASS;
    cfg.rc_end_usage = vpx_sys::vpx_rc_mode::VPX_CBR;
    cfg.rc_dropframe_thresh = 30;
    cfg.rc_resize_allowed = 0;
    cfg.rc_min_quantizer = 2;
    cfg.rc_max_quantizer = coarsest(config.content);
    cfg.rc_undershoot_pct = 100;
    cfg.rc_overshoot_pct = 15;
    // Milliseconds of the wanted rate.
    cfg.rc_buf_initial_sz = 500;
    cfg.rc_buf_optimal_sz = 600;
    cfg.rc_buf_sz = 1000;
    cfg.kf_mode = vpx_sys::vpx_kf_mode::VPX_KF_AUTO;
    cfg.kf_max_dist = 3000;
    set_rate(&mut cfg, config.temporal_layers, config.bitrate);
    Ok(cfg)
}

/// libvpx's name for the kind of content: 0 moving pictures, 1 a screen.
const fn screen_content(content: Content) -> c_int {
    match content {
        Content::Camera => 0,
        Content::Screen => 1,
    }
}

/// The coarsest quantizer. Text at 56 has halos, at 40 it reads as on paper; the first picture of a page takes a quarter
/// more, and pictures are left out until that is paid for.
const fn coarsest(content: Content) -> c_uint {
    match content {
        Content::Camera => 56,
        Content::Screen => 40,
    }
}

fn set_rate(cfg: &mut vpx_sys::vpx_codec_enc_cfg_t, layers: TemporalLayers, bitrate: u32) {
    let kbps = (bitrate / 1000).max(1);
    cfg.rc_target_bitrate = kbps;
    layers.configure(cfg, kbps);
}

/// A view of the picture as libvpx wants it. The pointers are for reading only.
fn borrow_image(picture: &I420) -> vpx_sys::vpx_image_t {
    let size = picture.size();
    // SAFETY: the image is plain numbers and pointers; zero is valid for each of them (the enums have a zero variant).
    let mut image: vpx_sys::vpx_image_t = unsafe { MaybeUninit::zeroed().assume_init() };
    image.fmt = vpx_sys::vpx_img_fmt::VPX_IMG_FMT_I420;
    image.bit_depth = 8;
    (image.w, image.h) = (size.width.into(), size.height.into());
    (image.d_w, image.d_h) = (image.w, image.h);
    (image.x_chroma_shift, image.y_chroma_shift) = (1, 1);
    image.bps = 12;
    for (index, plane) in [Plane::Y, Plane::U, Plane::V].into_iter().enumerate() {
        image.planes[index] = picture.plane(plane).as_ptr().cast_mut();
        image.stride[index] = picture.stride(plane) as c_int;
    }
    image
}
