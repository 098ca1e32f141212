//! The canvas between a call and a painter: what is decoded, what the painter gets, what is reported.

use consilium_media::EncodedVideo;
use consilium_media::video::frame_clock::{self, Stamp};
use consilium_media::video::vp8::{Encoder, EncoderConfig};
use consilium_media::video::{Canvas, CanvasSink, CanvasUpdate, Fit, I420, Tile, VideoSink, VideoSize};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SIZE: VideoSize = VideoSize::new(320, 180);
const IN_TIME: Duration = Duration::from_secs(5);

/// A sender whose pictures say their number.
struct Sender {
    picture: I420,
    encoder: Encoder,
    number: u16,
}

impl Sender {
    fn new() -> Self {
        let encoder = Encoder::new(EncoderConfig::new(SIZE, 400_000)).expect("an encoder");
        Self { picture: I420::black(SIZE), encoder, number: 0 }
    }

    fn next(&mut self, key: bool) -> EncodedVideo {
        loop {
            frame_clock::stamp(&mut self.picture, 1000, self.number);
            let encoded = self.encoder.encode(&self.picture, 3000 * u32::from(self.number), key);
            self.number += 1;
            if let Some(frame) = encoded.expect("encodes") {
                return frame;
            }
        }
    }
}

fn tile(stream: u32) -> Tile {
    let (width, height) = (160.0, 90.0);
    Tile { stream, x: 10.0, y: 20.0, width, height, radius: 0.0, mirrored: false, fit: Fit::Whole }
}

fn sink(canvas: &Canvas) -> (CanvasSink, Receiver<u32>) {
    let (asked, asks) = channel();
    let asked = Mutex::new(asked);
    let request = Arc::new(move |stream| {
        let _ = asked.lock().expect("nothing panics here").send(stream);
    });
    (CanvasSink::start(canvas.clone(), request).expect("a thread"), asks)
}

/// Waits as a painter does until there is a picture to paint.
async fn picture(canvas: &Canvas) -> CanvasUpdate {
    let wait = async {
        loop {
            canvas.changed().await;
            let update = canvas.take();
            if !update.pictures.is_empty() {
                return update;
            }
        }
    };
    tokio::time::timeout(IN_TIME, wait).await.expect("a picture in time")
}

fn paint(canvas: &Canvas, update: &CanvasUpdate) -> Vec<Option<Stamp>> {
    let pictures = update.pictures.iter();
    pictures
        .map(|(stream, pixels)| {
            canvas.painted(*stream, pixels.picture(), pixels.stamp());
            pixels.stamp()
        })
        .collect()
}

#[tokio::test]
async fn a_picture_as_it_is_comes_to_the_painter() {
    let canvas = Canvas::default();
    let (sink, _asks) = sink(&canvas);
    let mut whole = I420::black(SIZE);
    frame_clock::stamp(&mut whole, 1000, 7);
    let whole = Arc::new(whole);
    sink.picture(3, &whole);
    sink.set_tiles(vec![tile(3)]);
    sink.picture(3, &whole);
    let update = picture(&canvas).await;
    assert_eq!(update.pictures[0].1.size(), VideoSize::new(160, 90));
    assert_eq!(paint(&canvas, &update)[0].map(|stamp| stamp.counter), Some(7));
    assert_eq!((canvas.report()[0].received, canvas.report()[0].decoded), (2, 1), "one came before its tile");
}

