//! Hands pictures to the page over a WebSocket on the loopback interface: encoded, and the page decodes them, or raw
//! for a page that cannot.
//!
//! The socket is reached at `ws://127.0.0.1:PORT/SECRET`. Other programs and other pages of this machine can reach
//! the port too: they know neither the secret nor, as a page, have an allowed origin, and get 404 or 403.
//!
//! A page that has no decoder, or whose decoder does not work, connects to `ws://127.0.0.1:PORT/SECRET?raw=1` and gets
//! the same pictures decoded, at a higher price: 1.4 MB for each picture of 1280x720. Anything else in the query is
//! ignored. What a page asks for holds for its connection; to change it, it connects anew.
//!
//! # Messages
//!
//! All binary, little endian. To the page, a 24-byte header and the picture:
//!
//! | offset | type | content |
//! | --- | --- | --- |
//! | 0 | u8 | version, 1 |
//! | 1 | u8 | flags: bit 0 key frame, bit 1 raw picture (always with bit 0) |
//! | 2 | u16 | width |
//! | 4 | u16 | height |
//! | 6 | u16 | reserved, 0 |
//! | 8 | u32 | stream |
//! | 12 | u32 | sequence: grows by one per message of the stream on a connection, wraps around |
//! | 16 | f64 | milliseconds since 1970 when it was sent |
//! | 24 | | VP8 frame, or raw picture |
//!
//! A raw picture is I420, 8 bit, BT.601 video range: the planes Y, U and V one after the other without padding, the
//! chroma planes of half the width and height, rounded up.
//!
//! From the page, 8 bytes per message it has dealt with: u32 stream, u32 sequence. An acknowledgement covers all
//! messages of the stream up to its sequence.
//!
//! # Back-pressure
//!
//! A stream with too many unacknowledged messages gets no further ones until the page has caught up and a key frame
//! came. A page that connects (again) replaces the one before it and gets nothing of a stream before a key frame.
//! Whenever a key frame is needed, it is asked for.
//!
//! For a raw page all this holds between the frames' end and the decoder, which runs on a thread of its own for each
//! such page. Of the decoded pictures of a stream, two may be unacknowledged; of those that come meanwhile only the
//! newest is kept, and it is sent with the next acknowledgement. They need no key frame.

mod flow;
mod pictures;
mod raw;
mod server;
mod shared;
mod window;
mod wire;

use super::sink::{KeyFrameRequest, VideoSink};
use crate::EncodedVideo;
use consilium_model::Secret;
use shared::Shared;
use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Settings of the socket.
#[derive(Clone, Debug)]
pub struct FrameSocketConfig {
    /// `Origin` headers that are let in.
    pub allowed_origins: Vec<String>,
    /// Encoded frames of a stream that may be on their way to its decoder, in the page or here.
    pub window: u32,
}

impl Default for FrameSocketConfig {
    /// The app's own page on Linux and macOS, and on Windows.
    fn default() -> Self {
        let allowed_origins = ["tauri://localhost", "http://tauri.localhost", "https://tauri.localhost"];
        Self { allowed_origins: allowed_origins.map(str::to_owned).to_vec(), window: 8 }
    }
}

/// The listening socket. Dropping it stops listening and closes the page's connection; [`FrameSocket::close`] waits
/// for that too.
#[derive(Debug)]
pub struct FrameSocket {
    url: Secret,
    shared: Arc<Shared>,
    tasks: TaskTracker,
    cancel: CancellationToken,
}

impl FrameSocket {
    /// Listens on a free port of 127.0.0.1. `request` is called for a stream that needs a key frame. Runs on the
    /// current Tokio runtime.
    pub async fn bind(config: FrameSocketConfig, request: KeyFrameRequest) -> io::Result<Self> {
        let secret = random_secret()?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = Secret::new(format!("ws://127.0.0.1:{}/{secret}", listener.local_addr()?.port()));
        let shared = Arc::new(Shared::new(config.window, request));
        let (tasks, cancel) = (TaskTracker::new(), CancellationToken::new());
        let entry =
            server::Entry { path: Secret::new(format!("/{secret}")), origins: config.allowed_origins };
        tasks.spawn(server::listen(listener, entry, Arc::clone(&shared), tasks.clone(), cancel.clone()));
        Ok(Self { url, shared, tasks, cancel })
    }

    /// Where the page connects to. Whoever knows it and runs on this machine sees the call.
    pub fn url(&self) -> &Secret {
        &self.url
    }

    /// The end that frames are put into.
    pub fn sink(&self) -> FrameSocketSink {
        FrameSocketSink { shared: Arc::clone(&self.shared) }
    }

    /// Stops sending while the page is hidden. Once it is visible again, each stream begins with a key frame.
    pub fn set_visible(&self, visible: bool) {
        self.shared.set_visible(visible);
    }

    /// Stops listening, closes the connection and waits for both.
    pub async fn close(self) {
        self.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for FrameSocket {
    fn drop(&mut self) {
        self.cancel.cancel();
        self.tasks.close();
    }
}

/// Puts frames into the socket. Without a page they go nowhere.
#[derive(Clone, Debug)]
pub struct FrameSocketSink {
    shared: Arc<Shared>,
}

impl VideoSink for FrameSocketSink {
    fn frame(&self, stream: u32, frame: &EncodedVideo) {
        self.shared.frame(stream, frame);
    }

    fn end(&self, stream: u32) {
        self.shared.end(stream);
    }
}

/// 32 random bytes in hexadecimal.
fn random_secret() -> io::Result<String> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
