//! The codec: what goes in comes out, at any rate, and nothing that comes in brings it down.

use consilium_media::EncodedVideo;
use consilium_media::video::frame_clock::{self, Stamp};
use consilium_media::video::vp8::{CodecError, Decoder, Encoder, EncoderConfig, TemporalLayers};
use consilium_media::video::{I420, Pattern, Plane, VideoSize};
use proptest::prelude::*;

fn encode(config: EncoderConfig, frames: u32) -> Vec<EncodedVideo> {
    let mut pattern = Pattern::new(config.size, config.fps, 1);
    let mut encoder = Encoder::new(config).expect("an encoder");
    (0..frames)
        .filter_map(|n| {
            let picture = pattern.draw(1_000 * u64::from(n));
            encoder.encode(&picture, (u32::MAX - 9000).wrapping_add(3000 * n), false).expect("encodes")
        })
        .collect()
}

fn clock_of(picture: &I420) -> Option<Stamp> {
    let size = picture.size();
    let (luma, stride) = (picture.plane(Plane::Y), picture.stride(Plane::Y));
    frame_clock::read(luma, stride, size.width.into(), size.height.into())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_clock_survives_low_rates(
        (size, bitrate) in prop::sample::select(vec![
            (VideoSize::new(640, 360), 120_000), (VideoSize::new(320, 180), 50_000), (VideoSize::new(160, 90), 25_000),
        ]),
        start: u64,
        seed: u64,
    ) {
        let mut pattern = Pattern::new(size, 30, seed);
        let mut encoder = Encoder::new(EncoderConfig::new(size, bitrate)).expect("an encoder");
        let mut decoder = Decoder::new().expect("a decoder");
        for n in 0u16..45 {
            let ms = start.wrapping_add(33 * u64::from(n));
            let Some(frame) = encoder.encode(&pattern.draw(ms), 3000 * u32::from(n), false).expect("encodes") else {
                continue;
            };
            let picture = decoder.decode(&frame.data).expect("decodes").expect("a picture");
            prop_assert_eq!(picture.size(), size);
            prop_assert_eq!(clock_of(&picture), Some(Stamp { unix_ms_mod: ms as u32, counter: n }));
        }
    }

    #[test]
    fn damaged_frames_are_errors_and_a_key_frame_heals(
        hits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..30),
        cut: prop::sample::Index,
    ) {
        let mut frames = encode(EncoderConfig::new(VideoSize::new(160, 90), 60_000), 20);
        let whole = frames[0].clone();
        for (frame, at, value) in hits {
            let frame = frame.index(frames.len());
            let mut data = frames[frame].data.to_vec();
            let at = at.index(data.len());
            data[at] ^= value;
            frames[frame].data = data.into();
        }
        let last = frames.len() - 1;
        let length = cut.index(frames[last].data.len());
        frames[last].data.truncate(length);
        let mut decoder = Decoder::new().expect("a decoder");
        for frame in &frames {
            // Either way is fine: VP8 cannot tell every damage from a picture.
            let _ = decoder.decode(&frame.data);
        }
        prop_assert!(decoder.decode(&whole.data).expect("decodes").is_some());
    }

    #[test]
    fn garbage_brings_nothing_down(
        frames in prop::collection::vec((any::<bool>(), 1u8..255, prop::collection::vec(any::<u8>(), 0..900)), 1..20),
    ) {
        let mut decoder = Decoder::new().expect("a decoder");
        for (headed, side, mut frame) in frames {
            // With the head of a key frame it gets as far as the entropy decoder.
            if headed {
                frame.splice(..0, [0x10, side, 0, 0x9d, 0x01, 0x2a, side, 0, side, 0]);
            }
            let _ = decoder.decode(&frame);
        }
    }
}

#[test]
fn a_delta_frame_alone_is_an_error() {
    let frames = encode(EncoderConfig::new(VideoSize::new(320, 180), 200_000), 3);
    let mut decoder = Decoder::new().expect("a decoder");
    assert_eq!(decoder.decode(&frames[1].data).err(), Some(CodecError::Damaged));
    assert!(decoder.decode(&frames[0].data).is_ok());
    assert!(decoder.decode(&frames[1].data).is_ok());
}

#[test]
fn a_frame_that_claims_to_be_huge_takes_no_memory() {
    let frames = encode(EncoderConfig::new(VideoSize::new(160, 90), 60_000), 1);
    let mut data = frames[0].data.to_vec();
    data[6..10].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    assert_eq!(Decoder::new().expect("a decoder").decode(&data).err(), Some(CodecError::TooLarge));
}

#[test]
fn only_the_first_frame_and_forced_ones_are_key_frames() {
    let config = EncoderConfig::new(VideoSize::new(320, 180), 200_000);
    let mut pattern = Pattern::new(config.size, 30, 0);
    let mut encoder = Encoder::new(config).expect("an encoder");
    for n in 0..60u32 {
        let frame = encoder.encode(&pattern.draw(0), n * 3000, n == 33).expect("encodes");
        if let Some(frame) = frame {
            assert_eq!(frame.key, n == 0 || n == 33, "picture {n}");
        }
    }
}

#[test]
fn the_upper_temporal_layer_can_be_left_out() {
    let config = EncoderConfig {
        temporal_layers: TemporalLayers::Two,
        ..EncoderConfig::new(VideoSize::new(320, 180), 200_000)
    };
    let frames = encode(config, 60);
    assert!(frames.iter().any(|frame| frame.temporal == 1));
    let decode = |keep: &dyn Fn(&EncodedVideo) -> bool| {
        let mut decoder = Decoder::new().expect("a decoder");
        let kept: Vec<_> = frames.iter().filter(|frame| keep(frame)).collect();
        let decoded = |frame: &&EncodedVideo| {
            (
                frame.rtp_timestamp,
                decoder.decode(&frame.data).expect("decodes").expect("a picture").bytes().to_vec(),
            )
        };
        kept.iter().map(decoded).collect::<std::collections::HashMap<_, _>>()
    };
    let (all, base) = (decode(&|_| true), decode(&|frame| frame.temporal == 0));
    assert!(base.len() < all.len());
    assert!(base.iter().all(|(timestamp, picture)| all[timestamp] == *picture), "the base layer differs");
}

#[test]
fn the_rate_follows_the_wish() {
    let config = EncoderConfig::new(VideoSize::NHD, 800_000);
    let mut pattern = Pattern::new(config.size, 30, 0);
    let mut encoder = Encoder::new(config).expect("an encoder");
    let mut bytes = [0usize; 2];
    for n in 0..240u32 {
        if n == 120 {
            encoder.set_bitrate(200_000).expect("sets the rate");
        }
        let frame = encoder.encode(&pattern.draw(0), n * 3000, false).expect("encodes");
        // The first second of each half is the controller's.
        if n % 120 >= 30 {
            bytes[(n / 120) as usize] += frame.map_or(0, |frame| frame.data.len());
        }
    }
    let kbps = bytes.map(|bytes| bytes * 8 / 3 / 1000);
    assert!((500..1000).contains(&kbps[0]), "{kbps:?}");
    assert!((120..280).contains(&kbps[1]), "{kbps:?}");
}

#[test]
fn a_picture_of_another_size_is_refused() {
    let mut encoder = Encoder::new(EncoderConfig::new(VideoSize::NHD, 100_000)).expect("an encoder");
    let other = I420::black(VideoSize::new(320, 180));
    assert_eq!(encoder.encode(&other, 0, false).err(), Some(CodecError::WrongSize));
    assert!(Encoder::new(EncoderConfig::new(VideoSize::new(0, 0), 100_000)).is_err());
}
