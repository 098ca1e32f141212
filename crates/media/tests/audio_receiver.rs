//! A stream over simulated networks: what is heard, and how late.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod audio_support;

use audio_support::{Noise, amplitude_at, rms, sine};
use bytes::Bytes;
use consilium_media::ReceivedRtp;
use consilium_media::audio::{AudioReceiver, EncoderOptions, FrameKind, OpusEncoder, ReceiverStats};
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// The longest delay there may be on top of what the network itself causes at the time: the largest target, the
/// tolerance above it, and one 10 ms pull.
const WORST_DELAY: Duration = Duration::from_millis(200 + 60 + 10);

/// What a network does to packets.
#[derive(Clone, Copy, Debug)]
struct Network {
    seed: u64,
    loss: f32,
    jitter_ms: f32,
    duplicates: f32,
    /// How much faster the sender's clock runs, in parts per million.
    drift_ppm: f32,
    /// Packets sent between these seconds arrive at the end of the interval.
    freeze: Option<(f32, f32)>,
}

const PERFECT: Network =
    Network { seed: 1, loss: 0.0, jitter_ms: 0.0, duplicates: 0.0, drift_ppm: 0.0, freeze: None };

struct Heard {
    samples: Vec<f32>,
    kinds: Vec<FrameKind>,
    delays: Vec<Duration>,
    /// By how much the packets of the last half second were late at most.
    held: Vec<Duration>,
    stats: ReceiverStats,
}

impl Heard {
    fn share(&self, kind: FrameKind) -> f32 {
        self.kinds.iter().filter(|k| **k == kind).count() as f32 / self.kinds.len() as f32
    }
}

/// Packets of a 440 Hz sine in syllables (steady sound gets no error correction), numbered so that both counters wrap, with the seconds at which they are ready.
fn speak(seconds: f32, drift_ppm: f32) -> Vec<(f32, ReceivedRtp)> {
    speak_with(EncoderOptions::default(), seconds, drift_ppm, |_| true)
}

/// The same, encoded with these options and silent at times.
fn speak_with(
    options: EncoderOptions,
    seconds: f32,
    drift_ppm: f32,
    speaks: impl Fn(f32) -> bool,
) -> Vec<(f32, ReceivedRtp)> {
    let mut encoder = OpusEncoder::new(options, u32::MAX - 48_000).unwrap();
    let (mut tone, mut syllable) = (sine(440.0, 0.5), sine(4.0, 0.5));
    let (mut sequence, mut packets) = (u16::MAX - 20, Vec::new());
    let arrived = Instant::now();
    for i in 0..(seconds * 100.0) as u32 {
        let (carrier, envelope) = (tone(), syllable());
        let loudness = if speaks(i as f32 * 0.01) { 1.0 } else { 0.0 };
        let frame = std::array::from_fn(|i| loudness * carrier[i] * (0.5 + envelope[i]));
        let Some(packet) = encoder.push(&frame).unwrap() else { continue };
        let (timestamp, payload) = (packet.rtp_timestamp, packet.data);
        let rtp = ReceivedRtp { sequence, timestamp, marker: false, payload, arrived };
        packets.push(((i + 1) as f32 * 0.01 / (1.0 + drift_ppm * 1e-6), rtp));
        sequence = sequence.wrapping_add(1);
    }
    packets
}

/// A packet on its way: when it arrives, and how much later than it could have.
struct Arriving {
    at: f32,
    late: f32,
    packet: ReceivedRtp,
}

fn send(network: Network, packets: Vec<(f32, ReceivedRtp)>) -> Vec<Arriving> {
    let mut noise = Noise(network.seed);
    let mut arriving = Vec::new();
    for (sent, packet) in packets {
        if noise.chance() < network.loss {
            continue;
        }
        let held = match network.freeze {
            Some((from, to)) if (from..to).contains(&sent) => to,
            _ => sent,
        };
        let copies = 1 + u32::from(noise.chance() < network.duplicates);
        for _ in 0..copies {
            let late = held - sent + noise.chance() * network.jitter_ms / 1000.0;
            arriving.push(Arriving { at: sent + 0.02 + late, late, packet: packet.clone() });
        }
    }
    arriving.sort_by(|a, b| a.at.total_cmp(&b.at));
    arriving
}

