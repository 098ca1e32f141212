//! A person who claps once a second, over a line that holds up sound or pictures: the two stay together.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod audio_support;

use audio_support::{Noise, rms, sine};
use consilium_media::audio::{AudioReceiver, EncoderOptions, OpusEncoder};
use consilium_media::video::rtp::Packetizer;
use consilium_media::video::{ReceiverConfig, VideoEvent, VideoReceiver};
use consilium_media::{EncodedVideo, ReceivedRtp, lip_sync};
use proptest::prelude::*;
use std::time::{Duration, Instant};

const SECONDS: u32 = 20;
/// One way, in milliseconds.
const WAY: f64 = 40.0;
/// The delays have settled by then, in seconds.
const SETTLED: usize = 8;

/// What arrives when, in milliseconds, in the order of arrival.
type Arriving = Vec<(f64, ReceivedRtp)>;

/// Sound of 200 ms at the beginning of each second, each packet late by so much.
fn claps(start: Instant, mut late: impl FnMut() -> f64) -> Arriving {
    let options = EncoderOptions { dtx: false, ..EncoderOptions::default() };
    let mut encoder = OpusEncoder::new(options, 0).unwrap();
    let mut tone = sine(440.0, 0.5);
    let (mut packets, mut last) = (Vec::new(), 0.0f64);
    for i in 0..SECONDS * 100 {
        let loudness = if i % 100 < 20 { 1.0 } else { 0.0 };
        let frame = tone().map(|sample| sample * loudness);
        let Some(sound) = encoder.push(&frame).unwrap() else { continue };
        // The line does not reorder.
        last = last.max(f64::from(i + 1) * 10.0 + WAY + late());
        packets.push((last, received(start, last, packets.len(), sound.rtp_timestamp, sound.data)));
    }
    packets
}

/// A picture thirty times a second, each late by so much.
fn pictures(start: Instant, mut late: impl FnMut() -> f64) -> Arriving {
    let mut packetizer = Packetizer::new(0, true);
    let mut packets = Vec::new();
    for number in 0..SECONDS * 30 {
        let mut data = vec![u8::from(number > 0), 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01];
        data.extend_from_slice(&number.to_le_bytes());
        let frame = EncodedVideo {
            layer: 0,
            key: number == 0,
            temporal: 0,
            layer_sync: number == 0,
            width: 640,
            height: 360,
            rtp_timestamp: number * 3000,
            data: data.into(),
        };
        let payload = packetizer.packetize(&frame).remove(0);
        let at = f64::from(number) * 1000.0 / 30.0 + 5.0 + WAY + late();
        let packet = received(start, at, packets.len(), payload.timestamp, payload.payload);
        packets.push((at, ReceivedRtp { marker: true, ..packet }));
    }
    packets.sort_by(|a, b| a.0.total_cmp(&b.0));
    packets
}

fn received(start: Instant, at: f64, number: usize, timestamp: u32, payload: bytes::Bytes) -> ReceivedRtp {
    let arrived = start + Duration::from_secs_f64(at / 1000.0);
    ReceivedRtp { sequence: number as u16, timestamp, marker: false, payload, arrived }
}

/// How much later the picture of each clap was seen than the clap was heard, in milliseconds.
fn skews(start: Instant, sound: Arriving, sight: Arriving) -> Vec<f64> {
    let (mut ear, mut eye) = (AudioReceiver::new(), VideoReceiver::new(ReceiverConfig::default()));
    eye.set_rtt(Duration::from_millis(100));
    let (mut sound, mut sight) = (sound.into_iter().peekable(), sight.into_iter().peekable());
    let (mut heard, mut seen, mut quiet) = (Vec::new(), Vec::new(), 0);
    for milli in 0..SECONDS * 1000 {
        let (at, now) = (f64::from(milli), start + Duration::from_millis(milli.into()));
        while let Some((_, packet)) = sound.next_if(|(arrives, _)| *arrives <= at) {
            ear.push(packet);
        }
        while let Some((_, packet)) = sight.next_if(|(arrives, _)| *arrives <= at) {
            eye.push(packet);
        }
        while let Some(event) = eye.poll(now) {
            if let VideoEvent::Frame(frame) = event
                && frame.rtp_timestamp.is_multiple_of(90_000)
            {
                seen.push((frame.rtp_timestamp / 90_000, at));
            }
        }
        if milli % 10 == 0 {
            let loud = rms(&ear.pull_10ms(now).samples) > 0.1;
            if loud && quiet >= 30 {
                heard.push(at);
            }
            quiet = if loud { 0 } else { quiet + 1 };
        }
        if milli % 250 == 0 {
            ear.set_least_delay(lip_sync::least_for_sound(eye.delay()));
            eye.set_least_delay(lip_sync::least_for_pictures(ear.stats().target_delay));
        }
    }
    // A clap is heard within half a second of the second it belongs to.
    let clap = |second: u32| heard.iter().find(|at| (**at - f64::from(second) * 1000.0).abs() < 500.0);
    seen.iter().filter_map(|(second, at)| Some(at - clap(*second)?)).collect()
}

fn check(skews: &[f64]) -> Result<(), TestCaseError> {
    prop_assert!(skews.len() > SETTLED + 8, "{} claps", skews.len());
    let apart = skews[SETTLED..].iter().map(|skew| skew.abs()).fold(0.0, f64::max);
    prop_assert!(apart < 100.0, "{:?}", skews);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn sound_that_is_held_up_keeps_the_pictures(jitter in 100.0..150.0f64, seed: u64) {
        let (start, mut noise) = (Instant::now(), Noise(seed));
        let sound = claps(start, || f64::from(noise.chance()) * jitter);
        check(&skews(start, sound, pictures(start, || 0.0)))?;
    }

    #[test]
    fn pictures_that_are_sent_again_keep_the_sound(again in 100.0..300.0f64, seed: u64) {
        let (start, mut noise) = (Instant::now(), Noise(seed));
        let sight = pictures(start, || if noise.chance() < 0.1 { again } else { 0.0 });
        check(&skews(start, claps(start, || 0.0), sight))?;
    }
}
