//! Screens and windows as a source of pictures, and the list of them to choose from.
//!
//! A screen stands still most of the time: its source gives a picture at every beat, and what has not changed is the
//! same [`Arc`](std::sync::Arc) again. A window may change its size between two pictures. Sound is never captured,
//! so sharing makes no echo.
//!
//! X11 is read natively; Windows and macOS through `xcap`. Under Wayland only the system's own dialog may hand a
//! screen out, over PipeWire, which this build does not speak: there every screen is
//! [`NotAllowed`](DeviceError::NotAllowed).

mod fit;
mod page;
#[cfg(not(target_os = "linux"))]
mod portable;
mod thumbnail;
#[cfg(target_os = "linux")]
mod x11;

use super::VideoSource;
use crate::DeviceError;
use crate::video::picture::VideoSize;
use bytes::Bytes;
use consilium_model::Secret;
use page::Page;

/// Pictures a second while something changes.
const BEATS: u32 = 10;

/// The largest picture of a screen; larger ones are scaled down and keep their shape.
pub const SCREEN_LIMIT: VideoSize = VideoSize::new(1920, 1080);

/// A screen or a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScreenSpec {
    /// A whole screen, by the system's name for it.
    Screen(String),
    /// A window, by the system's number for it.
    Window(u32),
    /// A page of text that is being written, for machines without a display.
    Synthetic {
        /// Decides what is written.
        seed: u64,
    },
}

/// Something that can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenInfo {
    /// What to open it by.
    pub spec: ScreenSpec,
    /// The screen's name or the window's title, which may name a patient. Empty for the synthetic one.
    pub name: Secret,
    /// Its size in pixels.
    pub size: VideoSize,
    /// A small picture of it, as a WebP file.
    pub thumbnail: Option<Bytes>,
}

/// Where screens are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desktop {
    system: System,
    synthetic: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum System {
    /// An X display; the one that `DISPLAY` names for `None`.
    #[cfg(target_os = "linux")]
    X11(Option<String>),
    #[cfg(target_os = "linux")]
    Wayland,
    #[cfg(not(target_os = "linux"))]
    Portable,
}

impl Desktop {
    /// The desktop that this process was started on.
    #[cfg(target_os = "linux")]
    pub fn current() -> Self {
        let is = |name: &str, value: &str| std::env::var_os(name).is_some_and(|found| found == value);
        let wayland = std::env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty())
            || is("XDG_SESSION_TYPE", "wayland");
        // An X server is there under Wayland too, but it shows the windows of old programs only.
        Self { system: if wayland { System::Wayland } else { System::X11(None) }, synthetic: None }
    }

    /// The desktop that this process was started on.
    #[cfg(not(target_os = "linux"))]
    pub fn current() -> Self {
        Self { system: System::Portable, synthetic: None }
    }

    /// The desktop of an X display such as `:0`.
    #[cfg(target_os = "linux")]
    pub fn x11(display: &str) -> Self {
        Self { system: System::X11(Some(display.to_owned())), synthetic: None }
    }

    /// The same, and the synthetic page beside its screens.
    #[must_use]
    pub fn with_synthetic(self, seed: u64) -> Self {
        Self { synthetic: Some(seed), ..self }
    }

    /// What can be shown: screens, then windows, without those of this process. Takes a moment, because it looks at
    /// each of them. `Missing` without a display, `NotAllowed` where the system hands nothing out; what is synthetic
    /// is there in any case.
    pub fn screens(&self) -> Result<Vec<ScreenInfo>, DeviceError> {
        let found = match &self.system {
            #[cfg(target_os = "linux")]
            System::X11(display) => x11::list(display.as_deref()),
            #[cfg(target_os = "linux")]
            System::Wayland => Err(DeviceError::NotAllowed),
            #[cfg(not(target_os = "linux"))]
            System::Portable => portable::list(),
        };
        let Some(seed) = self.synthetic else { return found };
        let mut screens = found.unwrap_or_default();
        screens.push(page::info(seed));
        Ok(screens)
    }

    /// Opens one of them. After it is gone, the source gives `Missing`.
    pub fn open(&self, spec: &ScreenSpec) -> Result<Box<dyn VideoSource>, DeviceError> {
        if let ScreenSpec::Synthetic { seed } = spec {
            return Ok(Box::new(Page::new(*seed)));
        }
        match &self.system {
            #[cfg(target_os = "linux")]
            System::X11(display) => Ok(Box::new(x11::X11Screen::open(display.as_deref(), spec)?)),
            #[cfg(target_os = "linux")]
            System::Wayland => Err(DeviceError::NotAllowed),
            #[cfg(not(target_os = "linux"))]
            System::Portable => Ok(Box::new(portable::PortableScreen::open(spec)?)),
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn without_a_display_there_is_the_synthetic_page() {
        let nowhere = Desktop::x11(":no-such-display");
        assert_eq!(nowhere.screens(), Err(DeviceError::Missing));
        let screens = nowhere.clone().with_synthetic(3).screens().expect("the page");
        let specs: Vec<_> = screens.iter().map(|screen| &screen.spec).collect();
        assert_eq!(specs, [&ScreenSpec::Synthetic { seed: 3 }]);
        assert!(nowhere.open(&ScreenSpec::Window(1)).is_err());
    }

    #[test]
    fn wayland_hands_nothing_out() {
        let wayland = Desktop { system: System::Wayland, synthetic: None };
        assert_eq!(wayland.screens(), Err(DeviceError::NotAllowed));
        assert_eq!(wayland.open(&ScreenSpec::Window(1)).map(drop).err(), Some(DeviceError::NotAllowed));
    }
}
