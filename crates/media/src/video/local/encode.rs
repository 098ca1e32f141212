//! The encoders of the layers.

use super::control::Control;
use super::{LocalVideoConfig, MAX_LAYERS, SLIDES_LAYER, SLIDES_SIZE, STREAMS};
use crate::EncodedVideo;
use crate::video::picture::{I420, VideoFrame, VideoSize};
use crate::video::scale::Scaler;
use crate::video::vp8::{CodecError, Encoder, EncoderConfig, TemporalLayers};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Peers that lose packets together ask together; one key frame answers them all.
const KEY_FRAME_INTERVAL: Duration = Duration::from_millis(300);
/// A slide a second. A little less, because pictures come at times of their own.
const SLIDE_INTERVAL: Duration = Duration::from_millis(980);

/// One encoder per wanted layer; the others do not exist.
pub(super) struct Layers {
    config: LocalVideoConfig,
    size: VideoSize,
    scaler: Scaler,
    encoders: [Option<LayerEncoder>; STREAMS],
    last_slide: Option<Instant>,
}

struct LayerEncoder {
    encoder: Encoder,
    last_key: Option<Instant>,
}

impl Layers {
    pub(super) fn new(config: &LocalVideoConfig, size: VideoSize) -> Self {
        Self {
            config: config.clone(),
            size,
            scaler: Scaler::default(),
            encoders: Default::default(),
            last_slide: None,
        }
    }

    /// Encodes each wanted layer of a picture.
    pub(super) fn encode(
        &mut self,
        frame: &VideoFrame,
        rtp_timestamp: u32,
        control: &Control,
        mut give: impl FnMut(EncodedVideo),
    ) -> Result<(), CodecError> {
        let wanted = control.wanted();
        let mut picture = Arc::clone(&frame.picture);
        for layer in 0..MAX_LAYERS {
            let number = layer as u8;
            if !wanted.contains(number) {
                self.encoders[layer] = None;
                continue;
            }
            picture = self.scaled(picture, self.size.of_layer(number));
            if let Some(encoded) =
                self.encode_layer(layer, &picture, rtp_timestamp, control, frame.captured)?
            {
                give(encoded);
            }
        }
        if let Some(slide) = self.encode_slide(frame, rtp_timestamp, control)? {
            give(slide);
        }
        Ok(())
    }

    /// Encodes a picture of the slides, when its time has come.
    fn encode_slide(
        &mut self,
        frame: &VideoFrame,
        rtp_timestamp: u32,
        control: &Control,
    ) -> Result<Option<EncodedVideo>, CodecError> {
        let slides = usize::from(SLIDES_LAYER);
        if !control.wanted().contains(SLIDES_LAYER) {
            self.encoders[slides] = None;
            self.last_slide = None;
            return Ok(None);
        }
        let since = |last: Instant| frame.captured.saturating_duration_since(last);
        let due = self.last_slide.is_none_or(|last| since(last) >= SLIDE_INTERVAL);
        if !due && !control.key_frame_requested(slides) {
            return Ok(None);
        }
        let picture = self.scaled(Arc::clone(&frame.picture), self.size.of_layer(SLIDES_SIZE));
        let slide = self.encode_layer(slides, &picture, rtp_timestamp, control, frame.captured)?;
        if slide.is_some() {
            self.last_slide = Some(frame.captured);
        }
        Ok(slide)
    }

    fn scaled(&mut self, picture: Arc<I420>, size: VideoSize) -> Arc<I420> {
        if picture.size() == size { picture } else { Arc::new(self.scaler.scale(&picture, size)) }
    }

    fn encode_layer(
        &mut self,
        layer: usize,
        picture: &I420,
        rtp_timestamp: u32,
        control: &Control,
        now: Instant,
    ) -> Result<Option<EncodedVideo>, CodecError> {
        let bitrate = control.bitrate(layer);
        let slot = match &mut self.encoders[layer] {
            Some(slot) => slot,
            empty => empty.insert(open(&self.config, layer as u8, picture.size(), bitrate)?),
        };
        slot.encoder.set_bitrate(bitrate)?;
        let key_due =
            slot.last_key.is_none_or(|last| now.saturating_duration_since(last) >= KEY_FRAME_INTERVAL);
        let force_key = key_due && control.key_frame_requested(layer);
        if force_key {
            // Cleared before encoding: a request that comes meanwhile is about a loss this key frame may not cure.
            control.key_frame_given(layer);
        }
        let encoded = slot.encoder.encode(picture, rtp_timestamp, force_key)?;
        match &encoded {
            Some(encoded) if encoded.key => slot.last_key = Some(now),
            None if force_key => control.request_key_frame(layer as u8),
            _ => {}
        }
        Ok(encoded)
    }
}

fn open(
    config: &LocalVideoConfig,
    layer: u8,
    size: VideoSize,
    bitrate: u32,
) -> Result<LayerEncoder, CodecError> {
    let slides = layer == SLIDES_LAYER;
    let encoder = Encoder::new(EncoderConfig {
        fps: if slides { 1 } else { config.fps },
        threads: if u32::from(size.width) * u32::from(size.height) > 640 * 480 { 2 } else { 1 },
        temporal_layers: if slides { TemporalLayers::One } else { config.temporal_layers },
        layer,
        ..EncoderConfig::new(size, bitrate)
    })?;
    Ok(LayerEncoder { encoder, last_key: None })
}
