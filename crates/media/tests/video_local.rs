//! The participant's own picture: what is wanted is encoded, and nothing else.

use consilium_media::video::{
    CaptureEvent, LayerSet, LocalVideo, LocalVideoConfig, SLIDES_BITRATE, SLIDES_LAYER, VideoSize, VideoSpec,
    cameras,
};
use consilium_media::{DeviceError, EncodedVideo};
use std::io::Write;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const SPEC: VideoSpec = VideoSpec::Synthetic { seed: 1 };

fn start(spec: VideoSpec, config: LocalVideoConfig) -> (LocalVideo, Receiver<CaptureEvent>) {
    let (sink, events) = channel();
    let video = LocalVideo::start(spec, config, move |event| drop(sink.send(event))).expect("starts");
    (video, events)
}

fn next(events: &Receiver<CaptureEvent>) -> EncodedVideo {
    match events.recv_timeout(Duration::from_secs(10)).expect("an event in time") {
        CaptureEvent::Frame(frame) => frame,
        other => panic!("{other:?}"),
    }
}

/// A file of `frames` grey pictures.
fn y4m(folder: &tempfile::TempDir, size: VideoSize, frames: u8, rate: &str) -> PathBuf {
    let path = folder.path().join("test.y4m");
    let mut file = std::fs::File::create(&path).expect("creates");
    writeln!(file, "YUV4MPEG2 W{} H{} F{rate} Ip C420jpeg", size.width, size.height).expect("writes");
    for frame in 0..frames {
        writeln!(file, "FRAME").expect("writes");
        let pixels = usize::from(size.width) * usize::from(size.height) * 3 / 2;
        file.write_all(&vec![frame * 9; pixels]).expect("writes");
    }
    path
}

#[test]
fn a_layer_nobody_wants_is_not_encoded() {
    let config = LocalVideoConfig { wanted: LayerSet::only(1), ..Default::default() };
    let (video, events) = start(SPEC, config);
    assert!((0..10).all(|_| next(&events).layer == 1));
    video.set_wanted(LayerSet::only(0).with(2));
    let changed: Vec<_> = (0..20).map(|_| next(&events)).skip_while(|frame| frame.layer == 1).collect();
    assert!(changed.iter().all(|frame| frame.layer != 1));
    for (layer, size) in [(0, (640, 360)), (2, (160, 90))] {
        let mut frames = changed.iter().filter(|frame| frame.layer == layer);
        let first = frames.next().expect("frames of the layer");
        assert!(first.key, "layer {layer} begins with a delta frame");
        assert_eq!((first.width, first.height), size);
        assert!(frames.all(|frame| !frame.key));
    }
    video.set_wanted(LayerSet::NONE);
    // What was under way comes, and then nothing.
    while events.recv_timeout(Duration::from_millis(300)).is_ok() {}
    assert!(events.recv_timeout(Duration::from_millis(200)).is_err());
}

#[test]
fn pictures_come_as_they_are_when_they_are_asked_for() {
    let (_video, events) = start(SPEC, LocalVideoConfig { pictures: true, ..Default::default() });
    for _ in 0..10 {
        let event = events.recv_timeout(Duration::from_secs(10)).expect("an event in time");
        let CaptureEvent::Picture(picture) = event else { panic!("nothing is to be encoded: {event:?}") };
        assert_eq!(picture.size(), VideoSize::NHD);
    }
}

#[test]
fn layers_of_one_capture_share_the_timestamp() {
    let (_video, events) = start(SPEC, LocalVideoConfig { wanted: LayerSet::ALL, ..Default::default() });
    let frames: Vec<_> = (0..30).map(|_| next(&events)).collect();
    for layer in 1..3 {
        let of_layer = |wanted: u8| frames.iter().filter(move |frame| frame.layer == wanted);
        let full: Vec<_> = of_layer(0).map(|frame| frame.rtp_timestamp).collect();
        assert!(of_layer(layer).all(|frame| full.contains(&frame.rtp_timestamp)));
    }
}

#[test]
fn slides_come_once_a_second_and_small() {
    let wanted = LayerSet::only(SLIDES_LAYER);
    let (video, events) = start(SPEC, LocalVideoConfig { wanted, ..Default::default() });
    let slides: Vec<_> = (0..5).map(|_| next(&events)).collect();
    assert!(slides[0].key && slides[1..].iter().all(|slide| !slide.key && slide.temporal == 0));
    assert!(slides.iter().all(|slide| (slide.layer, slide.width, slide.height) == (SLIDES_LAYER, 320, 180)));
    let apart = slides.windows(2).map(|pair| pair[1].rtp_timestamp.wrapping_sub(pair[0].rtp_timestamp) / 90);
    let apart: Vec<_> = apart.collect();
    assert!(apart.iter().all(|millis| *millis >= 980), "{apart:?} ms apart");
    let bits: usize = slides[1..].iter().map(|slide| slide.data.len() * 8).sum();
    assert!(bits / 4 <= SLIDES_BITRATE as usize * 3 / 2, "{bits} bits in 4 s");
    video.request_key_frame(SLIDES_LAYER);
    assert!(next(&events).key, "one that is asked for does not wait for its second");
}

