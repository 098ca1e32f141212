//! The temporal structure: which pictures depend on which.

use std::ffi::{c_long, c_uint};

/// How many temporal layers a stream has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TemporalLayers {
    /// Every picture depends on the one before.
    #[default]
    One,
    /// Every second picture is depended on by no other and can be dropped.
    Two,
}

/// What the encoder is told for one picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) layer: u8,
    pub(super) flags: c_long,
}

impl TemporalLayers {
    /// Number of layers.
    pub fn count(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// The `index`th picture after a key frame; the key frame is number 0.
    pub(super) fn step(self, index: u64) -> Step {
        const ONLY_LAST: u32 = vpx_sys::VP8_EFLAG_NO_REF_GF
            | vpx_sys::VP8_EFLAG_NO_REF_ARF
            | vpx_sys::VP8_EFLAG_NO_UPD_GF
            | vpx_sys::VP8_EFLAG_NO_UPD_ARF;
        const LEAVES_NO_TRACE: u32 = vpx_sys::VP8_EFLAG_NO_UPD_LAST | vpx_sys::VP8_EFLAG_NO_UPD_ENTROPY;
        match self {
            Self::One => Step { layer: 0, flags: 0 },
            Self::Two if index.is_multiple_of(2) => Step { layer: 0, flags: ONLY_LAST as c_long },
            Self::Two => Step { layer: 1, flags: (ONLY_LAST | LEAVES_NO_TRACE) as c_long },
        }
    }

    /// Writes the structure and the share of each layer into the encoder's settings.
    pub(super) fn configure(self, cfg: &mut vpx_sys::vpx_codec_enc_cfg_t, kbps: c_uint) {
        cfg.ts_number_layers = c_uint::from(self.count());
        match self {
            Self::One => {
                cfg.ts_periodicity = 1;
                cfg.ts_target_bitrate[0] = kbps;
                cfg.ts_rate_decimator[0] = 1;
            }
            Self::Two => {
                cfg.ts_periodicity = 2;
                cfg.ts_layer_id[1] = 1;
                // Cumulative; 60 % for the base layer is what WebRTC gives it.
                cfg.ts_target_bitrate[..2].copy_from_slice(&[kbps * 6 / 10, kbps]);
                cfg.ts_rate_decimator[..2].copy_from_slice(&[2, 1]);
            }
        }
    }
}
