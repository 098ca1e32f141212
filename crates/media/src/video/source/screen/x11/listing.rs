//! Which screens and windows there are.

use super::display::{Display, lost, refused};
use super::grab::Grabber;
use super::{Area, target};
use crate::DeviceError;
use crate::video::source::screen::fit::{Fitter, Pixels, sent_size};
use crate::video::source::screen::thumbnail::{self, THUMBNAIL};
use crate::video::source::screen::{ScreenInfo, ScreenSpec};
use bytes::Bytes;
use cameras::PixelFormat;
use consilium_model::Secret;
use std::time::Duration;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, Drawable, Window};

/// More windows than this nobody looks through.
const MAX_WINDOWS: usize = 40;
/// A window whose pixels are kept beside the screen from now on draws anew what was covered.
const DRAWN_ANEW: Duration = Duration::from_millis(120);
/// The longest title, in units of four bytes.
const TITLE: u32 = 64;

/// The screens, then the windows, the oldest first.
pub(in super::super) fn list(display: Option<&str>) -> Result<Vec<ScreenInfo>, DeviceError> {
    let display = Display::connect(display)?;
    let mut studio = Studio { display: &display, grabber: Grabber::default(), fitter: Fitter::default() };
    let mut found = Vec::new();
    for monitor in monitors(&display)? {
        let name = atom_name(&display, monitor.name)?;
        found.extend(studio.screen(name, area(&monitor)));
    }
    let windows = windows(&display)?;
    if !windows.is_empty() {
        std::thread::sleep(DRAWN_ANEW);
    }
    found.extend(windows.into_iter().filter_map(|window| studio.window(window)));
    Ok(found)
}

/// Where the screen of that name is.
pub(super) fn screen(display: &Display, name: &str) -> Result<Area, DeviceError> {
    for monitor in monitors(display)? {
        if atom_name(display, monitor.name)? == name {
            return Ok(area(&monitor));
        }
    }
    Err(DeviceError::Missing)
}

fn monitors(display: &Display) -> Result<Vec<MonitorInfo>, DeviceError> {
    let request = display.x.randr_get_monitors(display.root, true).map_err(lost)?;
    Ok(request.reply().map_err(refused)?.monitors)
}

const fn area(monitor: &MonitorInfo) -> Area {
    Area { x: monitor.x, y: monitor.y, width: monitor.width, height: monitor.height }
}

fn atom_name(display: &Display, atom: Atom) -> Result<String, DeviceError> {
    let name = display.x.get_atom_name(atom).map_err(lost)?.reply().map_err(refused)?.name;
    Ok(String::from_utf8_lossy(&name).into_owned())
}

/// The windows that the window manager has, without those of this process, panels and the desktop. None without a
/// window manager. Their pixels are kept beside the screen from now on.
fn windows(display: &Display) -> Result<Vec<Window>, DeviceError> {
    let listed = numbers(display, display.root, display.atoms._NET_CLIENT_LIST, AtomEnum::WINDOW.into());
    let mut windows = listed.map_err(|_| DeviceError::Missing)?;
    windows.retain(|window| is_offered(display, *window) && target::redirect(display, *window).is_ok());
    windows.truncate(MAX_WINDOWS);
    Ok(windows)
}

fn is_offered(display: &Display, window: Window) -> bool {
    let atoms = &display.atoms;
    let Ok(process) = numbers(display, window, atoms._NET_WM_PID, AtomEnum::CARDINAL.into()) else {
        return false;
    };
    let kinds =
        numbers(display, window, atoms._NET_WM_WINDOW_TYPE, AtomEnum::ATOM.into()).unwrap_or_default();
    let furniture = [atoms._NET_WM_WINDOW_TYPE_DESKTOP, atoms._NET_WM_WINDOW_TYPE_DOCK];
    process.first() != Some(&std::process::id()) && !kinds.iter().any(|kind| furniture.contains(kind))
}

/// A property of numbers; empty when the window does not have it.
fn numbers(
    display: &Display,
    window: Window,
    property: Atom,
    kind: Atom,
) -> Result<Vec<u32>, x11rb::errors::ReplyError> {
    let property = display.x.get_property(false, window, property, kind, 0, 1024)?.reply()?;
    Ok(property.value32().map(Iterator::collect).unwrap_or_default())
}

fn title(display: &Display, window: Window) -> Option<Secret> {
    let atoms = &display.atoms;
    let text = |property: Atom, kind: Atom| {
        let property = display.x.get_property(false, window, property, kind, 0, TITLE).ok()?.reply().ok()?;
        let text = String::from_utf8_lossy(&property.value).trim().to_owned();
        (!text.is_empty()).then(|| Secret::from(text))
    };
    text(atoms._NET_WM_NAME, atoms.UTF8_STRING)
        .or_else(|| text(AtomEnum::WM_NAME.into(), AtomEnum::STRING.into()))
}

/// Takes the small pictures.
struct Studio<'a> {
    display: &'a Display,
    grabber: Grabber,
    fitter: Fitter,
}

impl Studio<'_> {
    fn screen(&mut self, name: String, area: Area) -> Option<ScreenInfo> {
        Some(ScreenInfo {
            size: sent_size(area.width.into(), area.height.into())?,
            thumbnail: self.thumbnail(self.display.root, area),
            spec: ScreenSpec::Screen(name.clone()),
            name: Secret::from(name),
        })
    }

    /// `None` for one that has no title or cannot be seen: nobody looks for it.
    fn window(&mut self, window: Window) -> Option<ScreenInfo> {
        let name = title(self.display, window)?;
        let place = target::locate(self.display, window).ok()??;
        let pixmap = target::pixmap(self.display, window).ok()?;
        let thumbnail = self.thumbnail(pixmap, place.area);
        target::free(self.display, pixmap).ok()?;
        let size = sent_size(place.area.width.into(), place.area.height.into())?;
        Some(ScreenInfo { spec: ScreenSpec::Window(window), name, size, thumbnail })
    }

    fn thumbnail(&mut self, drawable: Drawable, area: Area) -> Option<Bytes> {
        let bytes = self.grabber.grab(self.display, drawable, area).ok()?;
        let (width, height) = (area.width.into(), area.height.into());
        let pixels = Pixels { format: PixelFormat::Bgra8, width, height, bytes };
        thumbnail::webp(&self.fitter.fit(pixels, THUMBNAIL)?)
    }
}