#[tokio::test]
async fn the_painter_gets_the_pixels_of_the_tile_and_the_newest_picture() {
    let canvas = Canvas::default();
    let (sink, _asks) = sink(&canvas);
    sink.set_tiles(vec![tile(7)]);
    let mut sender = Sender::new();
    sink.frame(7, &sender.next(true));
    let update = picture(&canvas).await;
    assert_eq!((update.tiles.as_slice(), update.live.as_slice()), (&[tile(7)][..], &[7][..]));
    assert_eq!(update.pictures[0].1.size(), VideoSize::new(160, 90));
    assert_eq!(canvas.shown(), []);
    paint(&canvas, &update);
    assert_eq!(canvas.shown(), [(7, SIZE)]);

    (0..10).for_each(|_| sink.frame(7, &sender.next(false)));
    let newest = async {
        loop {
            let stamps = paint(&canvas, &picture(&canvas).await);
            if stamps.iter().flatten().any(|stamp| stamp.counter + 1 == sender.number) {
                return;
            }
        }
    };
    tokio::time::timeout(IN_TIME, newest).await.expect("the newest picture comes");
    let report = canvas.report();
    assert_eq!((report[0].stream, report[0].received, report[0].decoded), (7, 11, 11));
    assert_eq!(report[0].drawn_at.len(), report[0].drawn as usize);
    assert_eq!(report[0].latency_ms.len(), report[0].drawn as usize);
}

#[tokio::test]
async fn a_stream_without_a_tile_costs_nothing_and_begins_with_a_key_frame() {
    let canvas = Canvas::default();
    let (sink, asks) = sink(&canvas);
    let mut sender = Sender::new();
    sink.frame(1, &sender.next(true));
    sink.frame(1, &sender.next(false));
    assert!(asks.try_recv().is_err(), "nobody wants it");
    assert_eq!(canvas.report().iter().map(|row| row.decoded).sum::<u32>(), 0);

    sink.set_tiles(vec![tile(1)]);
    sink.frame(1, &sender.next(false));
    assert_eq!(asks.recv_timeout(IN_TIME), Ok(1));
    sink.frame(1, &sender.next(true));
    let update = picture(&canvas).await;
    paint(&canvas, &update);
    assert_eq!(canvas.shown().len(), 1);

    sink.set_tiles(Vec::new());
    assert_eq!(canvas.shown(), []);
    assert_eq!(canvas.take().live, []);
}

#[tokio::test]
async fn a_tile_that_changes_gets_its_pixels_although_no_frame_comes() {
    let canvas = Canvas::default();
    let (sink, _asks) = sink(&canvas);
    sink.set_tiles(vec![tile(1)]);
    sink.frame(1, &Sender::new().next(true));
    picture(&canvas).await;
    sink.set_tiles(vec![Tile { width: 320.0, height: 180.0, ..tile(1) }]);
    assert_eq!(picture(&canvas).await.pictures[0].1.size(), SIZE);
}

#[tokio::test]
async fn a_damaged_frame_is_left_out_and_a_key_frame_asked_for() {
    let canvas = Canvas::default();
    let (sink, asks) = sink(&canvas);
    sink.set_tiles(vec![tile(1)]);
    let mut sender = Sender::new();
    let whole = sender.next(true);
    let damaged = EncodedVideo { data: whole.data.slice(..5), ..whole.clone() };
    sink.frame(1, &damaged);
    assert_eq!(asks.recv_timeout(IN_TIME), Ok(1));
    sink.frame(1, &whole);
    assert_eq!(picture(&canvas).await.live, [1]);
}

#[tokio::test]
async fn nothing_is_left_on_the_canvas_when_the_call_or_the_stream_is_over() {
    let canvas = Canvas::default();
    let (sink, _asks) = sink(&canvas);
    sink.set_tiles(vec![tile(1)]);
    let mut sender = Sender::new();
    sink.frame(1, &sender.next(true));
    paint(&canvas, &picture(&canvas).await);
    sink.end(1);
    assert_eq!((canvas.shown(), canvas.take().live), (vec![], vec![]));
    // The page shows the tile still: a camera that is switched on again needs no other.
    sink.frame(1, &sender.next(true));
    paint(&canvas, &picture(&canvas).await);
    assert_eq!(canvas.shown(), [(1, SIZE)]);
    drop(sink);
    assert_eq!(canvas.take().tiles, []);
}
