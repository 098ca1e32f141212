//! Captures and encodes for a call as the application would: only what is wanted, each layer once.

use super::person::Seen;
use consilium_call::Call;
use consilium_call::core::{SCREEN_LAYER, SLIDES_LAYER};
use consilium_media::EncodedVideo;
use consilium_media::audio::{EncoderOptions, OpusEncoder, SILENCE};
use consilium_media::video::vp8::{Encoder, EncoderConfig};
use consilium_media::video::{Pattern, VideoSize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;

/// 640x360, what it halves to, the slides and the screen.
const SIZES: [VideoSize; 5] = [
    VideoSize::new(640, 360),
    VideoSize::new(320, 180),
    VideoSize::new(160, 90),
    VideoSize::new(320, 180),
    VideoSize::new(960, 540),
];
const _: () = assert!(SLIDES_LAYER as usize == 3 && SCREEN_LAYER as usize == 4);
/// A slide is taken once in so many ticks.
const SLIDES: u32 = 99;

/// A running capture; it ends with [`Studio::stop`].
pub struct Studio {
    task: JoinHandle<()>,
    pub encoded: Arc<AtomicU64>,
}

impl Studio {
    /// Encodes the wanted layers of a test picture at 30 Hz and 50 sounds a second. With `careless`, goes on whatever
    /// the call wishes, as an application with a bug would.
    pub fn open(call: Arc<Call>, seen: Arc<Mutex<Seen>>, careless: bool) -> Self {
        Self::open_at(Duration::from_millis(10), call, seen, careless)
    }

    /// The same, with a tick of this length instead of 10 ms: for many people on one machine.
    pub fn open_at(tick: Duration, call: Arc<Call>, seen: Arc<Mutex<Seen>>, careless: bool) -> Self {
        let encoded = Arc::<AtomicU64>::default();
        let count = Arc::clone(&encoded);
        let task = tokio::spawn(async move {
            let mut opus = OpusEncoder::new(EncoderOptions::default(), 0).unwrap();
            let mut layers = BTreeMap::new();
            let mut ticks = tokio::time::interval(tick);
            for tick in 0u32.. {
                ticks.tick().await;
                if let Some(sound) = opus.push(&SILENCE).unwrap() {
                    call.audio(&sound);
                }
                if tick % 3 == 0 {
                    for frame in pictures(&seen, careless, &mut layers, tick) {
                        count.fetch_add(1, Ordering::SeqCst);
                        call.video(&frame);
                    }
                }
            }
        });
        Self { task, encoded }
    }

    pub fn encoded(&self) -> u64 {
        self.encoded.load(Ordering::SeqCst)
    }

    pub async fn stop(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

fn pictures(
    seen: &Mutex<Seen>,
    careless: bool,
    layers: &mut BTreeMap<u8, (Pattern, Encoder)>,
    tick: u32,
) -> Vec<EncodedVideo> {
    let (wanted, keys) = {
        let mut seen = seen.lock().unwrap();
        let wanted = |layer: &u8| match careless {
            true => *layer != SLIDES_LAYER,
            false => seen.capture.includes(*layer),
        };
        let wanted: Vec<u8> = (0..=SCREEN_LAYER).filter(wanted).collect();
        (wanted, std::mem::take(&mut seen.key_frames_wanted))
    };
    let encode = |layer: u8| {
        let (pattern, encoder) = layers.entry(layer).or_insert_with(|| open(layer));
        encoder.encode(&pattern.draw(0), tick * 900, keys.contains(&layer)).unwrap()
    };
    let due = |layer: &u8| *layer != SLIDES_LAYER || tick.is_multiple_of(SLIDES) || keys.contains(layer);
    wanted.into_iter().filter(due).filter_map(encode).collect()
}

fn open(layer: u8) -> (Pattern, Encoder) {
    let size = SIZES[usize::from(layer)];
    let config = EncoderConfig { layer, speed: 16, ..EncoderConfig::new(size, 300_000) };
    (Pattern::new(size, 30, 1), Encoder::new(config).unwrap())
}
