//! A keyboard at a display, for the system's own dialogs, which no driver of a page reaches.

use super::display::Display;
use anyhow::{Context, Result, bail};
use std::time::{Duration, Instant};
use tokio::time::sleep;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, Keycode, MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// The longest wait for a dialog.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two keys: a dialog completes names while it is typed into.
const PACE: Duration = Duration::from_millis(30);
/// keysymdef.h; of the printable characters of ASCII the keysym is the character.
const RETURN: u32 = 0xff0d;
const SHIFT: u32 = 0xffe1;
const CONTROL: u32 = 0xffe3;
/// How often a line is typed at most.
const ATTEMPTS: usize = 5;
/// How long a dialog takes to be ready, or to be gone.
const READY: Duration = Duration::from_secs(2);

/// Waits for a dialog over the window, types a line into it and presses Enter, until it closes.
pub(crate) async fn answer_dialog(display: &Display, line: &str) -> Result<()> {
    let (connection, screen) = x11rb::connect(Some(display.name())).context("cannot reach the display")?;
    let root = connection.setup().roots[screen].root;
    let dialog = dialog(&connection, root).await?;
    connection.set_input_focus(InputFocus::POINTER_ROOT, dialog, x11rb::CURRENT_TIME)?;
    let keyboard = Keyboard::of(&connection, root)?;
    // A dialog that still fills its list swallows keys, so the line may have to be typed again.
    for _ in 0..ATTEMPTS {
        sleep(READY).await;
        keyboard.press(u32::from('a'), Some(CONTROL))?;
        for symbol in line.chars().map(u32::from).chain([RETURN]) {
            keyboard.press(symbol, None)?;
            sleep(PACE).await;
        }
        sleep(READY).await;
        if !is_shown(&connection, dialog)? {
            return Ok(());
        }
    }
    bail!("the dialog does not take {line}")
}

/// A window that stands over another one.
async fn dialog(connection: &RustConnection, root: Window) -> Result<Window> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        for window in connection.query_tree(root)?.reply()?.children {
            let (over, any) = (AtomEnum::WM_TRANSIENT_FOR, AtomEnum::ANY);
            let over = connection.get_property(false, window, over, any, 0, 1)?.reply();
            if is_shown(connection, window)? && over.is_ok_and(|over| !over.value.is_empty()) {
                return Ok(window);
            }
        }
        sleep(Duration::from_millis(50)).await;
    }
    bail!("no dialog is open")
}

fn is_shown(connection: &RustConnection, window: Window) -> Result<bool> {
    // Windows come and go meanwhile.
    let attributes = connection.get_window_attributes(window)?.reply();
    Ok(attributes.is_ok_and(|attributes| attributes.map_state == MapState::VIEWABLE))
}

struct Keyboard<'a> {
    connection: &'a RustConnection,
    root: Window,
    first: Keycode,
    columns: usize,
    symbols: Vec<u32>,
}

impl<'a> Keyboard<'a> {
    fn of(connection: &'a RustConnection, root: Window) -> Result<Self> {
        let setup = connection.setup();
        let (first, count) = (setup.min_keycode, setup.max_keycode - setup.min_keycode + 1);
        let mapping = connection.get_keyboard_mapping(first, count)?.reply()?;
        let columns = mapping.keysyms_per_keycode.into();
        Ok(Self { connection, root, first, columns, symbols: mapping.keysyms })
    }

    /// Presses a key, with another one held.
    fn press(&self, symbol: u32, held: Option<u32>) -> Result<()> {
        let (key, shifted) = self.key(symbol)?;
        let held = held.or(shifted.then_some(SHIFT)).map(|held| self.key(held)).transpose()?;
        if let Some((held, _)) = held {
            self.send(KEY_PRESS_EVENT, held)?;
        }
        self.send(KEY_PRESS_EVENT, key)?;
        self.send(KEY_RELEASE_EVENT, key)?;
        if let Some((held, _)) = held {
            self.send(KEY_RELEASE_EVENT, held)?;
        }
        Ok(self.connection.flush()?)
    }

    /// The key for a symbol, and whether it needs the shift key.
    fn key(&self, symbol: u32) -> Result<(Keycode, bool)> {
        let keys = self.symbols.chunks(self.columns);
        let found = keys.enumerate().find_map(|(key, symbols)| {
            let column = symbols.iter().take(2).position(|known| *known == symbol)?;
            Some((key, column == 1))
        });
        let (key, shifted) = found.with_context(|| format!("no key for {symbol:#x}"))?;
        Ok((self.first + Keycode::try_from(key)?, shifted))
    }

    fn send(&self, event: u8, key: Keycode) -> Result<()> {
        self.connection.xtest_fake_input(event, key, x11rb::CURRENT_TIME, self.root, 0, 0, 0)?;
        Ok(())
    }
}
