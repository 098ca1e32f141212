//! A receiver behind a network that loses, reorders, repeats and delays, with a sender that sends again.

use bytes::Bytes;
use consilium_media::video::rtp::Packetizer;
use consilium_media::video::{ReceiverConfig, VideoEvent, VideoReceiver, VideoReceiverStats};
use consilium_media::{EncodedVideo, ReceivedRtp, RtpPayload};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

const FRAME: Duration = Duration::from_micros(33_333);

#[derive(Clone, Copy, Debug)]
struct Network {
    loss: f64,
    duplication: f64,
    jitter_ms: u64,
    rtt_ms: u64,
}

fn network(max_loss: f64) -> impl Strategy<Value = Network> {
    (0.0..max_loss, 0.0..0.1, 0u64..25, 2u64..250)
        .prop_map(|(loss, duplication, jitter_ms, rtt_ms)| Network { loss, duplication, jitter_ms, rtt_ms })
}

/// Real key-frame headers, a number to tell pictures apart, and some length.
fn picture(number: u32, key: bool, temporal: u8, length: usize) -> EncodedVideo {
    let mut data = vec![u8::from(!key), 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01];
    data.extend_from_slice(&number.to_le_bytes());
    data.resize(14 + length, number as u8);
    EncodedVideo {
        layer: 0,
        key,
        temporal,
        layer_sync: key || temporal > 0,
        width: 640,
        height: 360,
        rtp_timestamp: (u32::MAX - 90_000).wrapping_add(number * 3000),
        data: data.into(),
    }
}

fn number_of(frame: &EncodedVideo) -> u32 {
    u32::from_le_bytes(frame.data[10..14].try_into().expect("four bytes"))
}

/// Sends a picture every 33 ms over a network, answers requests, and keeps what came out.
struct Simulation {
    network: Network,
    random: u64,
    now: Instant,
    in_flight: BTreeMap<(Instant, u64), ReceivedRtp>,
    requests: BTreeMap<(Instant, u64), VideoEvent>,
    tie: u64,
    sent: HashMap<u16, RtpPayload>,
    sequence: u16,
    packetizer: Packetizer,
    layered: bool,
    key_wanted: bool,
    pictures: Vec<EncodedVideo>,
    receiver: VideoReceiver,
    given: Vec<(Instant, EncodedVideo)>,
    lost: u64,
}

impl Simulation {
    fn new(network: Network, seed: u64, layered: bool) -> Self {
        let mut receiver = VideoReceiver::new(ReceiverConfig::default());
        receiver.set_rtt(Duration::from_millis(network.rtt_ms));
        Self {
            network,
            random: seed | 1,
            now: Instant::now(),
            in_flight: BTreeMap::new(),
            requests: BTreeMap::new(),
            tie: 0,
            sent: HashMap::new(),
            sequence: 65_000,
            packetizer: Packetizer::new(32_700, layered),
            layered,
            key_wanted: true,
            pictures: Vec::new(),
            receiver,
            given: Vec::new(),
            lost: 0,
        }
    }

    fn chance(&mut self, share: f64) -> bool {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        ((self.random >> 11) as f64 / (1u64 << 53) as f64) < share
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.chance(0.0);
        if limit == 0 { 0 } else { (self.random >> 16) % limit }
    }

    fn half_rtt(&self) -> Duration {
        Duration::from_millis(self.network.rtt_ms) / 2
    }

    fn transmit(&mut self, sequence: u16, at: Instant) {
        let Some(payload) = self.sent.get(&sequence).cloned() else { return };
        let copies = 1 + u8::from(self.chance(self.network.duplication));
        for _ in 0..copies {
            if self.chance(self.network.loss) {
                self.lost += 1;
                continue;
            }
            let arrived =
                at + self.half_rtt() + Duration::from_millis(self.below(self.network.jitter_ms + 1));
            self.tie += 1;
            let packet = ReceivedRtp {
                sequence,
                timestamp: payload.timestamp,
                marker: payload.marker,
                payload: payload.payload.clone(),
                arrived,
            };
            self.in_flight.insert((arrived, self.tie), packet);
        }
    }

    fn send_picture(&mut self) {
        let number = self.pictures.len() as u32;
        let key = std::mem::take(&mut self.key_wanted);
        let temporal = if self.layered && !key { (number % 2) as u8 } else { 0 };
        let length = if key { 20_000 } else { 200 + self.below(4000) as usize };
        let picture = picture(number, key, temporal, length);
        for payload in self.packetizer.packetize(&picture) {
            let sequence = self.sequence;
            self.sequence = sequence.wrapping_add(1);
            self.sent.insert(sequence, payload);
            self.transmit(sequence, self.now);
        }
        self.pictures.push(picture);
    }