fn listen(seconds: f32, arriving: Vec<Arriving>) -> Heard {
    let start = Instant::now();
    let mut receiver = AudioReceiver::new();
    let mut heard = Heard {
        samples: vec![],
        kinds: vec![],
        delays: vec![],
        held: vec![],
        stats: ReceiverStats::default(),
    };
    let mut recent: Vec<(f32, f32)> = Vec::new();
    let mut arriving = arriving.into_iter().peekable();
    for i in 0..(seconds * 100.0) as u32 {
        let now = i as f32 * 0.01;
        while let Some(Arriving { at, late, mut packet }) = arriving.next_if(|next| next.at <= now) {
            recent.push((at, late));
            packet.arrived = start + Duration::from_secs_f32(at);
            receiver.push(packet);
        }
        let frame = receiver.pull_10ms(start + Duration::from_secs_f32(now));
        heard.samples.extend_from_slice(&frame.samples);
        heard.kinds.push(frame.kind);
        heard.delays.push(receiver.stats().delay);
        recent.retain(|(at, _)| now - at < 0.5);
        heard.held.push(Duration::from_secs_f32(recent.iter().map(|(_, late)| *late).fold(0.0, f32::max)));
    }
    heard.stats = receiver.stats();
    heard
}

fn call(network: Network, seconds: f32) -> Heard {
    listen(seconds, send(network, speak(seconds, network.drift_ppm)))
}

#[test]
fn a_perfect_network_needs_no_tricks() {
    let heard = call(PERFECT, 10.0);
    assert_eq!((heard.stats.lost, heard.stats.late, heard.stats.concealed_samples), (0, 0, 0));
    assert!(heard.delays.last().unwrap() <= &Duration::from_millis(45), "{:?}", heard.stats);
    let amplitude = amplitude_at(&heard.samples[48_000..432_000], 440.0);
    assert!(amplitude > 0.2, "{amplitude}");
}

#[test]
fn five_percent_loss_is_mostly_brought_back() {
    let heard = call(Network { loss: 0.05, jitter_ms: 10.0, ..PERFECT }, 20.0);
    let stats = heard.stats;
    assert!(stats.lost > 20, "{stats:?}");
    assert!(stats.recovered * 3 > stats.lost * 2, "{stats:?}");
    let per_second: Vec<f32> =
        heard.samples[48_000..].chunks_exact(48_000).map(|second| amplitude_at(second, 440.0)).collect();
    assert!(per_second.iter().all(|amplitude| *amplitude > 0.15), "{per_second:?}");
}

/// The share of the sound that is extrapolated when the sender expects this loss.
fn concealed(network: Network, expected_loss: u8) -> f64 {
    let options = EncoderOptions { expected_loss, ..EncoderOptions::default() };
    let heard = listen(20.0, send(network, speak_with(options, 20.0, 0.0, |_| true)));
    heard.stats.concealed_samples as f64 / heard.stats.total_samples as f64
}

#[test]
fn error_correction_that_is_expected_to_be_needed_conceals_less() {
    for (loss, percent) in [(0.05, 5), (0.10, 10)] {
        let network = Network { loss, jitter_ms: 10.0, ..PERFECT };
        let (without, with) = (concealed(network, 0), concealed(network, percent));
        println!("{percent} % lost: {:.2} % concealed, without {:.2} %", with * 100.0, without * 100.0);
        assert!(with * 3.0 < without, "{with} {without}");
        assert!(with < f64::from(loss) / 3.0, "{with}");
    }
}

