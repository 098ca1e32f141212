//! The window's socket with a page that cannot decode: it asks for raw pictures.

mod video_frame_socket_page;

use consilium_media::EncodedVideo;
use consilium_media::video::frame_clock::{self, Stamp};
use consilium_media::video::vp8::{Encoder, EncoderConfig};
use consilium_media::video::{FrameSocket, FrameSocketSink, I420, VideoSink, VideoSize};
use futures_util::StreamExt;
use proptest::prelude::*;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use video_frame_socket_page::{ORIGIN, Page, acknowledge, connect, page, socket};

const SIZE: VideoSize = VideoSize::new(320, 180);
const IN_TIME: Duration = Duration::from_secs(5);

/// A sender whose pictures say their number.
struct Sender {
    picture: I420,
    encoder: Encoder,
    number: u32,
}

impl Sender {
    fn new(size: VideoSize) -> Self {
        let encoder = Encoder::new(EncoderConfig::new(size, 400_000)).expect("an encoder");
        Self { picture: I420::black(size), encoder, number: 0 }
    }

    /// The next frame and the clock in its picture.
    fn next(&mut self, key: bool) -> (EncodedVideo, Stamp) {
        loop {
            let unix_ms = 1_000 + 33 * self.number;
            let stamp = Stamp { unix_ms_mod: unix_ms, counter: self.number as u16 };
            frame_clock::stamp(&mut self.picture, u64::from(unix_ms), stamp.counter);
            let encoded = self.encoder.encode(&self.picture, 3000 * self.number, key).expect("encodes");
            self.number += 1;
            if let Some(frame) = encoded {
                return (frame, stamp);
            }
        }
    }
}

/// A raw picture as the page reads it.
#[derive(Debug)]
struct Raw {
    stream: u32,
    sequence: u32,
    size: VideoSize,
    bytes: Vec<u8>,
}

impl Raw {
    fn clock(&self) -> Option<Stamp> {
        let (width, height) = (usize::from(self.size.width), usize::from(self.size.height));
        frame_clock::read(&self.bytes, width, width, height)
    }
}

async fn raw_page(socket: &FrameSocket) -> Page {
    connect(&format!("{}?raw=1", socket.url().expose()), Some(ORIGIN)).await.expect("connects")
}

async fn message(page: &mut Page) -> Vec<u8> {
    let message = tokio::time::timeout(IN_TIME, page.next()).await.expect("a message in time");
    message.expect("open").expect("a message").into_data().to_vec()
}

async fn raw(page: &mut Page) -> Raw {
    let data = message(page).await;
    assert_eq!(data[..2], [1, 3], "version 1, a raw picture that stands for itself");
    let short = |at: usize| u16::from_le_bytes([data[at], data[at + 1]]);
    let number = |at: usize| u32::from_le_bytes(data[at..at + 4].try_into().expect("four bytes"));
    Raw {
        stream: number(8),
        sequence: number(12),
        size: VideoSize::new(short(2), short(4)),
        bytes: data[24..].to_vec(),
    }
}

/// The page is connected once a stream that began before is asked for a key frame.
async fn asked_for(asked: &mut UnboundedReceiver<u32>, stream: u32) {
    let asking = tokio::time::timeout(IN_TIME, asked.recv()).await.expect("asks in time");
    assert_eq!(asking, Some(stream));
}

/// A raw page that has asked for the streams that the sink knows from a frame without a page.
async fn begun(
    socket: &FrameSocket,
    sink: &FrameSocketSink,
    asked: &mut UnboundedReceiver<u32>,
    sender: &mut Sender,
) -> Page {
    sink.frame(1, &sender.next(false).0);
    let page = raw_page(socket).await;
    asked_for(asked, 1).await;
    page
}

#[tokio::test]
async fn pictures_come_decoded_with_their_clocks() {
    for size in [SIZE, VideoSize::new(322, 182), VideoSize::new(639, 359)] {
        let (socket, sink, mut asked) = socket().await;
        let mut sender = Sender::new(size);
        let mut page = begun(&socket, &sink, &mut asked, &mut sender).await;
        for sequence in 0..20 {
            let (frame, stamp) = sender.next(sequence == 0);
            sink.frame(1, &frame);
            let picture = raw(&mut page).await;
            assert_eq!((picture.stream, picture.sequence, picture.size), (1, sequence, size));
            let (width, height) = (usize::from(size.width), usize::from(size.height));
            assert_eq!(picture.bytes.len(), width * height + 2 * width.div_ceil(2) * height.div_ceil(2));
            assert_eq!(picture.clock(), Some(stamp));
            acknowledge(&mut page, 1, sequence).await;
        }
        assert!(asked.try_recv().is_err(), "nothing was left out");
        socket.close().await;
    }
}

#[tokio::test]
async fn a_page_that_is_behind_gets_the_newest_next() {
    let (socket, sink, mut asked) = socket().await;
    let mut sender = Sender::new(SIZE);
    let mut page = begun(&socket, &sink, &mut asked, &mut sender).await;
    let mut last = sender.next(true);
    sink.frame(1, &last.0);
    let first = raw(&mut page).await;
    // The page draws for long; meanwhile the decoder gets all it can take, and its last picture waits.
    for _ in 0..7 {
        last = sender.next(false);
        sink.frame(1, &last.0);
    }
    let second = raw(&mut page).await;
    assert_eq!((first.sequence, second.sequence), (0, 1));
    // Another stream's picture, sent last and decoded last, shows that the decoder is through.
    sink.frame(2, &Sender::new(SIZE).next(true).0);
    assert_eq!(raw(&mut page).await.stream, 2, "a third picture of the first stream is held back");
    acknowledge(&mut page, 1, 1).await;
    let newest = raw(&mut page).await;
    assert_eq!((newest.stream, newest.sequence, newest.clock()), (1, 2, Some(last.1)));
    assert!(asked.try_recv().is_err(), "pictures that were replaced need no key frame");
    // And the stream goes on with deltas.
    acknowledge(&mut page, 1, 2).await;
    let (frame, stamp) = sender.next(false);
    sink.frame(1, &frame);
    assert_eq!(raw(&mut page).await.clock(), Some(stamp));
}

