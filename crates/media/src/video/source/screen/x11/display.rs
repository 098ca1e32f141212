//! A connection to an X server that has what capturing needs.

use crate::DeviceError;
use x11rb::connection::{Connection, RequestConnection};
use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::composite::ConnectionExt as _;
use x11rb::protocol::damage::ConnectionExt as _;
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::xfixes::ConnectionExt as _;
use x11rb::protocol::xproto::{ImageOrder, Window};
use x11rb::protocol::{ErrorKind, composite, damage, randr, shm, xfixes};
use x11rb::rust_connection::RustConnection;

x11rb::atom_manager! {
    /// Names of properties, from the Extended Window Manager Hints; `_GTK_FRAME_EXTENTS` is GTK's.
    pub(super) Atoms:
    AtomsCookie {
        UTF8_STRING,
        _NET_CLIENT_LIST,
        _NET_WM_NAME,
        _NET_WM_PID,
        _NET_WM_WINDOW_TYPE,
        _NET_WM_WINDOW_TYPE_DESKTOP,
        _NET_WM_WINDOW_TYPE_DOCK,
        _GTK_FRAME_EXTENTS,
    }
}

/// A connection to an X server.
pub(super) struct Display {
    pub(super) x: RustConnection,
    pub(super) root: Window,
    pub(super) atoms: Atoms,
    /// Pixels can be handed over in shared memory; not so over a network.
    pub(super) shares_memory: bool,
}

impl Display {
    /// Connects to a display such as `:0`, or to the one that `DISPLAY` names.
    pub(super) fn connect(name: Option<&str>) -> Result<Self, DeviceError> {
        let (x, screen) = RustConnection::connect(name).map_err(connect_error)?;
        let root = x.setup().roots[screen].root;
        check_pixels(&x, screen)?;
        let shares_memory = begin_extensions(&x)?;
        let atoms = Atoms::new(&x).map_err(lost)?.reply().map_err(refused)?;
        Ok(Self { x, root, atoms, shares_memory })
    }

    /// A number for a new resource of the server.
    pub(super) fn new_id(&self) -> Result<u32, DeviceError> {
        self.x.generate_id().map_err(|error| match error {
            ReplyOrIdError::IdsExhausted => DeviceError::Failed("no resource numbers are left".to_owned()),
            ReplyOrIdError::ConnectionError(error) => lost(error),
            ReplyOrIdError::X11Error(error) => refused(ReplyError::X11Error(error)),
        })
    }
}

/// Pixels have to be four bytes, blue first: what every server of this century gives.
fn check_pixels(x: &RustConnection, screen: usize) -> Result<(), DeviceError> {
    let (setup, screen) = (x.setup(), &x.setup().roots[screen]);
    let wide = setup.pixmap_formats.iter().any(|format| {
        format.depth == screen.root_depth && format.bits_per_pixel == 32 && format.scanline_pad == 32
    });
    let visuals = screen.allowed_depths.iter().flat_map(|depth| &depth.visuals);
    let blue_first = visuals.clone().any(|visual| {
        visual.visual_id == screen.root_visual
            && (visual.red_mask, visual.green_mask, visual.blue_mask) == (0xff_0000, 0xff00, 0xff)
    });
    let fits = wide && blue_first && setup.image_byte_order == ImageOrder::LSB_FIRST;
    fits.then_some(()).ok_or_else(|| DeviceError::Failed("the display has other pixels".to_owned()))
}

/// Tells the server which versions are spoken, as each extension wants it before its first request. Answers whether
/// memory is shared.
fn begin_extensions(x: &RustConnection) -> Result<bool, DeviceError> {
    for name in [
        composite::X11_EXTENSION_NAME,
        damage::X11_EXTENSION_NAME,
        randr::X11_EXTENSION_NAME,
        xfixes::X11_EXTENSION_NAME,
    ] {
        if x.extension_information(name).map_err(lost)?.is_none() {
            return Err(DeviceError::Failed(format!("the display lacks {name}")));
        }
    }
    // Damage wants XFixes to be there first.
    x.xfixes_query_version(5, 0).map_err(lost)?.reply().map_err(refused)?;
    x.damage_query_version(1, 1).map_err(lost)?.reply().map_err(refused)?;
    x.composite_query_version(0, 4).map_err(lost)?.reply().map_err(refused)?;
    x.randr_query_version(1, 5).map_err(lost)?.reply().map_err(refused)?;
    let shm = x.extension_information(shm::X11_EXTENSION_NAME).map_err(lost)?.is_some()
        && shm::query_version(x)
            .map_err(lost)?
            .reply()
            .is_ok_and(|version| (version.major_version, version.minor_version) >= (1, 2));
    Ok(shm)
}

fn connect_error(error: ConnectError) -> DeviceError {
    match error {
        ConnectError::SetupAuthenticate(_) | ConnectError::SetupFailed(_) => DeviceError::NotAllowed,
        _ => DeviceError::Missing,
    }
}

/// The server is gone.
pub(super) fn lost(_: ConnectionError) -> DeviceError {
    DeviceError::Missing
}

/// The server refused. What names something that is no more is missing.
pub(super) fn refused(error: ReplyError) -> DeviceError {
    let ReplyError::X11Error(error) = error else { return DeviceError::Missing };
    match error.error_kind {
        ErrorKind::Window | ErrorKind::Drawable | ErrorKind::Pixmap | ErrorKind::Match => {
            DeviceError::Missing
        }
        ErrorKind::Access => DeviceError::NotAllowed,
        kind => DeviceError::Failed(format!("the display refuses: {kind:?}")),
    }
}