    fn answer(&mut self, at: Instant, request: VideoEvent) {
        match request {
            VideoEvent::Nack(sequences) => {
                sequences.into_iter().for_each(|sequence| self.transmit(sequence, at))
            }
            VideoEvent::KeyFrameNeeded => self.key_wanted = true,
            VideoEvent::Frame(_) => unreachable!("a frame is not a request"),
        }
    }

    fn poll(&mut self, at: Instant) {
        while let Some(event) = self.receiver.poll(at) {
            match event {
                VideoEvent::Frame(frame) => self.given.push((at, frame)),
                request if self.chance(self.network.loss) => drop(request),
                request => {
                    self.tie += 1;
                    self.requests.insert((at + self.half_rtt(), self.tie), request);
                }
            }
        }
    }

    /// Lets everything happen that happens before `until`, in its order.
    fn advance(&mut self, until: Instant) {
        loop {
            let arrival = self.in_flight.keys().next().map(|key| key.0);
            let request = self.requests.keys().next().map(|key| key.0);
            let timeout = self.receiver.next_timeout();
            let Some(next) = [arrival, request, timeout].into_iter().flatten().min().filter(|at| *at < until)
            else {
                break;
            };
            self.now = self.now.max(next);
            if request == Some(next) {
                let ((at, _), request) = self.requests.pop_first().expect("a request");
                self.answer(at, request);
            } else if arrival == Some(next) {
                let (_, packet) = self.in_flight.pop_first().expect("a packet");
                self.receiver.push(packet);
            }
            self.poll(self.now);
            assert!(
                self.receiver.next_timeout().is_none_or(|at| at > self.now),
                "polling again would be endless"
            );
        }
        self.now = until;
    }

    /// Of the time since `from`, the share in which a picture stayed for longer than 200 ms.
    fn frozen(&self, from: Instant) -> f64 {
        let times: Vec<Instant> = self.given.iter().map(|(at, _)| *at).filter(|at| *at >= from).collect();
        let stays = times.windows(2).map(|pair| pair[1] - pair[0]);
        let frozen: Duration = stays.filter(|stay| *stay > Duration::from_millis(200)).sum();
        frozen.as_secs_f64() / (self.now - from).as_secs_f64()
    }

    /// How old each picture was when it was given out, in ascending order.
    fn ages(&self, begun: Instant) -> Vec<Duration> {
        let age =
            |(at, frame): &(Instant, EncodedVideo)| (*at - begun).saturating_sub(FRAME * number_of(frame));
        let mut ages: Vec<_> = self.given.iter().map(age).collect();
        ages.sort_unstable();
        ages
    }

    fn run(&mut self, pictures: u32) -> VideoReceiverStats {
        for _ in 0..pictures {
            self.send_picture();
            self.advance(self.now + FRAME);
        }
        self.receiver.stats()
    }