#[tokio::test]
async fn a_key_frame_heals_what_garbage_broke() {
    let (socket, sink, mut asked) = socket().await;
    let mut sender = Sender::new(SIZE);
    let mut page = begun(&socket, &sink, &mut asked, &mut sender).await;
    sink.frame(1, &sender.next(true).0);
    assert_eq!(raw(&mut page).await.sequence, 0);
    acknowledge(&mut page, 1, 0).await;
    let garbage = EncodedVideo { data: vec![0x5a; 400].into(), ..sender.next(false).0 };
    sink.frame(1, &EncodedVideo { key: true, ..garbage });
    asked_for(&mut asked, 1).await;
    sink.frame(1, &sender.next(false).0);
    let (frame, stamp) = sender.next(true);
    sink.frame(1, &frame);
    let picture = raw(&mut page).await;
    assert_eq!((picture.sequence, picture.clock()), (1, Some(stamp)));
}

#[tokio::test]
async fn a_page_that_changes_its_mind_gets_what_it_asks_for() {
    let (socket, sink, mut asked) = socket().await;
    let mut sender = Sender::new(SIZE);
    sink.frame(1, &sender.next(true).0);
    for _ in 0..3 {
        while asked.try_recv().is_ok() {}
        let mut encoded = page(&socket).await;
        asked_for(&mut asked, 1).await;
        let (frame, _) = sender.next(true);
        sink.frame(1, &frame);
        let data = message(&mut encoded).await;
        assert_eq!((&data[..2], &data[24..]), (&[1, 1][..], &frame.data[..]));

        while asked.try_recv().is_ok() {}
        let mut decoded = raw_page(&socket).await;
        asked_for(&mut asked, 1).await;
        sink.frame(1, &sender.next(false).0);
        let (frame, stamp) = sender.next(true);
        sink.frame(1, &frame);
        let picture = raw(&mut decoded).await;
        assert_eq!((picture.sequence, picture.clock()), (0, Some(stamp)));
    }
}

#[tokio::test]
async fn a_stream_that_ended_begins_anew() {
    let (socket, sink, mut asked) = socket().await;
    let mut sender = Sender::new(SIZE);
    let mut page = begun(&socket, &sink, &mut asked, &mut sender).await;
    sink.frame(1, &sender.next(true).0);
    assert_eq!(raw(&mut page).await.sequence, 0);
    sink.end(1);
    let mut sender = Sender::new(VideoSize::new(160, 90));
    sender.next(true);
    sink.frame(1, &sender.next(false).0);
    asked_for(&mut asked, 1).await;
    let (frame, stamp) = sender.next(true);
    sink.frame(1, &frame);
    let picture = raw(&mut page).await;
    assert_eq!((picture.size, picture.clock()), (VideoSize::new(160, 90), Some(stamp)));
}

#[tokio::test]
async fn a_hidden_raw_page_gets_nothing() {
    let (socket, sink, mut asked) = socket().await;
    let mut sender = Sender::new(SIZE);
    let mut page = begun(&socket, &sink, &mut asked, &mut sender).await;
    sink.frame(1, &sender.next(true).0);
    assert_eq!(raw(&mut page).await.sequence, 0);
    socket.set_visible(false);
    (0..3).for_each(|_| sink.frame(1, &sender.next(true).0));
    assert!(asked.try_recv().is_err());
    socket.set_visible(true);
    asked_for(&mut asked, 1).await;
    let (frame, stamp) = sender.next(true);
    sink.frame(1, &frame);
    assert_eq!(raw(&mut page).await.clock(), Some(stamp));
}

#[tokio::test]
async fn closing_waits_for_the_decoding_thread_and_forgets_what_it_had() {
    let (socket, sink, mut asked) = socket().await;
    let mut sender = Sender::new(VideoSize::HD);
    let mut page = begun(&socket, &sink, &mut asked, &mut sender).await;
    sink.frame(1, &sender.next(true).0);
    (0..7).for_each(|_| sink.frame(1, &sender.next(false).0));
    tokio::time::timeout(IN_TIME, socket.close()).await.expect("closes in time");
    while let Some(Ok(_)) = page.next().await {}
    sink.frame(1, &sender.next(true).0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    /// Whatever comes between, a page that keeps up sees the picture of a key frame after it.
    #[test]
    fn nothing_that_arrives_stops_a_raw_page(
        arriving in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 0..300)), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let (socket, sink, mut asked) = socket().await;
            let mut sender = Sender::new(SIZE);
            let mut page = begun(&socket, &sink, &mut asked, &mut sender).await;
            let whole = sender.next(true).0;
            for (key, data) in arriving {
                sink.frame(1, &EncodedVideo { key, data: data.into(), ..whole.clone() });
            }
            loop {
                let (frame, stamp) = sender.next(true);
                sink.frame(1, &frame);
                let Ok(message) = tokio::time::timeout(Duration::from_millis(50), raw(&mut page)).await else { continue };
                acknowledge(&mut page, 1, message.sequence).await;
                if message.clock() == Some(stamp) {
                    break;
                }
            }
        });
    }
}
