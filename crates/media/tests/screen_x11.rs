//! Screens and windows of a real X server: an Xvfb of its own for each test.
#![cfg(target_os = "linux")]

#[allow(dead_code)]
mod screen_x11_display;

use consilium_media::DeviceError;
use consilium_media::video::{
    CaptureEvent, I420, LocalScreen, Plane, SCREEN_LAYER, ScreenInfo, ScreenSpec, VideoSize, VideoSource,
};
use screen_x11_display::{BLUE, Display, GREEN, RED, Window};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

/// The colours in BT.601 video range: Y, U, V.
const RED_YUV: [u8; 3] = [81, 90, 240];
const GREEN_YUV: [u8; 3] = [145, 54, 34];
const BLUE_YUV: [u8; 3] = [41, 240, 110];

fn pixel(picture: &I420, x: usize, y: usize) -> [u8; 3] {
    let at = |plane, x, y| picture.plane(plane)[y * picture.stride(plane) + x];
    [at(Plane::Y, x, y), at(Plane::U, x / 2, y / 2), at(Plane::V, x / 2, y / 2)]
}

fn is(picture: &I420, (x, y): (usize, usize), colour: [u8; 3]) -> bool {
    pixel(picture, x, y).iter().zip(colour).all(|(is, wanted)| is.abs_diff(wanted) <= 3)
}

/// The picture once it is as wanted; what a server draws is there a moment later.
fn awaited(source: &mut dyn VideoSource, wanted: impl Fn(&I420) -> bool) -> Arc<I420> {
    for _ in 0..50 {
        let picture = source.next_frame().expect("a picture").picture;
        if wanted(&picture) {
            return picture;
        }
    }
    panic!("it is not seen in 5 s");
}

fn windows(display: &Display) -> Vec<ScreenInfo> {
    let mut screens = display.desktop().screens().expect("a list");
    screens.retain(|screen| matches!(screen.spec, ScreenSpec::Window(_)));
    screens
}

fn open(display: &Display, window: &Window) -> Box<dyn VideoSource> {
    display.desktop().open(&ScreenSpec::Window(window.id())).expect("opens")
}

#[test]
fn a_screen_shows_what_is_on_it_and_what_stands_still_is_the_same_picture() {
    let Some(display) = Display::start() else { return };
    let _red = display.window((100, 50), (200, 100), RED);
    let screens = display.desktop().screens().expect("a list");
    let [screen] = screens.as_slice() else { panic!("{} screens without a window manager", screens.len()) };
    assert_eq!(screen.size, VideoSize::new(800, 600));
    let mut source = display.desktop().open(&screen.spec).expect("opens");
    let picture = awaited(source.as_mut(), |picture| is(picture, (200, 100), RED_YUV));
    assert!(!is(&picture, (50, 100), RED_YUV) && !is(&picture, (400, 100), RED_YUV));
    let still = (0..5).map(|_| source.next_frame().expect("a picture").picture);
    assert!(still.into_iter().all(|next| Arc::ptr_eq(&next, &picture)));
    let _green = display.window((400, 300), (100, 100), GREEN);
    let changed = awaited(source.as_mut(), |picture| is(picture, (450, 350), GREEN_YUV));
    assert!(is(&changed, (200, 100), RED_YUV));
}

#[test]
fn a_covered_window_shows_itself_alone() {
    let Some(display) = Display::start() else { return };
    let below = display.window((100, 100), (320, 240), RED);
    let _above = display.window((100, 100), (320, 240), BLUE);
    let mut source = open(&display, &below);
    assert_eq!(source.size(), VideoSize::new(320, 240));
    let picture = awaited(source.as_mut(), |picture| is(picture, (10, 10), RED_YUV));
    assert!([(2, 2), (300, 200), (160, 120)].into_iter().all(|at| is(&picture, at, RED_YUV)));
    below.fill(GREEN);
    awaited(source.as_mut(), |picture| is(picture, (160, 120), GREEN_YUV));
}