#[test]
fn silence_is_not_sent_and_is_no_loss() {
    let silent = |at: f32| (3.0..7.0).contains(&at);
    let packets = speak_with(EncoderOptions::default(), 10.0, 0.0, |at| !silent(at));
    let sent = packets.iter().filter(|(at, _)| (3.5..7.0).contains(at)).count();
    assert!(sent <= 20, "{sent} packets in 3.5 s of silence");
    let numbered = packets.into_iter().enumerate().map(|(i, (at, packet))| {
        (at, ReceivedRtp { sequence: (u16::MAX - 20).wrapping_add(i as u16), ..packet })
    });
    let heard = listen(10.0, send(PERFECT, numbered.collect()));
    assert_eq!((heard.stats.lost, heard.stats.late), (0, 0), "{:?}", heard.stats);
    assert!(heard.stats.concealed_samples < 4800, "{:?}", heard.stats);
    let loud =
        |seconds: std::ops::Range<usize>| rms(&heard.samples[48_000 * seconds.start..48_000 * seconds.end]);
    assert!(loud(1..2) > 0.1 && loud(8..9) > 0.8 * loud(1..2), "{} {}", loud(1..2), loud(8..9));
    assert!(loud(4..6) < 0.01, "{}", loud(4..6));
}

#[test]
fn sound_waits_for_pictures() {
    let start = Instant::now();
    let mut receiver = AudioReceiver::new();
    let mut arriving = send(PERFECT, speak(20.0, 0.0)).into_iter().peekable();
    let mut delays = Vec::new();
    for i in 0..2000 {
        let now = i as f32 * 0.01;
        match i {
            300 => receiver.set_least_delay(Duration::from_millis(180)),
            1200 => receiver.set_least_delay(Duration::ZERO),
            _ => {}
        }
        while let Some(Arriving { at, mut packet, .. }) = arriving.next_if(|next| next.at <= now) {
            packet.arrived = start + Duration::from_secs_f32(at);
            receiver.push(packet);
        }
        receiver.pull_10ms(start + Duration::from_secs_f32(now));
        delays.push(receiver.stats().delay);
    }
    assert!(delays[290] < Duration::from_millis(60), "{:?}", delays[290]);
    assert!((150..220).contains(&delays[800].as_millis()), "{:?}", delays[800]);
    assert!(delays[1990] < Duration::from_millis(80), "{:?}", delays[1990]);
    assert_eq!(receiver.stats().lost, 0);
}

#[test]
fn jitter_is_waited_for() {
    let heard = call(Network { jitter_ms: 80.0, ..PERFECT }, 30.0);
    assert!(heard.share(FrameKind::Concealed) < 0.03, "{:?}", heard.stats);
    assert!(heard.stats.target_delay >= Duration::from_millis(60), "{:?}", heard.stats);
    assert!(heard.stats.target_delay <= Duration::from_millis(110), "{:?}", heard.stats);
}

#[test]
fn clock_drift_is_followed() {
    for drift_ppm in [-300.0, 300.0] {
        let heard = call(Network { drift_ppm, jitter_ms: 5.0, ..PERFECT }, 120.0);
        assert!(heard.share(FrameKind::Decoded) > 0.99, "{drift_ppm}: {:?}", heard.stats);
        assert!(heard.stats.delay < Duration::from_millis(80), "{drift_ppm}: {:?}", heard.stats);
    }
}

#[test]
fn after_a_freeze_the_delay_comes_back_down() {
    let heard = call(Network { freeze: Some((3.0, 4.5)), ..PERFECT }, 15.0);
    assert!(heard.delays[500..].iter().all(|delay| *delay <= WORST_DELAY), "{:?}", heard.delays.iter().max());
    assert!(heard.stats.delay < Duration::from_millis(60), "{:?}", heard.stats);
    assert!(amplitude_at(&heard.samples[48_000 * 14..], 440.0) > 0.2);
}

