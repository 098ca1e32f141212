//! A socket, and a real WebSocket client in the place of the page.

use consilium_media::video::{FrameSocket, FrameSocketConfig, FrameSocketSink};
use futures_util::SinkExt;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub(crate) type Page = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) const ORIGIN: &str = "tauri://localhost";

pub(crate) async fn socket() -> (FrameSocket, FrameSocketSink, UnboundedReceiver<u32>) {
    let (asked_tx, asked) = unbounded_channel();
    let request = Arc::new(move |stream| {
        let _ = asked_tx.send(stream);
    });
    let socket = FrameSocket::bind(FrameSocketConfig::default(), request).await.expect("listens");
    let sink = socket.sink();
    (socket, sink, asked)
}

pub(crate) async fn connect(url: &str, origin: Option<&str>) -> Result<Page, Error> {
    let mut request = url.into_client_request()?;
    if let Some(origin) = origin {
        request.headers_mut().insert("Origin", origin.parse().expect("a header"));
    }
    Ok(connect_async(request).await?.0)
}

pub(crate) async fn page(socket: &FrameSocket) -> Page {
    connect(socket.url().expose(), Some(ORIGIN)).await.expect("connects")
}

pub(crate) async fn acknowledge(page: &mut Page, stream: u32, sequence: u32) {
    let message = [stream.to_le_bytes(), sequence.to_le_bytes()].concat();
    page.send(Message::Binary(message.into())).await.expect("sends");
}
