//! An X display that exists only in memory, and windows on it.

use consilium_media::video::Desktop;
use std::cell::Cell;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt, CreateGCAux, CreateWindowAux,
    PropMode, Rectangle, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

pub(crate) const RED: u32 = 0xff_0000;
pub(crate) const GREEN: u32 = 0x00_ff00;
pub(crate) const BLUE: u32 = 0x00_00ff;

/// The display. Stops when it is dropped.
pub(crate) struct Display {
    name: String,
    x: RustConnection,
    root: u32,
    server: Child,
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Display {
    /// Starts one of 800 x 600. `None`, and a message, on a machine that has no Xvfb.
    pub(crate) fn start() -> Option<Self> {
        Self::of_size("800x600")
    }

    /// Starts one of such a size.
    pub(crate) fn of_size(size: &str) -> Option<Self> {
        let server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &format!("{size}x24"), "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut server = match server {
            Ok(server) => server,
            Err(error) => {
                eprintln!("SKIPPED: there is no Xvfb to test screens with ({error})");
                return None;
            }
        };
        let mut number = String::new();
        let output = server.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut number).expect("a display number");
        let name = format!(":{}", number.trim());
        let (x, screen) = RustConnection::connect(Some(&name)).expect("connects");
        let root = x.setup().roots[screen].root;
        let display = Self { name, x, root, server };
        // Out of every window's way: it is in the pictures.
        display.move_pointer((i16::MAX, i16::MAX));
        Some(display)
    }

    /// The server's process, as `/proc` names it.
    pub(crate) fn process(&self) -> String {
        self.server.id().to_string()
    }

    pub(crate) fn desktop(&self) -> Desktop {
        Desktop::x11(&self.name)
    }

    /// A window of one colour, shown.
    pub(crate) fn window(&self, (x, y): (i16, i16), (width, height): (u16, u16), colour: u32) -> Window<'_> {
        let id = self.x.generate_id().expect("an id");
        let look = CreateWindowAux::new().background_pixel(colour).override_redirect(1);
        let (depth, class) = (x11rb::COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT);
        self.x.create_window(depth, id, self.root, x, y, width, height, 0, class, 0, &look).expect("creates");
        self.x.map_window(id).expect("maps");
        self.x.sync().expect("syncs");
        Window { display: self, id, size: Cell::new((width, height)) }
    }

    /// Says, as a window manager does, which windows there are.
    pub(crate) fn manage(&self, windows: &[&Window<'_>]) {
        let ids: Vec<u32> = windows.iter().map(|window| window.id).collect();
        let list = self.atom("_NET_CLIENT_LIST");
        let change = self.x.change_property32(PropMode::REPLACE, self.root, list, AtomEnum::WINDOW, &ids);
        change.expect("sets").check().expect("is set");
    }

    pub(crate) fn move_pointer(&self, (x, y): (i16, i16)) {
        self.x.warp_pointer(x11rb::NONE, self.root, 0, 0, 0, 0, x, y).expect("moves").check().expect("moved");
    }

    fn atom(&self, name: &str) -> u32 {
        self.x.intern_atom(false, name.as_bytes()).expect("asks").reply().expect("an atom").atom
    }
}

pub(crate) struct Window<'a> {
    display: &'a Display,
    id: u32,
    size: Cell<(u16, u16)>,
}

impl Window<'_> {
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) fn fill(&self, colour: u32) {
        let x = &self.display.x;
        let gc = x.generate_id().expect("an id");
        x.create_gc(gc, self.id, &CreateGCAux::new().foreground(colour)).expect("creates");
        let (width, height) = self.size.get();
        x.poly_fill_rectangle(self.id, gc, &[Rectangle { x: 0, y: 0, width, height }]).expect("fills");
        x.free_gc(gc).expect("frees");
        x.sync().expect("syncs");
    }

    pub(crate) fn resize(&self, (width, height): (u16, u16)) {
        let to = ConfigureWindowAux::new().width(u32::from(width)).height(u32::from(height));
        self.display.x.configure_window(self.id, &to).expect("resizes").check().expect("resized");
        self.size.set((width, height));
    }

    pub(crate) fn hide(&self) {
        self.display.x.unmap_window(self.id).expect("hides").check().expect("hidden");
    }

    pub(crate) fn show(&self) {
        self.display.x.map_window(self.id).expect("shows").check().expect("shown");
    }

    pub(crate) fn close(&self) {
        self.display.x.destroy_window(self.id).expect("closes").check().expect("closed");
    }

    pub(crate) fn set_title(&self, title: &str) {
        let (name, kind) = (self.display.atom("_NET_WM_NAME"), self.display.atom("UTF8_STRING"));
        let change =
            self.display.x.change_property8(PropMode::REPLACE, self.id, name, kind, title.as_bytes());
        change.expect("sets").check().expect("is set");
    }

    pub(crate) fn make_dock(&self) {
        let kind = self.display.atom("_NET_WM_WINDOW_TYPE_DOCK");
        self.set("_NET_WM_WINDOW_TYPE", AtomEnum::ATOM, kind);
    }

    pub(crate) fn set_process(&self, process: u32) {
        self.set("_NET_WM_PID", AtomEnum::CARDINAL, process);
    }

    /// Gives it a pointer that can be seen.
    pub(crate) fn point(&self) {
        let x = &self.display.x;
        let (font, cursor) = (x.generate_id().expect("an id"), x.generate_id().expect("an id"));
        x.open_font(font, b"cursor").expect("opens").check().expect("a font");
        x.create_glyph_cursor(cursor, font, font, 68, 69, 0, 0, 0, u16::MAX, u16::MAX, u16::MAX)
            .expect("creates")
            .check()
            .expect("a cursor");
        let look = ChangeWindowAttributesAux::new().cursor(cursor);
        x.change_window_attributes(self.id, &look).expect("sets").check().expect("is set");
    }

    fn set(&self, property: &str, kind: AtomEnum, value: u32) {
        let property = self.display.atom(property);
        let change = self.display.x.change_property32(PropMode::REPLACE, self.id, property, kind, &[value]);
        change.expect("sets").check().expect("is set");
    }
}
