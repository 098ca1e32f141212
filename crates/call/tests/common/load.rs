//! A camera, a microphone and a screen that give exactly the rates they are set to, whatever there is to see. Nothing decodes
//! the pictures here, so they are headers with noise behind.

use super::person::Seen;
use bytes::Bytes;
use consilium_call::core::{SCREEN_LAYER, SLIDES_LAYER};
use consilium_call::{Call, LayerRates};
use consilium_media::{EncodedAudio, EncodedVideo};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

pub struct Load {
    task: JoinHandle<()>,
    started: Instant,
}

impl Load {
    /// Gives the wanted layers at 30 Hz with two temporal layers, slides once a second, a screen at 10 Hz, and 50 sounds
    /// a second.
    pub fn open(call: Arc<Call>, seen: Arc<Mutex<Seen>>) -> Self {
        let started = Instant::now();
        let task = tokio::spawn(async move {
            let mut ticks = tokio::time::interval_at(started.into(), Duration::from_millis(10));
            let mut given = [0u32; 8];
            for tick in 0u32.. {
                ticks.tick().await;
                if tick.is_multiple_of(2) {
                    let data = Bytes::from(vec![1; 80]);
                    call.audio(&EncodedAudio { rtp_timestamp: tick * 480, level: 0, data });
                }
                let (wanted, keys) = {
                    let mut seen = seen.lock().unwrap();
                    let wanted = (0..=SCREEN_LAYER).filter(|layer| seen.capture.includes(*layer));
                    (wanted.collect::<Vec<_>>(), std::mem::take(&mut seen.key_frames_wanted))
                };
                for key in &keys {
                    given[usize::from(*key)] = 0;
                }
                let due = |layer: u8| match layer {
                    SLIDES_LAYER => tick.is_multiple_of(100),
                    SCREEN_LAYER => tick.is_multiple_of(10),
                    _ => matches!(tick % 10, 0 | 3 | 7),
                };
                for layer in wanted.into_iter().filter(|layer| due(*layer) || keys.contains(layer)) {
                    let number = &mut given[usize::from(layer)];
                    call.video(&picture(layer, *number, tick * 900));
                    *number += 1;
                }
            }
        });
        Self { task, started }
    }

    /// How long after its capture a picture came.
    pub fn latency(&self, rtp_timestamp: u32, at: Instant) -> Duration {
        let captured = self.started + Duration::from_micros(u64::from(rtp_timestamp) * 100 / 9);
        at.saturating_duration_since(captured)
    }

    pub async fn stop(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

fn picture(layer: u8, number: u32, rtp_timestamp: u32) -> EncodedVideo {
    let (slide, key) = (layer == SLIDES_LAYER, number == 0);
    let rates = LayerRates::default();
    let average = match layer {
        SLIDES_LAYER => rates.slides / 8,
        SCREEN_LAYER => rates.screen / 80,
        _ => rates.layers[usize::from(layer)] / 240,
    };
    let upper = layer < SLIDES_LAYER && number % 2 == 1;
    let length = match (key, upper) {
        (true, _) if slide => average,
        // A whole page is much.
        (true, _) => average * if layer == SCREEN_LAYER { 12 } else { 4 },
        (_, true) => average * 8 / 10,
        (_, false) => average * if layer < SLIDES_LAYER { 12 } else { 10 } / 10,
    };
    let (width, height) = match layer {
        SLIDES_LAYER => (320, 180),
        SCREEN_LAYER => (1280, 720),
        _ => (640 >> layer, 360 >> layer),
    };
    let mut data = vec![0x55; length as usize];
    data[0] = if key { 0x10 } else { 0x11 };
    if key {
        let [w, h] = [width, height].map(u16::to_le_bytes);
        data[3..10].copy_from_slice(&[0x9d, 0x01, 0x2a, w[0], w[1], h[0], h[1]]);
    }
    EncodedVideo {
        layer,
        key,
        temporal: upper.into(),
        layer_sync: key || upper,
        width,
        height,
        rtp_timestamp,
        data: data.into(),
    }
}
