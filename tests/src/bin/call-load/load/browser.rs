//! Chromium with the page that takes part: without a window, or with one on a display.

use super::round::Plan;
use anyhow::{Context, Result};
use consilium_tests::CHROMIUM_FLAGS;
use std::path::Path;
use std::process::Stdio;
use tokio::process::{Child, Command};

/// How it is opened.
pub(super) struct Browser<'a> {
    pub(super) program: &'a Path,
    pub(super) screen: Option<Screen<'a>>,
    /// What stands in for the microphone, a WAV file.
    pub(super) speech: Option<&'a Path>,
}

/// Where it shows what it gets, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen<'a> {
    /// The X display.
    pub(super) display: &'a str,
    /// Its camera.
    pub(super) camera: &'a Path,
    /// `x,y,width,height` of each tile in CSS pixels, the own one last, separated by `;`.
    pub(super) tiles: &'a str,
    /// Width and height of the window.
    pub(super) window: (u16, u16),
    /// Bits per second of its picture.
    pub(super) rate: u32,
    /// Lines of the pictures that it asks for.
    pub(super) height: u16,
}

impl Screen<'_> {
    /// The page's address with all of it.
    pub(super) fn address(&self, page: &str, plan: &Plan<'_>) -> String {
        let (tiles, rate, height) = (self.tiles, self.rate, self.height);
        let page = page.replace(&format!("&rate={}", super::VIDEO_RATE), &format!("&rate={rate}"));
        format!("{page}&height={height}&send={}&tiles={tiles}&live={}", plan.height, plan.live)
    }
}

impl Browser<'_> {
    /// Opens the page. The process leads a group of its own.
    pub(super) fn open(&self, profile: &Path, content: &Path, url: &str) -> Result<Child> {
        let mut command = Command::new(self.program);
        command.args(CHROMIUM_FLAGS);
        command.arg(format!("--user-data-dir={}", profile.display()));
        command.arg(format!("--use-file-for-fake-video-capture={}", content.display()));
        if let Some(speech) = self.speech {
            command.arg(format!("--use-file-for-fake-audio-capture={}", speech.display()));
        }
        match self.screen {
            None => command.arg("--headless").arg(url),
            Some(Screen { display, window: (width, height), .. }) => command
                .env("DISPLAY", display)
                .env_remove("WAYLAND_DISPLAY")
                .arg(format!("--window-size={width},{height}"))
                .args(["--window-position=0,0", "--kiosk"])
                .arg(format!("--app={url}")),
        };
        command.process_group(0).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().context("cannot start the browser")
    }
}
