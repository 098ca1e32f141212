//! What a picture costs on this machine. Prints and asserts nothing:
//! `cargo test -p consilium-media --test video_cost -- --ignored --nocapture`.

use consilium_media::video::rtp::Packetizer;
use consilium_media::video::vp8::{Decoder, Encoder, EncoderConfig, TemporalLayers};
use consilium_media::video::{
    I420, Pattern, Plane, ReceiverConfig, VideoEvent, VideoReceiver, VideoSize, frame_clock,
};
use consilium_media::{EncodedVideo, ReceivedRtp};
use std::time::{Duration, Instant};

const PICTURES: u32 = 300;

fn timed<T>(total: &mut Duration, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    *total += start.elapsed();
    result
}

fn psnr(a: &I420, b: &I420) -> f64 {
    let (a, b) = (a.plane(Plane::Y), b.plane(Plane::Y));
    let squares: f64 = a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    10.0 * (255.0f64.powi(2) * a.len() as f64 / squares.max(1.0)).log10()
}

#[test]
#[ignore = "prints times"]
fn cost_of_a_picture() {
    println!(
        "{:>10} {:>7} {:>6} | {:>7} {:>7} {:>7} {:>7} {:>7} | {:>6} {:>6} {:>5}",
        "size", "kbit/s", "speed", "draw", "encode", "network", "decode", "clock", "kbit/s", "frames", "PSNR"
    );
    for (size, bitrate) in [
        (VideoSize::HD, 1_500_000),
        (VideoSize::NHD, 600_000),
        (VideoSize::new(320, 180), 200_000),
        (VideoSize::new(160, 90), 80_000),
    ] {
        for (speed, temporal_layers) in [
            (6, TemporalLayers::One),
            (8, TemporalLayers::One),
            (8, TemporalLayers::Two),
            (12, TemporalLayers::One),
        ] {
            row(EncoderConfig { speed, temporal_layers, ..EncoderConfig::new(size, bitrate) });
        }
    }
}

fn row(config: EncoderConfig) {
    let mut pattern = Pattern::new(config.size, 30, 1);
    let mut encoder = Encoder::new(config).expect("an encoder");
    let mut decoder = Decoder::new().expect("a decoder");
    let mut packetizer = Packetizer::new(0, config.temporal_layers == TemporalLayers::Two);
    let mut receiver = VideoReceiver::new(ReceiverConfig::default());
    let (mut sequence, mut bytes, mut frames, mut quality) = (0u16, 0, 0u32, 0.0);
    let [mut draw, mut encode, mut network, mut decode, mut clock] = [Duration::ZERO; 5];
    for n in 0..PICTURES {
        let picture = timed(&mut draw, || pattern.draw(0));
        let Some(frame) = timed(&mut encode, || encoder.encode(&picture, n * 3000, false)).expect("encodes")
        else {
            continue;
        };
        (bytes, frames) = (bytes + frame.data.len(), frames + 1);
        let received =
            timed(&mut network, || transfer(&mut packetizer, &mut receiver, &mut sequence, &frame));
        let decoded =
            timed(&mut decode, || decoder.decode(&received.data)).expect("decodes").expect("a picture");
        quality += psnr(&picture, &decoded);
        let (width, height) = (usize::from(config.size.width), usize::from(config.size.height));
        timed(&mut clock, || frame_clock::read(decoded.plane(Plane::Y), width, width, height))
            .expect("a clock");
    }
    let each = |total: Duration| total.as_secs_f64() * 1000.0 / f64::from(PICTURES);
    println!(
        "{:>4}x{:<4} {:>8} {:>3} x{} | {:>7.3} {:>7.3} {:>7.3} {:>7.3} {:>7.3} | {:>6} {:>6} {:>5.1}",
        config.size.width,
        config.size.height,
        config.bitrate / 1000,
        config.speed,
        config.temporal_layers.count(),
        each(draw),
        each(encode),
        each(network),
        each(decode),
        each(clock),
        bytes * 8 * 30 / PICTURES as usize / 1000,
        frames,
        quality / f64::from(frames),
    );
}

fn transfer(
    packetizer: &mut Packetizer,
    receiver: &mut VideoReceiver,
    sequence: &mut u16,
    frame: &EncodedVideo,
) -> EncodedVideo {
    let arrived = Instant::now();
    for payload in packetizer.packetize(frame) {
        receiver.push(ReceivedRtp {
            sequence: *sequence,
            timestamp: payload.timestamp,
            marker: payload.marker,
            payload: payload.payload,
            arrived,
        });
        *sequence = sequence.wrapping_add(1);
    }
    match receiver.poll(arrived) {
        Some(VideoEvent::Frame(frame)) => frame,
        other => panic!("{other:?}"),
    }
}