#[test]
fn a_window_that_is_resized_gives_pictures_of_its_new_size() {
    let Some(display) = Display::start() else { return };
    let window = display.window((0, 0), (320, 240), RED);
    let mut source = open(&display, &window);
    window.resize((401, 301));
    window.fill(RED);
    let grown = awaited(source.as_mut(), |picture| picture.size() == VideoSize::new(400, 300));
    assert!(is(&grown, (390, 290), RED_YUV) || is(&grown, (10, 10), RED_YUV));
    assert_eq!(source.size(), VideoSize::new(400, 300));
}

#[test]
fn a_hidden_window_keeps_its_last_picture_and_a_closed_one_is_missing() {
    let Some(display) = Display::start() else { return };
    let window = display.window((0, 0), (320, 240), RED);
    let mut source = open(&display, &window);
    let shown = awaited(source.as_mut(), |picture| is(picture, (10, 10), RED_YUV));
    window.hide();
    for _ in 0..3 {
        let hidden = source.next_frame().expect("the last picture").picture;
        assert!(is(&hidden, (10, 10), RED_YUV) && hidden.size() == shown.size());
    }
    window.show();
    window.fill(BLUE);
    awaited(source.as_mut(), |picture| is(picture, (10, 10), BLUE_YUV));
    window.close();
    let error = (0..20).find_map(|_| source.next_frame().err()).expect("an end");
    assert_eq!(error, DeviceError::Missing);
    let again = display.desktop().open(&ScreenSpec::Window(window.id()));
    assert_eq!(again.map(drop).err(), Some(DeviceError::Missing));
}

#[test]
fn windows_are_listed_by_their_titles_without_panels_and_own_ones() {
    let Some(display) = Display::start() else { return };
    let [letter, panel, own, hidden] = [0, 1, 2, 3].map(|_| display.window((0, 0), (320, 240), GREEN));
    letter.set_title("Письмо — שלום");
    panel.set_title("panel");
    panel.make_dock();
    own.set_title("own");
    own.set_process(std::process::id());
    hidden.set_title("hidden");
    hidden.hide();
    assert!(windows(&display).is_empty(), "no window manager, no list");
    display.manage(&[&letter, &panel, &own, &hidden]);
    let listed = windows(&display);
    let [listed] = listed.as_slice() else { panic!("{} windows", listed.len()) };
    assert_eq!(listed.spec, ScreenSpec::Window(letter.id()));
    assert_eq!(listed.name.expose(), "Письмо — שלום");
    assert!(listed.thumbnail.as_ref().is_some_and(|file| file.starts_with(b"RIFF")));
}

#[test]
fn the_pointer_is_in_the_picture() {
    let Some(display) = Display::start() else { return };
    let window = display.window((0, 0), (320, 240), RED);
    window.point();
    display.move_pointer((700, 500));
    let mut source = open(&display, &window);
    let without = awaited(source.as_mut(), |picture| is(picture, (100, 100), RED_YUV));
    display.move_pointer((100, 100));
    awaited(source.as_mut(), |picture| picture.bytes() != without.bytes());
    display.move_pointer((700, 500));
    awaited(source.as_mut(), |picture| picture.bytes() == without.bytes());
}

#[test]
fn a_shared_window_begins_with_a_key_frame_and_its_end_is_told() {
    let Some(display) = Display::start() else { return };
    let window = display.window((0, 0), (320, 240), RED);
    let (sink, events) = channel();
    let spec = ScreenSpec::Window(window.id());
    let screen = LocalScreen::start(display.desktop(), spec, move |event| drop(sink.send(event)));
    let screen = screen.expect("starts");
    let next = || events.recv_timeout(Duration::from_secs(5)).expect("an event in time");
    let CaptureEvent::Frame(first) = next() else { panic!("no picture") };
    assert_eq!((first.key, first.layer, first.width, first.height), (true, SCREEN_LAYER, 320, 240));
    std::thread::sleep(Duration::from_millis(400));
    screen.request_key_frame();
    while !matches!(next(), CaptureEvent::Frame(frame) if frame.key) {}
    window.close();
    let ended = loop {
        if let CaptureEvent::Failed(error) = next() {
            break error;
        }
    };
    assert_eq!(ended, DeviceError::Missing);
    assert!(events.recv().is_err(), "nothing comes after it");
    screen.stop();
}
