//! The window's socket with a real WebSocket client in the place of the page.

mod video_frame_socket_page;

use consilium_media::EncodedVideo;
use consilium_media::video::{FrameSocketSink, VideoSink};
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio_tungstenite::tungstenite::{Error, Message};
use video_frame_socket_page::{ORIGIN, Page, acknowledge, connect, page, socket};

fn frame(key: bool) -> EncodedVideo {
    EncodedVideo {
        layer: 0,
        key,
        temporal: 0,
        layer_sync: false,
        width: 640,
        height: 360,
        rtp_timestamp: 0,
        data: vec![7; 2000].into(),
    }
}

/// Stream, sequence and key flag of the next message.
async fn next(page: &mut Page) -> (u32, u32, bool) {
    let message = tokio::time::timeout(Duration::from_secs(5), page.next()).await.expect("a message in time");
    let data = message.expect("open").expect("a message").into_data();
    let number = |at: usize| u32::from_le_bytes(data[at..at + 4].try_into().expect("four bytes"));
    (number(8), number(12), data[1] == 1)
}

/// Offers key frames until one comes out, as a sender that was asked does.
async fn begin(sink: &FrameSocketSink, page: &mut Page, stream: u32) -> u32 {
    loop {
        sink.frame(stream, &frame(true));
        if let Ok((of, sequence, key)) = tokio::time::timeout(Duration::from_millis(50), next(page)).await {
            assert!(of == stream && key);
            return sequence;
        }
    }
}

fn status(outcome: Result<Page, Error>) -> u16 {
    match outcome {
        Err(Error::Http(response)) => response.status().as_u16(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn only_our_page_gets_in() {
    let (socket, ..) = socket().await;
    let url = socket.url().expose().clone();
    let (root, secret) = url.rsplit_once('/').expect("a path");
    assert_eq!(secret.len(), 64);
    assert_eq!(status(connect(&url, Some("https://example.org")).await), 403);
    assert_eq!(status(connect(&url, None).await), 403);
    assert_eq!(status(connect(&url, Some("null")).await), 403);
    assert_eq!(status(connect(root, Some(ORIGIN)).await), 404);
    assert_eq!(status(connect(&format!("{root}/{}", "0".repeat(64)), Some(ORIGIN)).await), 404);
    assert_eq!(status(connect(&format!("{url}0"), Some(ORIGIN)).await), 404);
    assert!(connect(&url, Some(ORIGIN)).await.is_ok());
    assert!(connect(&url, Some("http://tauri.localhost")).await.is_ok());
    assert!(!format!("{socket:?}").contains(secret));
}

#[tokio::test]
async fn the_message_has_the_documented_layout() {
    let (socket, sink, _asked) = socket().await;
    let mut page = page(&socket).await;
    begin(&sink, &mut page, 3).await;
    let before = unix_ms();
    sink.frame(
        3,
        &EncodedVideo { width: 0x0102, height: 0x0304, data: vec![9, 8, 7].into(), ..frame(false) },
    );
    let data = page.next().await.expect("open").expect("a message").into_data();
    assert_eq!(data[..16], [1, 0, 2, 1, 4, 3, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0]);
    let sent_at = f64::from_le_bytes(data[16..24].try_into().expect("eight bytes"));
    assert!(sent_at >= before && sent_at <= unix_ms());
    assert_eq!(data[24..], [9, 8, 7]);
}

#[tokio::test]
async fn a_page_that_does_not_acknowledge_is_not_flooded() {
    let (socket, sink, mut asked) = socket().await;
    let mut page = page(&socket).await;
    let first = begin(&sink, &mut page, 1).await;
    while asked.try_recv().is_ok() {}
    (0..50).for_each(|_| sink.frame(1, &frame(false)));
    for sequence in first + 1..first + 8 {
        assert_eq!(next(&mut page).await, (1, sequence, false));
    }
    assert!(asked.try_recv().is_err(), "a key frame would not get through yet");
    acknowledge(&mut page, 1, first + 7).await;
    // Whenever the acknowledgement is through, the next frame of the stream asks.
    let stream = loop {
        sink.frame(1, &frame(false));
        match tokio::time::timeout(Duration::from_millis(20), asked.recv()).await {
            Ok(stream) => break stream,
            Err(_) => continue,
        }
    };
    assert_eq!(stream, Some(1));
    sink.frame(1, &frame(false));
    sink.frame(1, &frame(true));
    sink.frame(1, &frame(false));
    assert_eq!(next(&mut page).await, (1, first + 8, true));
    assert_eq!(next(&mut page).await, (1, first + 9, false));
}

#[tokio::test]
async fn a_slow_stream_does_not_hold_up_another() {
    let (socket, sink, _asked) = socket().await;
    let mut page = page(&socket).await;
    begin(&sink, &mut page, 1).await;
    (0..30).for_each(|_| sink.frame(1, &frame(false)));
    sink.frame(2, &frame(true));
    while next(&mut page).await.0 != 2 {}
}

#[tokio::test]
async fn a_reloaded_page_begins_with_key_frames() {
    let (socket, sink, mut asked) = socket().await;
    let mut old = page(&socket).await;
    begin(&sink, &mut old, 1).await;
    begin(&sink, &mut old, 2).await;
    while asked.try_recv().is_ok() {}
    let mut new = page(&socket).await;
    let mut streams = [asked.recv().await, asked.recv().await];
    streams.sort();
    assert_eq!(streams, [Some(1), Some(2)]);
    sink.frame(1, &frame(false));
    sink.frame(2, &frame(true));
    assert_eq!(next(&mut new).await.0, 2);
    // The old page is told that it is over.
    while let Some(Ok(message)) = old.next().await {
        assert!(matches!(message, Message::Binary(_) | Message::Close(_)));
    }
}

#[tokio::test]
async fn a_hidden_page_gets_nothing() {
    let (socket, sink, mut asked) = socket().await;
    let mut page = page(&socket).await;
    let first = begin(&sink, &mut page, 1).await;
    while asked.try_recv().is_ok() {}
    socket.set_visible(false);
    (0..5).for_each(|_| sink.frame(1, &frame(true)));
    assert!(asked.try_recv().is_err());
    socket.set_visible(true);
    assert_eq!(asked.recv().await, Some(1));
    sink.frame(1, &frame(false));
    sink.frame(1, &frame(true));
    assert_eq!(next(&mut page).await, (1, first + 1, true));
}

#[tokio::test]
async fn nonsense_from_the_page_is_ignored_and_too_much_of_it_ends_the_connection() {
    let (socket, sink, _asked) = socket().await;
    let mut page = page(&socket).await;
    begin(&sink, &mut page, 1).await;
    page.send(Message::Binary(vec![1; 7].into())).await.expect("sends");
    page.send(Message::Text("hello".into())).await.expect("sends");
    acknowledge(&mut page, 99, 5).await;
    sink.frame(1, &frame(false));
    assert_eq!(next(&mut page).await.0, 1);
    page.send(Message::Binary(vec![0; 100_000].into())).await.expect("sends");
    while let Some(Ok(_)) = page.next().await {}
}

#[tokio::test]
async fn closing_ends_the_connection_and_the_listener() {
    let (socket, sink, _asked) = socket().await;
    let mut page = page(&socket).await;
    begin(&sink, &mut page, 1).await;
    let url = socket.url().expose().clone();
    socket.close().await;
    while let Some(Ok(_)) = page.next().await {}
    assert!(connect(&url, Some(ORIGIN)).await.is_err());
    sink.frame(1, &frame(true));
}

fn unix_ms() -> f64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs_f64()
        * 1000.0
}
