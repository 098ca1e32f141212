//! The server's side of the connections.

use super::raw;
use super::shared::{Connection, Shared};
use super::wire::{Ack, Format};
use bytes::Bytes;
use consilium_model::Secret;
use futures_util::{SinkExt, StreamExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{StatusCode, header};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Who does not finish the handshake by then is not our page.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Connections at a time, the page's among them.
const CONNECTIONS: usize = 8;
/// The page sends eight bytes at a time.
const MAX_INCOMING: usize = 256;
/// How long to wait after the system refuses a connection, such as when files run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Who is let in.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) path: Secret,
    pub(super) origins: Vec<String>,
}

impl Entry {
    fn check(&self, request: &Request) -> Result<(), StatusCode> {
        if !equal_in_constant_time(request.uri().path().as_bytes(), self.path.expose().as_bytes()) {
            return Err(StatusCode::NOT_FOUND);
        }
        let origin = request.headers().get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        match origin {
            Some(origin) if self.origins.iter().any(|allowed| allowed == origin) => Ok(()),
            _ => Err(StatusCode::FORBIDDEN),
        }
    }
}

/// Accepts connections until it is cancelled.
pub(super) async fn listen(
    listener: TcpListener,
    entry: Entry,
    shared: Arc<Shared>,
    tasks: TaskTracker,
    cancel: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            () = cancel.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        // Beyond the limit the connection is dropped at once.
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            let (entry, shared, cancel) = (entry.clone(), Arc::clone(&shared), cancel.clone());
            let decoding = tasks.clone();
            tasks.spawn(async move {
                tokio::select! {
                    () = cancel.cancelled() => {}
                    () = serve(stream, entry, &shared, &decoding) => {}
                }
                drop(place);
            });
        }
    }
}

async fn serve(stream: TcpStream, entry: Entry, shared: &Arc<Shared>, tasks: &TaskTracker) {
    // A frame that waits for the acknowledgement of the one before would be late.
    let _ = stream.set_nodelay(true);
    let shaken = tokio::time::timeout(HANDSHAKE, shake_hands(stream, entry)).await;
    let Ok(Some((socket, format))) = shaken else { return };
    let Connection { page, queue, jobs } = shared.connect(format);
    let connected = Connected { shared, page, queue };
    if let Some(jobs) = jobs {
        // It ends with the connection: the sending end of its jobs goes, and what it decodes is not taken any more.
        let shared = Arc::clone(shared);
        tasks.spawn_blocking(move || raw::decode_all(&jobs, page, &shared));
    }
    if let Err(error) = exchange(socket, connected).await {
        tracing::debug!(%error, "the page's connection ended");
    }
}

/// Lets our page in, and says what it asks for.
async fn shake_hands(stream: TcpStream, entry: Entry) -> Option<(WebSocketStream<TcpStream>, Format)> {
    let limits =
        WebSocketConfig::default().max_message_size(Some(MAX_INCOMING)).max_frame_size(Some(MAX_INCOMING));
    let mut format = Format::default();
    #[allow(clippy::result_large_err, reason = "the type is the library's")]
    let check = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        format = Format::of(request.uri().query());
        entry.check(request).map(|()| response).map_err(|status| {
            let mut refusal = ErrorResponse::new(None);
            *refusal.status_mut() = status;
            refusal
        })
    };
    match tokio_tungstenite::accept_hdr_async_with_config(stream, check, Some(limits)).await {
        Ok(socket) => Some((socket, format)),
        Err(Error::Http(refusal)) => {
            tracing::warn!(status = refusal.status().as_u16(), "a stranger was refused");
            None
        }
        Err(_) => None,
    }
}

/// The current page; says goodbye when it is dropped.
struct Connected<'a> {
    shared: &'a Shared,
    page: u64,
    queue: mpsc::Receiver<Bytes>,
}

impl Drop for Connected<'_> {
    fn drop(&mut self) {
        self.shared.disconnect(self.page);
    }
}

/// Carries frames and acknowledgements until either side ends or another page takes over.
async fn exchange(socket: WebSocketStream<TcpStream>, mut connected: Connected<'_>) -> Result<(), Error> {
    let (mut to_page, mut from_page) = socket.split();
    let (shared, page) = (connected.shared, connected.page);
    let send = async {
        while let Some(message) = connected.queue.recv().await {
            to_page.send(Message::Binary(message)).await?;
        }
        to_page.close().await
    };
    let receive = async {
        while let Some(message) = from_page.next().await {
            if let Some(ack) = Ack::decode(&message?.into_data()) {
                shared.acknowledge(page, ack);
            }
        }
        Ok(())
    };
    // Acknowledgements go on while a large frame is on its way.
    tokio::select! {
        sent = send => sent,
        received = receive => received,
    }
}

fn equal_in_constant_time(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}
