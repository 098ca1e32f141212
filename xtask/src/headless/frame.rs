//! The application's window from outside, as the desktop has it: closed, out of sight, above the others. There is no window
//! manager on these displays, so what one would be asked is heard here.

use super::display::Display;
use anyhow::{Context, Result, bail};
use std::cell::Cell;
use std::time::{Duration, Instant};
use tokio::time::sleep;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt, EventMask, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

/// The longest wait for the window to come or go.
const PATIENCE: Duration = Duration::from_secs(30);
/// `_NET_WM_STATE_ADD` (Extended Window Manager Hints, `_NET_WM_STATE`).
const ADD: u32 = 1;

/// The application's window on a display.
pub(crate) struct Frame {
    connection: RustConnection,
    window: Window,
    state: Atom,
    above: Atom,
    is_above: Cell<bool>,
}

impl Frame {
    /// Finds the window, which is to be seen.
    pub(crate) fn of(display: &Display) -> Result<Self> {
        let (connection, screen) =
            x11rb::connect(Some(display.name())).context("cannot reach the display")?;
        let root = connection.setup().roots[screen].root;
        let heard = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        connection.change_window_attributes(root, &heard)?;
        let state = atom(&connection, "_NET_WM_STATE")?;
        let above = atom(&connection, "_NET_WM_STATE_ABOVE")?;
        let windows = connection.query_tree(root)?.reply()?.children;
        let mut shown = windows.into_iter().filter(|window| is_application(&connection, *window));
        let window = shown.next().context("the application has no window to be seen")?;
        Ok(Self { connection, window, state, above, is_above: Cell::new(false) })
    }

    /// The person closes the window.
    pub(crate) fn close(&self) -> Result<()> {
        let protocols = atom(&self.connection, "WM_PROTOCOLS")?;
        let delete = atom(&self.connection, "WM_DELETE_WINDOW")?;
        let message = ClientMessageEvent::new(32, self.window, protocols, [delete, 0, 0, 0, 0]);
        self.connection.send_event(false, self.window, EventMask::NO_EVENT, message)?;
        Ok(self.connection.flush()?)
    }

    /// Waits until the window can be seen, or cannot.
    pub(crate) async fn is_shown(&self, shown: bool) -> Result<()> {
        let started = Instant::now();
        while is_viewable(&self.connection, self.window) != shown {
            if started.elapsed() > PATIENCE {
                bail!("the window {}", if shown { "stays out of sight" } else { "stays" });
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Waits until the window has asked to be above all others, or not any more.
    pub(crate) async fn is_above(&self, above: bool) -> Result<()> {
        let started = Instant::now();
        loop {
            while let Some(event) = self.connection.poll_for_event()? {
                self.hear(&event);
            }
            if self.is_above.get() == above {
                return Ok(());
            }
            if started.elapsed() > PATIENCE {
                bail!("the window {} above the others", if above { "is not" } else { "stays" });
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    fn hear(&self, event: &Event) {
        let Event::ClientMessage(message) = event else { return };
        let [action, first, second, ..] = message.data.as_data32();
        let is_asked = message.window == self.window && message.type_ == self.state;
        if is_asked && [first, second].contains(&self.above) {
            self.is_above.set(action == ADD);
        }
    }
}

fn atom(connection: &RustConnection, name: &str) -> Result<Atom> {
    Ok(connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
}

fn is_viewable(connection: &RustConnection, window: Window) -> bool {
    let attributes = connection.get_window_attributes(window).ok().and_then(|asked| asked.reply().ok());
    attributes.is_some_and(|attributes| attributes.map_state == MapState::VIEWABLE)
}

fn is_application(connection: &RustConnection, window: Window) -> bool {
    let name = connection.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 1024);
    let name = name.ok().and_then(|name| name.reply().ok()).map(|name| name.value).unwrap_or_default();
    String::from_utf8_lossy(&name).contains("Consilium") && is_viewable(connection, window)
}
