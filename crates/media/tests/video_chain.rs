//! The whole way of a picture: captured, encoded, packetized, lost and shuffled, received, decoded, its clock read.

use consilium_media::video::rtp::{Packetizer, PayloadRewriter};
use consilium_media::video::vp8::TemporalLayers;
use consilium_media::video::{
    CaptureEvent, FileSink, LayerSet, LocalVideo, LocalVideoConfig, NativeSink, NativeStreamStats,
    ReceiverConfig, VideoEvent, VideoReceiver, VideoSink, VideoSize, VideoSpec,
};
use consilium_media::{EncodedVideo, ReceivedRtp, RtpPayload};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Numbers the packets, loses every `nth`, and swaps neighbours.
struct Road {
    sequence: u16,
    nth: u32,
    count: u32,
    sent: HashMap<u16, RtpPayload>,
}

impl Road {
    fn new(nth: u32) -> Self {
        Self { sequence: 65_500, nth, count: 0, sent: HashMap::new() }
    }

    fn carry(&mut self, payloads: Vec<RtpPayload>, receiver: &mut VideoReceiver) {
        let mut arriving = Vec::new();
        for payload in payloads {
            self.sequence = self.sequence.wrapping_add(1);
            self.count += 1;
            self.sent.insert(self.sequence, payload);
            if !self.count.is_multiple_of(self.nth) {
                arriving.push(self.sequence);
            }
        }
        arriving.chunks_mut(2).for_each(<[u16]>::reverse);
        arriving.into_iter().for_each(|sequence| self.deliver(sequence, receiver));
    }

    fn deliver(&self, sequence: u16, receiver: &mut VideoReceiver) {
        let Some(payload) = self.sent.get(&sequence) else { return };
        receiver.push(ReceivedRtp {
            sequence,
            timestamp: payload.timestamp,
            marker: payload.marker,
            payload: payload.payload.clone(),
            arrived: Instant::now(),
        });
    }
}

fn next(events: &Receiver<CaptureEvent>) -> EncodedVideo {
    match events.recv_timeout(Duration::from_secs(10)).expect("an event in time") {
        CaptureEvent::Frame(frame) => frame,
        other => panic!("{other:?}"),
    }
}

fn start(config: LocalVideoConfig) -> (LocalVideo, Receiver<CaptureEvent>) {
    let (sink, events) = channel();
    let spec = VideoSpec::Synthetic { seed: 9 };
    (LocalVideo::start(spec, config, move |event| drop(sink.send(event))).expect("starts"), events)
}

/// Waits until the decoder has dealt with everything.
fn settled(sink: &NativeSink, stream: u32) -> NativeStreamStats {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let stats = sink.stats(stream).expect("a stream");
        if stats.decoded + stats.failed + stats.dropped >= stats.received || Instant::now() > deadline {
            return stats;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_picture_survives_the_way() {
    for temporal_layers in [TemporalLayers::One, TemporalLayers::Two] {
        let wanted = LayerSet::only(0);
        let (video, events) = start(LocalVideoConfig { wanted, temporal_layers, ..Default::default() });
        let requests = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&requests);
        let sink = NativeSink::start(Arc::new(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        }))
        .expect("starts");
        let mut packetizer = Packetizer::new(0, temporal_layers == TemporalLayers::Two);
        let mut receiver = VideoReceiver::new(ReceiverConfig::default());
        let mut road = Road::new(13);
        for _ in 0..60 {
            road.carry(packetizer.packetize(&next(&events)), &mut receiver);
            while let Some(event) = receiver.poll(Instant::now()) {
                match event {
                    VideoEvent::Frame(frame) => sink.frame(1, &frame),
                    VideoEvent::Nack(lost) => lost.into_iter().for_each(|n| road.deliver(n, &mut receiver)),
                    VideoEvent::KeyFrameNeeded => video.request_key_frame(0),
                }
            }
        }
        let stats = settled(&sink, 1);
        assert_eq!((stats.failed, stats.dropped, requests.load(Ordering::Relaxed)), (0, 0, 0));
        assert!(stats.decoded >= 50, "{stats:?}");
        assert_eq!(stats.size, Some(VideoSize::NHD));
        assert_eq!(stats.latency_ms.len() as u64, stats.decoded, "a picture's clock could not be read");
        assert!(stats.latency_ms.iter().all(|ms| (0..2000).contains(ms)), "{:?}", stats.latency_ms);
        let received = receiver.stats();
        assert!(received.nacks_sent > 0 && received.recovered > 0, "{received:?}");
    }
}

