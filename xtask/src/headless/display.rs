//! A display that exists only in memory (Xvfb), and what can be seen on it.

use crate::guard::Guard;
use crate::usage::Usage;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter};
use std::path::Path;
use std::process::{Child, Stdio};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat};

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
