//! What showing a screen costs on this machine. Prints and asserts nothing:
//! `cargo test -p consilium-media --test screen_cost -- --ignored --nocapture`.
#![cfg(target_os = "linux")]

#[allow(dead_code)]
mod screen_x11_display;

use consilium_media::video::{CaptureEvent, LocalScreen};
use screen_x11_display::{BLUE, Display, RED, Window};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const TIME: Duration = Duration::from_secs(5);

/// Processor time of a process so far, in ticks of 10 ms (proc(5), `stat`: utime and stime).
fn ticks(process: &str) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("reads");
    let fields = stat.rsplit(')').next().expect("fields").split_whitespace();
    fields.skip(11).take(2).map(|field| field.parse::<u64>().expect("a number")).sum()
}

fn measure(name: &str, display: &Display, mut each: impl FnMut(u32)) {
    let (pictures, bytes) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let screens = display.desktop().screens().expect("a list");
    let sink = {
        let (pictures, bytes) = (pictures.clone(), bytes.clone());
        move |event| {
            if let CaptureEvent::Frame(frame) = event {
                pictures.fetch_add(1, Ordering::Relaxed);
                bytes.fetch_add(frame.data.len(), Ordering::Relaxed);
            }
        }
    };
    let screen = LocalScreen::start(display.desktop(), screens[0].spec.clone(), sink).expect("starts");
    std::thread::sleep(Duration::from_secs(4));
    let (before, server, at) = (ticks("self"), ticks(&display.process()), Instant::now());
    let (pictures_before, bytes_before) = (pictures.load(Ordering::Relaxed), bytes.load(Ordering::Relaxed));
    let mut step = 0;
    while at.elapsed() < TIME {
        each(step);
        step += 1;
        std::thread::sleep(Duration::from_millis(100));
    }
    let cores = |ticks: u64| ticks as f64 / 100.0 / at.elapsed().as_secs_f64();
    println!(
        "{name:>26}: {:.3} core here, {:.3} core in the server, {} pictures, {} kbit/s",
        cores(ticks("self") - before),
        cores(ticks(&display.process()) - server),
        pictures.load(Ordering::Relaxed) - pictures_before,
        (bytes.load(Ordering::Relaxed) - bytes_before) * 8 / 1000 / TIME.as_secs() as usize,
    );
    screen.stop();
}

#[test]
#[ignore = "prints times"]
fn cost_of_a_screen() {
    let Some(display) = Display::of_size("1920x1080") else { return };
    let window: Window<'_> = display.window((200, 200), (800, 600), RED);
    measure("1920x1080, still", &display, |_| {});
    measure("1920x1080, a quarter changes", &display, |step| {
        window.fill(if step % 2 == 0 { BLUE } else { RED })
    });
}