#[test]
fn a_peer_is_switched_between_layers_without_a_broken_picture() {
    let (video, events) = start(LocalVideoConfig { wanted: LayerSet::ALL, ..Default::default() });
    let sink = NativeSink::start(Arc::new(|_| {})).expect("starts");
    let mut packetizers = [0, 500, 32_000].map(|id| Packetizer::new(id, false));
    let (mut rewriter, mut receiver) =
        (PayloadRewriter::new(32_767), VideoReceiver::new(ReceiverConfig::default()));
    let mut road = Road::new(u32::MAX);
    let (mut current, mut target) = (None, 0);
    let mut sizes = Vec::new();
    for n in 0..240 {
        if n % 60 == 0 {
            target = [0, 2, 1, 0][n / 60];
            video.request_key_frame(target);
        }
        let frame = next(&events);
        let payloads = packetizers[usize::from(frame.layer)].packetize(&frame);
        if frame.key && frame.layer == target {
            current = Some(target);
        }
        if current == Some(frame.layer) {
            road.carry(rewriter.rewrite(&payloads), &mut receiver);
        }
        while let Some(event) = receiver.poll(Instant::now()) {
            let VideoEvent::Frame(frame) = event else { panic!("{event:?}") };
            sizes.push(frame.width);
            sink.frame(1, &frame);
        }
    }
    sizes.dedup();
    assert_eq!(sizes, [640, 160, 320, 640]);
    let stats = settled(&sink, 1);
    assert_eq!((stats.failed, stats.dropped), (0, 0));
    assert_eq!(stats.latency_ms.len() as u64, stats.decoded);
}

#[test]
fn a_sink_without_a_key_frame_asks_for_one_and_decodes_nothing_before() {
    let (_video, events) = start(LocalVideoConfig { wanted: LayerSet::only(2), ..Default::default() });
    let (asked_tx, asked) = channel();
    let sink = NativeSink::start(Arc::new(move |stream| {
        let _ = asked_tx.send(stream);
    }))
    .expect("starts");
    let frames: Vec<_> = (0..5).map(|_| next(&events)).collect();
    frames[1..].iter().for_each(|frame| sink.frame(4, frame));
    assert_eq!(asked.recv_timeout(Duration::from_secs(5)), Ok(4));
    assert_eq!(asked.try_recv().ok(), None);
    frames.iter().for_each(|frame| sink.frame(4, frame));
    let stats = settled(&sink, 4);
    assert_eq!((stats.dropped, stats.decoded, stats.size), (4, 5, Some(VideoSize::new(160, 90))));
    sink.end(4);
    sink.frame(4, &frames[1]);
    assert_eq!(sink.stats(4).map(|stats| stats.dropped), Some(5));
}

#[test]
fn a_recording_holds_every_frame() {
    let (_video, events) = start(LocalVideoConfig { wanted: LayerSet::only(1), ..Default::default() });
    let folder = tempfile::tempdir().expect("a folder");
    let sink = FileSink::new(folder.path());
    let frames: Vec<_> = (0..10).map(|_| next(&events)).collect();
    frames.iter().for_each(|frame| sink.frame(7, frame));
    sink.end(7);
    let file = std::fs::read(sink.path(7)).expect("a file");
    assert_eq!((&file[..4], &file[8..12]), (&b"DKIF"[..], &b"VP80"[..]));
    let mut at = 32;
    for frame in frames {
        let length = u32::from_le_bytes(file[at..at + 4].try_into().expect("four bytes")) as usize;
        assert_eq!(file[at + 12..at + 12 + length], frame.data);
        at += 12 + length;
    }
    assert_eq!(at, file.len());
}
