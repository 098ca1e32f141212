//! What the application is started with.

use crate::web_room::WebRoomTemplate;
use consilium_client::Keychain;
use consilium_media::audio::{AudioSpec, SpeakerSpec};
use consilium_media::video::{Canvas, Desktop, VideoSpec};
use consilium_model::{Locale, Secret, Vertical};
use std::path::PathBuf;
use std::time::Instant;

/// What the application is started with.
pub struct AppConfig {
    /// The language, until the user chooses another.
    pub locale: Locale,
    /// The words for the roles.
    pub vertical: Vertical,
    /// The name under which this window's sign-in is kept, apart from other profiles.
    pub profile: String,
    /// Where a sign-in is kept.
    pub keychain: Keychain,
    /// The folder for what is kept on this machine: the encrypted history of the chat. Without one it is forgotten.
    pub data: Option<PathBuf>,
    /// The link it was started with.
    pub link: Option<Secret>,
    /// The server that the clinic has set, for the sign-in form.
    pub server: String,
    /// Where conferences take place whose server has no room of its own.
    pub web_room: Option<WebRoomTemplate>,
    /// Devices and drawing.
    pub media: MediaConfig,
    /// Writes [`crate::report::Report`] there once a second.
    pub report: Option<PathBuf>,
    /// When the process began, for the report.
    pub started: Instant,
}

/// Devices and drawing.
#[derive(Clone)]
pub struct MediaConfig {
    /// The camera.
    pub camera: VideoSpec,
    /// The microphone.
    pub microphone: AudioSpec,
    /// The speaker.
    pub speaker: SpeakerSpec,
    /// Where screens to show are looked for.
    pub screens: Desktop,
    /// Who draws.
    pub sink: SinkKind,
    /// Sends back what it receives instead: the test call.
    pub echo: bool,
}

/// Who draws.
#[derive(Clone, Debug)]
pub enum SinkKind {
    /// The page, through a loopback socket.
    Page,
    /// The shell, beneath the page; the page, if nobody paints this canvas.
    Canvas(Canvas),
    /// Nobody: frames are decoded, measured and forgotten.
    Native,
}