#[test]
fn half_of_the_pictures_can_be_left_out() {
    let (_video, events) = start(SPEC, LocalVideoConfig { wanted: LayerSet::only(0), ..Default::default() });
    let frames: Vec<_> = (0..40).map(|_| next(&events)).collect();
    let upper = frames.iter().filter(|frame| frame.temporal > 0).count();
    assert!((15..=20).contains(&upper), "{upper} of 40");
    assert!(frames.iter().filter(|frame| frame.temporal > 0).all(|frame| frame.layer_sync && !frame.key));
}

#[test]
fn many_key_frame_requests_give_few_key_frames() {
    let (video, events) = start(SPEC, LocalVideoConfig { wanted: LayerSet::only(0), ..Default::default() });
    let mut keys = Vec::new();
    for _ in 0..60 {
        video.request_key_frame(0);
        let frame = next(&events);
        if frame.key {
            keys.push(frame.rtp_timestamp);
        }
    }
    assert!(keys.len() >= 3, "{} key frames", keys.len());
    let apart = keys.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).min();
    assert!(apart >= Some(90 * 299), "{apart:?} ticks apart");
}

#[test]
fn stopping_closes_the_source_and_silences_it() {
    let (video, events) = start(SPEC, LocalVideoConfig { wanted: LayerSet::ALL, ..Default::default() });
    next(&events);
    video.stop();
    // The sink, and with it the sender, is gone once everything under way is taken out.
    assert!(events.iter().all(|event| matches!(event, CaptureEvent::Frame(_))));
    let (video, events) = start(SPEC, LocalVideoConfig::default());
    drop(video);
    assert_eq!(events.iter().count(), 0);
}

#[test]
fn a_file_plays_in_a_loop() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = y4m(&folder, VideoSize::new(320, 240), 5, "60:1");
    let config = LocalVideoConfig { wanted: LayerSet::only(0), ..Default::default() };
    let (video, events) = start(VideoSpec::File(path), config);
    assert_eq!(video.layer_size(0), VideoSize::new(320, 240));
    for _ in 0..12 {
        let frame = next(&events);
        assert_eq!((frame.width, frame.height), (320, 240));
    }
}

#[test]
fn a_larger_source_is_scaled_down_and_keeps_its_shape() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = y4m(&folder, VideoSize::new(960, 720), 2, "30:1");
    let (video, events) =
        start(VideoSpec::File(path), LocalVideoConfig { wanted: LayerSet::ALL, ..Default::default() });
    assert_eq!(video.layer_size(0), VideoSize::new(480, 360));
    let sizes: Vec<_> = (0..3).map(|_| next(&events)).map(|frame| (frame.width, frame.height)).collect();
    assert_eq!(sizes, [(480, 360), (240, 180), (120, 90)]);
}

#[test]
fn what_is_no_video_is_refused_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |spec| LocalVideo::start(spec, LocalVideoConfig::default(), |_| {}).map(drop);
    let path = folder.path().join("no.y4m");
    assert_eq!(refused(VideoSpec::File(path.clone())), Err(DeviceError::Missing));
    for content in [
        &b""[..],
        b"RIFF....WAVE",
        b"YUV4MPEG2 W640 H360 F30:1\n",
        b"YUV4MPEG2 W640 H360 F30:1\nFRAME\nshort",
    ] {
        std::fs::write(&path, content).expect("writes");
        assert_eq!(refused(VideoSpec::File(path.clone())), Err(DeviceError::BadFile));
    }
    assert_eq!(refused(VideoSpec::Device(Some("/dev/no-camera".to_owned()))), Err(DeviceError::Missing));
}

#[test]
fn a_source_that_breaks_says_so_once_and_last() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = y4m(&folder, VideoSize::new(64, 64), 3, "120:1");
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).expect("opens");
    file.write_all(b"JUNK JUNK\n").expect("writes");
    let config = LocalVideoConfig { wanted: LayerSet::only(0), ..Default::default() };
    let (_video, events) = start(VideoSpec::File(path), config);
    let all: Vec<_> = events.iter().collect();
    let failures =
        all.iter().filter(|event| matches!(event, CaptureEvent::Failed(DeviceError::BadFile))).count();
    assert_eq!(failures, 1);
    assert!(matches!(all.last(), Some(CaptureEvent::Failed(_))));
}

#[test]
fn cameras_can_be_listed_without_any() {
    for device in cameras() {
        assert!(!device.id.is_empty());
    }
}