#[test]
fn a_pause_of_the_sender_is_silence_and_no_loss() {
    let mut packets = speak(10.0, 0.0);
    packets.retain(|(at, _)| !(3.0..6.0).contains(at));
    for (i, (_, packet)) in packets.iter_mut().enumerate() {
        packet.sequence = i as u16;
    }
    let heard = listen(10.0, send(PERFECT, packets));
    assert_eq!(heard.stats.lost, 0, "{:?}", heard.stats);
    assert_eq!(heard.kinds[400..580].iter().filter(|kind| **kind != FrameKind::Silence).count(), 0);
    assert!(amplitude_at(&heard.samples[48_000 * 7..48_000 * 10], 440.0) > 0.2);
}

#[test]
fn a_sender_that_starts_anew_is_heard_again() {
    let mut packets = speak(10.0, 0.0);
    for (at, packet) in &mut packets {
        if *at > 5.0 {
            packet.sequence = packet.sequence.wrapping_add(20_000);
            packet.timestamp = packet.timestamp.wrapping_add(1_000_000_000);
        }
    }
    let heard = listen(10.0, send(PERFECT, packets));
    assert!(amplitude_at(&heard.samples[48_000 * 6..], 440.0) > 0.2, "{:?}", heard.stats);
    assert!(heard.stats.delay < Duration::from_millis(60), "{:?}", heard.stats);
}

#[test]
fn what_is_not_opus_is_concealed() {
    let mut packets = speak(6.0, 0.0);
    for (i, (_, packet)) in packets.iter_mut().enumerate() {
        match i % 20 {
            5 => packet.payload = Bytes::new(),
            10 => packet.payload = Bytes::from_static(&[0xFF; 40]),
            _ => {}
        }
    }
    let heard = listen(6.0, send(PERFECT, packets));
    assert!(heard.stats.malformed >= 28, "{:?}", heard.stats);
    assert!(amplitude_at(&heard.samples[48_000..48_000 * 5], 440.0) > 0.15);
}

prop_compose! {
    fn any_network()(
        seed in any::<u64>(),
        loss in 0.0_f32..0.6,
        jitter_ms in 0.0_f32..400.0,
        duplicates in 0.0_f32..0.3,
        drift_ppm in -1000.0_f32..1000.0,
        freeze in prop::option::of((0.5_f32..2.0, 2.0_f32..4.0)),
    ) -> Network {
        Network { seed, loss, jitter_ms, duplicates, drift_ppm, freeze }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_network_breaks_it_or_makes_it_lag(network in any_network()) {
        let packets = send(network, speak(6.0, network.drift_ppm));
        let sent = packets.iter().filter(|packet| packet.at <= 5.99).count() as u64;
        let heard = listen(6.0, packets);
        prop_assert_eq!(heard.samples.len(), 6 * 48_000);
        prop_assert!(heard.samples.iter().all(|s| s.is_finite() && s.abs() < 1.5));
        prop_assert_eq!(heard.stats.packets, sent);
        prop_assert_eq!(heard.stats.total_samples, 6 * 48_000);
        for (delay, held) in heard.delays.iter().zip(&heard.held) {
            prop_assert!(*delay <= *held + WORST_DELAY, "{:?} {:?} {:?}", delay, held, heard.stats);
        }
    }

    #[test]
    fn garbage_is_survived(
        packets in prop::collection::vec(
            (any::<u16>(), any::<u32>(), prop::collection::vec(any::<u8>(), 0..60), 0_u64..40),
            0..300,
        ),
    ) {
        let start = Instant::now();
        let (mut receiver, mut at) = (AudioReceiver::new(), start);
        let count = packets.len() as u64;
        for (sequence, timestamp, payload, wait) in packets {
            let payload = Bytes::from(payload);
            receiver.push(ReceivedRtp { sequence, timestamp, marker: false, payload, arrived: at });
            at += Duration::from_millis(wait);
            let frame = receiver.pull_10ms(at);
            prop_assert!(frame.samples.iter().all(|s| s.is_finite()));
        }
        prop_assert_eq!(receiver.stats().packets, count);
    }
}
