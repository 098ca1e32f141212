//! What is captured: a screen or a window, where it is now, and whether it has changed.

use super::display::{Display, lost, refused};
use super::{Area, listing};
use crate::DeviceError;
use crate::video::source::screen::ScreenSpec;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::composite::{ConnectionExt as _, Redirect};
use x11rb::protocol::damage::{ConnectionExt as _, Damage, ReportLevel};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, Drawable, MapState, Window};

/// A screen is looked for among the others once in so many looks: plugging one out is rare.
const SCREENS_AGAIN: u32 = 10;

/// The size of what cannot be seen.
const UNSEEN: (u16, u16) = (0, 0);

/// What is captured.
pub(super) struct Target {
    what: What,
    damage: Damage,
    /// The size at the last look. One that changes is waited for: a window being resized with the mouse does not give a
    /// picture of another size each time, and one that is shown again has time to draw over what the server has put
    /// into it, which is what other windows show there.
    size: Option<(u16, u16)>,
    /// It has changed since it was taken last.
    changed: bool,
}

enum What {
    Screen { name: String, area: Area, looks: u32 },
    Window(Window),
}

/// Where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// What is captured of its drawable.
    pub(super) area: Area,
    /// Where that begins on the screen.
    pub(super) origin: (i16, i16),
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Not to be seen, or about to have another size.
    Hidden,
    /// As it was when it was taken last.
    Still(Place),
    /// Different.
    Changed(Place),
}

impl Target {
    /// Begins to watch it.
    pub(super) fn open(display: &Display, spec: &ScreenSpec) -> Result<Self, DeviceError> {
        let (what, drawable) = match spec {
            ScreenSpec::Screen(name) => {
                let area = listing::screen(display, name)?;
                (What::Screen { name: name.clone(), area, looks: 0 }, display.root)
            }
            ScreenSpec::Window(window) => {
                redirect(display, *window)?;
                (What::Window(*window), *window)
            }
            ScreenSpec::Synthetic { .. } => return Err(DeviceError::Missing),
        };
        let damage = display.new_id()?;
        let request = display.x.damage_create(damage, drawable, ReportLevel::NON_EMPTY);
        request.map_err(lost)?.check().map_err(refused)?;
        Ok(Self { what, damage, size: None, changed: true })
    }

    /// Looks how it stands. `Missing` when it is gone for good.
    pub(super) fn look(&mut self, display: &Display) -> Result<Standing, DeviceError> {
        while let Some(event) = display.x.poll_for_event().map_err(lost)? {
            self.changed |= matches!(event, Event::DamageNotify(_));
        }
        let place = match &mut self.what {
            What::Screen { name, area, looks } => {
                *looks += 1;
                if looks.is_multiple_of(SCREENS_AGAIN) {
                    *area = listing::screen(display, name)?;
                }
                Some(Place { area: *area, origin: (area.x, area.y) })
            }
            What::Window(window) => locate(display, *window)?,
        };
        let Some(place) = place else {
            self.size = Some(UNSEEN);
            return Ok(Standing::Hidden);
        };
        let size = (place.area.width, place.area.height);
        let before = self.size.replace(size);
        if before.is_some_and(|before| before != size) {
            self.changed = true;
            return Ok(Standing::Hidden);
        }
        Ok(if self.changed { Standing::Changed(place) } else { Standing::Still(place) })
    }

    /// Gives the drawable with its pixels, for one taking; what changes from now on is a new change. `Missing` when it
    /// cannot be taken just now.
    pub(super) fn begin(&mut self, display: &Display) -> Result<Drawable, DeviceError> {
        self.changed = false;
        display.x.damage_subtract(self.damage, x11rb::NONE, x11rb::NONE).map_err(lost)?;
        match self.what {
            What::Screen { .. } => Ok(display.root),
            What::Window(window) => pixmap(display, window),
        }
    }

    /// The taking has ended.
    pub(super) fn end(&self, display: &Display, drawable: Drawable) -> Result<(), DeviceError> {
        match self.what {
            What::Screen { .. } => Ok(()),
            What::Window(_) => free(display, drawable),
        }
    }

    /// What was to be taken was not: the next look says `Changed` again.
    pub(super) const fn failed(&mut self) {
        self.changed = true;
    }
}

/// Has the server keep the window's pixels beside the screen, so that what covers it is not in them. Ends with the
/// connection.
pub(super) fn redirect(display: &Display, window: Window) -> Result<(), DeviceError> {
    let request = display.x.composite_redirect_window(window, Redirect::AUTOMATIC);
    request.map_err(lost)?.check().map_err(refused)
}

/// The window's pixels. They are other ones after it was resized or shown again, so they are named anew each time.
pub(super) fn pixmap(display: &Display, window: Window) -> Result<Drawable, DeviceError> {
    let pixmap = display.new_id()?;
    let request = display.x.composite_name_window_pixmap(window, pixmap);
    request.map_err(lost)?.check().map_err(refused)?;
    Ok(pixmap)
}

pub(super) fn free(display: &Display, pixmap: Drawable) -> Result<(), DeviceError> {
    display.x.free_pixmap(pixmap).map(drop).map_err(lost)
}

/// Where a window is, without its border and its shadow. `None` while it cannot be seen, `Missing` when it is gone.
pub(super) fn locate(display: &Display, window: Window) -> Result<Option<Place>, DeviceError> {
    let attributes = display.x.get_window_attributes(window).map_err(lost)?;
    let geometry = display.x.get_geometry(window).map_err(lost)?;
    let corner = display.x.translate_coordinates(window, display.root, 0, 0).map_err(lost)?;
    let shadow =
        display.x.get_property(false, window, display.atoms._GTK_FRAME_EXTENTS, AtomEnum::CARDINAL, 0, 4);
    let shadow = shadow.map_err(lost)?.reply();
    let (attributes, geometry) = (attributes.reply().map_err(refused)?, geometry.reply().map_err(refused)?);
    let corner = corner.reply().map_err(refused)?;
    if attributes.map_state != MapState::VIEWABLE || !matches!(geometry.depth, 24 | 32) {
        return Ok(None);
    }
    let shadow = shadow.ok().and_then(|shadow| Some(shadow.value32()?.collect::<Vec<_>>()));
    let [left, right, top, bottom] = match shadow.as_deref() {
        Some(&[left, right, top, bottom]) => [left, right, top, bottom].map(|side| side.min(500) as u16),
        _ => [0; 4],
    };
    let (x, y) = (left + geometry.border_width, top + geometry.border_width);
    let area = Area {
        x: x as i16,
        y: y as i16,
        width: geometry.width.saturating_sub(left + right),
        height: geometry.height.saturating_sub(top + bottom),
    };
    let origin = (corner.dst_x.saturating_add(left as i16), corner.dst_y.saturating_add(top as i16));
    let empty = area.width == 0 || area.height == 0;
    Ok((!empty).then_some(Place { area, origin }))
}