    /// Every picture given out is whole, in order, and depends only on pictures that were given out.
    fn check_decodable(&self) -> Result<(), TestCaseError> {
        let mut last: Option<u32> = None;
        for (_, frame) in &self.given {
            let number = number_of(frame);
            prop_assert_eq!(frame, &self.pictures[number as usize]);
            prop_assert!(last.is_none_or(|last| last < number), "pictures in disorder");
            if !frame.key {
                let base =
                    (0..number).rev().find(|n| self.pictures[*n as usize].temporal == 0).expect("a base");
                let newest_base =
                    self.given.iter().map(|(_, frame)| number_of(frame)).filter(|n| *n < number);
                let newest_base = newest_base.filter(|n| self.pictures[*n as usize].temporal == 0).max();
                prop_assert_eq!(newest_base, Some(base), "picture {} without its base", number);
            }
            last = Some(number);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_given_out_can_be_decoded(network in network(0.3), seed: u64, layered: bool) {
        let mut simulation = Simulation::new(network, seed, layered);
        let stats = simulation.run(300);
        simulation.check_decodable()?;
        prop_assert_eq!(stats.frames, simulation.given.len() as u64);
        prop_assert_eq!(stats.malformed, 0);
    }

    #[test]
    fn requests_stay_in_proportion_to_the_loss(network in network(0.2), seed: u64, layered: bool) {
        let mut simulation = Simulation::new(network, seed, layered);
        let stats = simulation.run(600);
        // Packets that are merely late cost a few requests until the receiver has learned how late they come.
        prop_assert!(stats.nacks_sent as f64 <= 2.5 * simulation.lost as f64 + 60.0,
            "{} requests for {} lost packets", stats.nacks_sent, simulation.lost);
        let seconds = 20;
        prop_assert!(stats.key_requests <= 2 * seconds);
    }

    #[test]
    fn a_lossless_network_gives_every_picture_and_wants_nothing(
        (jitter_ms, rtt_ms) in (0u64..10, 2u64..250), duplication in 0.0..0.3, seed: u64, layered: bool,
    ) {
        let mut simulation = Simulation::new(Network { loss: 0.0, duplication, jitter_ms, rtt_ms }, seed, layered);
        let stats = simulation.run(300);
        simulation.check_decodable()?;
        // The last pictures are still under way.
        prop_assert!(simulation.given.len() >= 290, "{} pictures", simulation.given.len());
        prop_assert_eq!((stats.nacks_sent, stats.lost), (0, 0));
        prop_assert_eq!(simulation.receiver.delay(), Duration::ZERO);
    }

    #[test]
    fn moderate_loss_costs_few_pictures(loss in 0.0..0.05, rtt_ms in 2u64..100, seed: u64) {
        let network = Network { loss, duplication: 0.0, jitter_ms: 5, rtt_ms };
        let mut simulation = Simulation::new(network, seed, false);
        let stats = simulation.run(600);
        simulation.check_decodable()?;
        // The beginning may be lost, and the request for another one.
        prop_assert!(simulation.given.len() >= 555, "{} of 600 pictures, {:?}", simulation.given.len(), stats);
    }

    #[test]
    fn the_receiver_takes_anything(packets in prop::collection::vec(
        (any::<u16>(), any::<u32>(), any::<bool>(), prop::collection::vec(any::<u8>(), 0..40), 0u64..2000), 1..400,
    )) {
        let mut receiver = VideoReceiver::new(ReceiverConfig { max_packets: 64, max_missing: 32, ..Default::default() });
        let mut now = Instant::now();
        for (sequence, timestamp, marker, payload, wait) in packets {
            now += Duration::from_millis(wait);
            receiver.push(ReceivedRtp { sequence, timestamp, marker, payload: payload.into(), arrived: now });
            let mut events = 0;
            while receiver.poll(now).is_some() {
                events += 1;
                prop_assert!(events < 200, "endless events");
            }
        }
    }
}

/// Pushes a picture's packets but those that are left out, by their place.
fn push(
    receiver: &mut VideoReceiver,
    first: u16,
    payloads: &[RtpPayload],
    without: &[usize],
    arrived: Instant,
) -> u16 {
    for (index, payload) in payloads.iter().enumerate().filter(|(index, _)| !without.contains(index)) {
        receiver.push(packet(first.wrapping_add(index as u16), payload, arrived));
    }
    first.wrapping_add(payloads.len() as u16)
}

fn packet(sequence: u16, payload: &RtpPayload, arrived: Instant) -> ReceivedRtp {
    ReceivedRtp {
        sequence,
        timestamp: payload.timestamp,
        marker: payload.marker,
        payload: payload.payload.clone(),
        arrived,
    }
}

fn events(receiver: &mut VideoReceiver, now: Instant) -> Vec<VideoEvent> {
    std::iter::from_fn(|| receiver.poll(now)).collect()
}

#[test]
fn a_picture_is_given_out_when_its_last_packet_comes() {
    let (mut packetizer, now) = (Packetizer::new(0, false), Instant::now());
    let mut receiver = VideoReceiver::new(ReceiverConfig::default());
    let payloads = packetizer.packetize(&picture(0, true, 0, 5000));
    push(&mut receiver, 10, &payloads, &[payloads.len() - 1], now);
    assert_eq!(events(&mut receiver, now), []);
    receiver.push(packet(10 + payloads.len() as u16 - 1, &payloads[payloads.len() - 1], now));
    assert_eq!(events(&mut receiver, now), [VideoEvent::Frame(picture(0, true, 0, 5000))]);
}

#[test]
fn a_stream_that_begins_in_the_middle_asks_for_a_key_frame_twice_a_second() {
    let (mut packetizer, start) = (Packetizer::new(0, false), Instant::now());
    let mut receiver = VideoReceiver::new(ReceiverConfig::default());
    let mut sequence = 0;
    let mut asked = 0;
    for number in 0..30 {
        let now = start + FRAME * number;
        sequence =
            push(&mut receiver, sequence, &packetizer.packetize(&picture(number, false, 0, 100)), &[], now);
        asked +=
            events(&mut receiver, now).iter().filter(|event| **event == VideoEvent::KeyFrameNeeded).count();
    }
    assert_eq!(asked, 2);
}

#[test]
fn a_packet_that_never_comes_ends_in_a_key_frame() {
    let (mut packetizer, start) = (Packetizer::new(0, false), Instant::now());
    let mut receiver = VideoReceiver::new(ReceiverConfig::default());
    let mut sequence = 0;
    let (mut given, mut requests, mut keys) = (Vec::new(), 0, 0);
    for number in 0..60 {
        let now = start + FRAME * number;
        let picture = picture(number, number == 0 || number == 40, 0, 3000);
        let without: &[usize] = if number == 10 { &[1] } else { &[] };
        sequence = push(&mut receiver, sequence, &packetizer.packetize(&picture), without, now);
        for event in events(&mut receiver, now) {
            match event {
                VideoEvent::Frame(frame) => given.push(number_of(&frame)),
                VideoEvent::Nack(sequences) => requests += sequences.len(),
                VideoEvent::KeyFrameNeeded => keys += 1,
            }
        }
    }
    assert_eq!(given, (0..10).chain(40..60).collect::<Vec<_>>());
    assert!((2..=8).contains(&requests), "{requests} requests");
    assert!((1..=2).contains(&keys), "{keys} key frame requests");
}

#[test]
fn a_key_frame_behind_a_gap_is_given_out_at_once() {
    let (mut packetizer, now) = (Packetizer::new(0, false), Instant::now());
    let mut receiver = VideoReceiver::new(ReceiverConfig::default());
    let next = push(&mut receiver, 0, &packetizer.packetize(&picture(0, true, 0, 100)), &[], now);
    let next = push(&mut receiver, next, &packetizer.packetize(&picture(1, false, 0, 100)), &[0], now);
    push(&mut receiver, next, &packetizer.packetize(&picture(2, true, 0, 100)), &[], now);
    let numbers: Vec<_> = events(&mut receiver, now)
        .iter()
        .map(|event| match event {
            VideoEvent::Frame(frame) => number_of(frame),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(numbers, [0, 2]);
}

#[test]
fn a_lost_picture_of_the_upper_temporal_layer_holds_nothing_up() {
    let (mut packetizer, now) = (Packetizer::new(0, true), Instant::now());
    let mut receiver = VideoReceiver::new(ReceiverConfig::default());
    let next = push(&mut receiver, 0, &packetizer.packetize(&picture(0, true, 0, 100)), &[], now);
    let next = push(&mut receiver, next, &packetizer.packetize(&picture(1, false, 1, 100)), &[0], now);
    push(&mut receiver, next, &packetizer.packetize(&picture(2, false, 0, 100)), &[], now);
    assert_eq!(events(&mut receiver, now).len(), 1);
    let soon = receiver.next_timeout().expect("a timeout");
    assert!(soon - now <= Duration::from_millis(50));
    assert_eq!(events(&mut receiver, soon), [VideoEvent::Frame(picture(2, false, 0, 100))]);
}

/// A line as many have it: pictures of two or three packets, one packet in twenty lost, and unsteady.
const USUAL_BAD: Network = Network { loss: 0.05, duplication: 0.0, jitter_ms: 25, rtt_ms: 100 };

#[test]
fn the_picture_goes_on_moving_where_one_packet_in_twenty_is_lost() {
    for seed in 1..=8 {
        let mut simulation = Simulation::new(USUAL_BAD, seed, true);
        let begun = simulation.now;
        simulation.run(90);
        let settled = simulation.now;
        let stats = simulation.run(1800);
        let (frozen, ages) = (simulation.frozen(settled), simulation.ages(begun));
        let p95 = ages[ages.len() * 95 / 100];
        println!(
            "seed {seed}: {:.1} % frozen, p95 {p95:?}, {:?}",
            frozen * 100.0,
            simulation.receiver.delay()
        );
        assert!(frozen < 0.02, "{frozen}");
        assert!(p95 < Duration::from_millis(400), "{p95:?}");
        assert!(stats.key_requests <= 10, "{stats:?}");
    }
}

#[test]
fn what_a_freeze_is_counted_as_is_what_was_seen() {
    let network = Network { loss: 0.1, duplication: 0.0, jitter_ms: 0, rtt_ms: 250 };
    let mut simulation = Simulation::new(network, 5, true);
    let begun = simulation.now;
    let stats = simulation.run(1800);
    let seen = simulation.frozen(begun) * 60_000.0;
    assert!((stats.frozen_ms as f64 - seen).abs() < 300.0, "{} {seen}", stats.frozen_ms);
}

#[test]
fn a_sender_that_sends_seldom_is_no_freeze() {
    let (mut packetizer, mut now) = (Packetizer::new(0, false), Instant::now());
    let mut receiver = VideoReceiver::new(ReceiverConfig::default());
    let mut next = 0;
    for number in 0..20 {
        let slide = EncodedVideo { rtp_timestamp: number * 90_000, ..picture(number, number == 0, 0, 100) };
        next = push(&mut receiver, next, &packetizer.packetize(&slide), &[], now);
        assert_eq!(events(&mut receiver, now).len(), 1, "at once");
        now += Duration::from_secs(1);
    }
    assert_eq!(receiver.stats().frozen_ms, 0);
}

#[test]
fn pictures_wait_for_the_sound() {
    let network = Network { loss: 0.0, duplication: 0.0, jitter_ms: 0, rtt_ms: 40 };
    let mut simulation = Simulation::new(network, 1, true);
    simulation.run(60);
    simulation.receiver.set_least_delay(Duration::from_millis(90));
    simulation.run(60);
    let waits: Vec<_> = simulation.given[70..].windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    assert_eq!(simulation.receiver.delay(), Duration::from_millis(90));
    assert!(waits.iter().all(|wait| *wait < Duration::from_millis(150)), "{waits:?}");
    simulation.receiver.set_least_delay(Duration::ZERO);
    simulation.run(60);
    assert_eq!(simulation.receiver.delay(), Duration::ZERO);
}

#[test]
fn padding_is_no_gap() {
    let (mut packetizer, now) = (Packetizer::new(0, false), Instant::now());
    let mut receiver = VideoReceiver::new(ReceiverConfig::default());
    let next = push(&mut receiver, 0, &packetizer.packetize(&picture(0, true, 0, 100)), &[], now);
    let padding = RtpPayload { timestamp: 0, marker: false, payload: Bytes::new() };
    let next = push(&mut receiver, next, &[padding.clone(), padding], &[], now);
    push(&mut receiver, next, &packetizer.packetize(&picture(1, false, 0, 100)), &[], now);
    assert_eq!(events(&mut receiver, now).len(), 2);
}

#[test]
fn a_sender_that_numbers_anew_is_followed() {
    let (mut packetizer, mut now) = (Packetizer::new(0, false), Instant::now());
    for jump in [-20_000i16, 20_000] {
        let mut receiver = VideoReceiver::new(ReceiverConfig::default());
        let next = push(&mut receiver, 30_000, &packetizer.packetize(&picture(0, true, 0, 100)), &[], now);
        let mut next = next.wrapping_add_signed(jump);
        let mut given = 0;
        for number in 1..400 {
            now += FRAME;
            let picture = picture(number, number % 150 == 0, 0, 100);
            next = push(&mut receiver, next, &packetizer.packetize(&picture), &[], now);
            given += events(&mut receiver, now)
                .iter()
                .filter(|event| matches!(event, VideoEvent::Frame(_)))
                .count();
        }
        assert!(given >= 250, "{given} pictures after a jump by {jump}");
    }
}

#[test]
fn the_size_comes_from_the_key_frame() {
    let (mut packetizer, now) = (Packetizer::new(0, false), Instant::now());
    let mut receiver = VideoReceiver::new(ReceiverConfig::default());
    let next = push(&mut receiver, 0, &packetizer.packetize(&picture(0, true, 0, 100)), &[], now);
    push(&mut receiver, next, &packetizer.packetize(&picture(1, false, 0, 100)), &[], now);
    for event in events(&mut receiver, now) {
        let VideoEvent::Frame(frame) = event else { panic!("{event:?}") };
        assert_eq!((frame.width, frame.height), (640, 360));
    }
}

#[test]
#[ignore = "prints figures: what loss costs"]
fn cost_of_loss() {
    println!(
        "{:>5} {:>6} | {:>6} {:>8} {:>6} {:>5} {:>9} {:>7}",
        "loss", "rtt", "frames", "requests", "lost", "keys", "p95 age", "frozen"
    );
    for loss in [0.01, 0.05, 0.1, 0.2] {
        for rtt_ms in [20, 50, 150, 300] {
            let network = Network { loss, duplication: 0.0, jitter_ms: 3, rtt_ms };
            let mut simulation = Simulation::new(network, 77, true);
            let begun = simulation.now;
            let stats = simulation.run(1800);
            let ages = simulation.ages(begun);
            println!(
                "{:>4}% {:>3} ms | {:>6} {:>8} {:>6} {:>5} {:>6} ms {:>5.1} %",
                loss * 100.0,
                rtt_ms,
                stats.frames,
                stats.nacks_sent,
                simulation.lost,
                stats.key_requests,
                ages[ages.len() * 95 / 100].as_millis(),
                simulation.frozen(begun) * 100.0
            );
        }
    }
}
