//! A display that exists only in memory (Xvfb), and what can be seen on it.

use crate::guard::Guard;
use crate::usage::Usage;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter};
use std::path::Path;
use std::process::{Child, Stdio};
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt, CreateWindowAux, ImageFormat, InputFocus, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// The size of the display in pixels: that of the window as it opens.
pub(crate) const SIZE: (u16, u16) = (1200, 780);

/// A display of its own.
pub(crate) struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Starts a display server on a free number.
    pub(crate) fn start(guard: &Guard) -> Result<Self> {
        let screen = format!("{}x{}x24", SIZE.0, SIZE.1);
        let mut server = guard
            .command("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &screen, "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Xvfb")?;
        let mut line = String::new();
        BufReader::new(server.stdout.take().expect("piped")).read_line(&mut line)?;
        if line.trim().is_empty() {
            bail!("Xvfb found no free display number");
        }
        Ok(Self { server, name: format!(":{}", line.trim()) })
    }

    /// The value for `DISPLAY`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What the display server has cost.
    pub(crate) fn usage(&self) -> Usage {
        i32::try_from(self.server.id()).map_or_else(|_| Usage::default(), |pid| Usage::of(&[pid]))
    }

    /// How many colours can be seen in an area: a picture has hundreds, an empty tile a few.
    pub(crate) fn colours(&self, (x, y, width, height): (i16, i16, u16, u16)) -> Result<usize> {
        let (connection, screen) = x11rb::connect(Some(&self.name)).context("cannot reach the display")?;
        let root = connection.setup().roots[screen].root;
        let image = connection.get_image(ImageFormat::Z_PIXMAP, root, x, y, width, height, !0)?.reply()?;
        Ok(image.data.chunks_exact(4).map(|pixel| &pixel[..3]).collect::<BTreeSet<_>>().len())
    }

    /// Writes what can be seen to a PNG file.
    pub(crate) fn shot(&self, file: &Path) -> Result<()> {
        let (connection, screen) = x11rb::connect(Some(&self.name)).context("cannot reach the display")?;
        let root = connection.setup().roots[screen].root;
        let (width, height) = SIZE;
        let image = connection.get_image(ImageFormat::Z_PIXMAP, root, 0, 0, width, height, !0)?.reply()?;
        let mut rgb = Vec::with_capacity(usize::from(width) * usize::from(height) * 3);
        for pixel in image.data.chunks_exact(4) {
            rgb.extend_from_slice(&[pixel[2], pixel[1], pixel[0]]);
        }
        let file =
            BufWriter::new(File::create(file).with_context(|| format!("cannot write {}", file.display()))?);
        let mut encoder = png::Encoder::new(file, u32::from(width), u32::from(height));
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header()?.write_image_data(&rgb)?;
        Ok(())
    }
}

/// Another program's window that the user works in; the user turns away from it when this is dropped.
pub(crate) struct Elsewhere {
    connection: RustConnection,
    window: Window,
}

impl Elsewhere {
    /// Opens the window on a display, and the user turns to it.
    pub(crate) fn open(display: &Display) -> Result<Self> {
        let (connection, screen) =
            x11rb::connect(Some(display.name())).context("cannot reach the display")?;
        let root = connection.setup().roots[screen].root;
        let window = connection.generate_id()?;
        let (depth, visual, class) = (COPY_DEPTH_FROM_PARENT, 0, WindowClass::INPUT_OUTPUT);
        let look = CreateWindowAux::new();
        connection.create_window(depth, window, root, 0, 0, 40, 40, 0, class, visual, &look)?;
        connection.map_window(window)?;
        connection.set_input_focus(InputFocus::POINTER_ROOT, window, x11rb::CURRENT_TIME)?;
        connection.sync()?;
        Ok(Self { connection, window })
    }

    /// The user is still here.
    pub(crate) fn is_in_front(&self) -> Result<bool> {
        Ok(self.connection.get_input_focus()?.reply()?.focus == self.window)
    }

    /// The titles of all windows on the display.
    pub(crate) fn titles(&self) -> Result<Vec<String>> {
        let root = self.connection.setup().roots[0].root;
        let mut titles = Vec::new();
        for window in self.connection.query_tree(root)?.reply()?.children {
            let name =
                self.connection.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 1024)?;
            // Windows come and go meanwhile.
            titles.extend(name.reply().ok().map(|name| String::from_utf8_lossy(&name.value).into_owned()));
        }
        Ok(titles)
    }
}
