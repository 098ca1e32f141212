//! Files on their way to the server and back: progress, interruption, lies about sizes.
#![allow(clippy::unwrap_used)]

mod common;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Query};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::{get, post};
use common::{TOKEN, ms, quick, serve, server_at, soon};
use consilium_client::{
    AttachmentPart, BadAnswer, ClientError, Messenger, Timing, TransferError, UploadSource,
};
use consilium_wire::im::{FailureCode, MAX_ATTACHMENT};
use futures_util::StreamExt;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{oneshot, watch};

async fn at(app: Router) -> Messenger {
    server_at(serve(Router::new().nest("/clinic/api/v2", app)).await, quick()).messenger(TOKEN.into())
}

fn bytes(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at * 31 % 251) as u8).collect()
}

/// A server that takes files, and what it has taken last: name, announced length, bytes.
type Taken = Arc<Mutex<(String, String, Vec<u8>)>>;

async fn taking() -> (Messenger, Taken) {
    let taken = Taken::default();
    let store = taken.clone();
    let take = async move |Query(query): Query<HashMap<String, String>>, headers: HeaderMap, body: Bytes| {
        let length = headers["content-length"].to_str().unwrap().to_owned();
        *store.lock().unwrap() = (query["name"].clone(), length, body.to_vec());
        let size = body.len();
        axum::Json(serde_json::json!({
            "id": "a1", "session_id": "s", "kind": "file", "media_type": "application/octet-stream",
            "name": query["name"], "size": size,
        }))
    };
    let app = Router::new()
        .route("/sessions/{id}/attachments", post(take))
        .layer(DefaultBodyLimit::max(2 * MAX_ATTACHMENT as usize));
    (at(app).await, taken)
}

#[tokio::test]
async fn a_file_arrives_as_it_is() {
    let (messenger, taken) = taking().await;
    let folder = tempfile::tempdir().unwrap();
    for size in [0, 1, 65_536, 3_000_001] {
        let (file, content) = (folder.path().join("f"), bytes(size));
        std::fs::write(&file, &content).unwrap();
        for source in [UploadSource::File(file), UploadSource::Bytes(content.clone())] {
            let (progress, seen) = watch::channel(7);
            let name = "снимок & קובץ.png".into();
            let stored = soon(messenger.upload("s", &name, source, &progress)).await.unwrap();
            assert_eq!((stored.size, *seen.borrow()), (size as u64, size as u64));
            let taken = taken.lock().unwrap();
            assert_eq!(*taken, ("снимок & קובץ.png".to_owned(), size.to_string(), content.clone()));
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_or_is_too_large_is_not_sent() {
    let (messenger, taken) = taking().await;
    let folder = tempfile::tempdir().unwrap();
    let (progress, _) = watch::channel(0);
    let upload = async |path: &Path| {
        let source = UploadSource::File(path.to_owned());
        soon(messenger.upload("s", &"n".into(), source, &progress)).await.unwrap_err()
    };
    assert_eq!(upload(&folder.path().join("none")).await, TransferError::File(ErrorKind::NotFound));
    assert!(matches!(upload(folder.path()).await, TransferError::File(_)));
    let large = folder.path().join("large");
    std::fs::File::create(&large).unwrap().set_len(MAX_ATTACHMENT + 1).unwrap();
    assert_eq!(upload(&large).await, TransferError::Client(ClientError::Declined(FailureCode::TooLarge)));
    assert!(taken.lock().unwrap().0.is_empty(), "nothing was sent");
}

#[tokio::test]
async fn a_file_that_shrinks_on_its_way_fails_as_a_file() {
    // The server reads nothing until the file has shrunk.
    let (shrunk, wait) = oneshot::channel::<()>();
    let wait = Arc::new(tokio::sync::Mutex::new(Some(wait)));
    let take = async move |body: Body| {
        let wait = wait.lock().await.take().unwrap();
        let _ = wait.await;
        let mut stream = body.into_data_stream();
        while let Some(Ok(_)) = stream.next().await {}
        StatusCode::OK
    };
    let app =
        Router::new().route("/sessions/{id}/attachments", post(take)).layer(DefaultBodyLimit::disable());
    let messenger = at(app).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    std::fs::write(&path, bytes(40_000_000)).unwrap();
    let (progress, mut seen) = watch::channel(0);
    let source = UploadSource::File(path.clone());
    let upload = tokio::spawn(async move { messenger.upload("s", &"n".into(), source, &progress).await });
    soon(seen.wait_for(|taken| *taken > 0)).await.unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_len(10).unwrap();
    shrunk.send(()).unwrap();
    let error = soon(upload).await.unwrap().unwrap_err();
    assert_eq!(error, TransferError::File(ErrorKind::UnexpectedEof));
}

#[tokio::test]
async fn an_upload_that_is_dropped_lets_go_of_the_server() {
    let (gone_sender, gone) = oneshot::channel();
    let gone_sender = Arc::new(Mutex::new(Some(gone_sender)));
    let take = async move |body: Body| {
        let mut stream = body.into_data_stream();
        let mut taken = 0;
        while let Some(chunk) = stream.next().await {
            match chunk {
                Ok(chunk) => taken += chunk.len(),
                Err(_) => break,
            }
            tokio::time::sleep(ms(20)).await;
        }
        gone_sender.lock().unwrap().take().unwrap().send(taken).unwrap();
    };
    let app =
        Router::new().route("/sessions/{id}/attachments", post(take)).layer(DefaultBodyLimit::disable());
    let messenger = at(app).await;
    let (progress, mut seen) = watch::channel(0);
    let source = UploadSource::Bytes(bytes(40_000_000));
    let upload = tokio::spawn(async move { messenger.upload("s", &"n".into(), source, &progress).await });
    soon(seen.wait_for(|taken| *taken > 0)).await.unwrap();
    upload.abort();
    assert!(soon(gone).await.unwrap() < 40_000_000);
}

#[tokio::test]
async fn an_upload_that_stands_still_ends() {
    let take = async |_: Body| std::future::pending::<()>().await;
    let app = Router::new().route("/clinic/api/v2/sessions/{id}/attachments", post(take));
    let timing = Timing { request: ms(100), ..quick() };
    let messenger = server_at(serve(app).await, timing).messenger(TOKEN.into());
    let (progress, _) = watch::channel(0);
    for size in [10, 40_000_000] {
        let source = UploadSource::Bytes(bytes(size));
        let error = soon(messenger.upload("s", &"n".into(), source, &progress)).await.unwrap_err();
        assert_eq!(error, TransferError::Client(ClientError::Timeout));
    }
}

/// Serves a file of `size` bytes; each answer breaks off after `piece` bytes. Counts the requests.
async fn breaking(size: usize, piece: usize, ranges: bool) -> (Messenger, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let give = async move |headers: HeaderMap| {
        count.fetch_add(1, Ordering::Relaxed);
        let range = headers.get("range").filter(|_| ranges).map(|range| range.to_str().unwrap().to_owned());
        let from: usize =
            range.as_ref().map_or(0, |range| range["bytes=".len()..range.len() - 1].parse().unwrap());
        let rest = bytes(size)[from..].to_vec();
        let whole = rest.len();
        let cut = rest[..whole.min(piece)].to_vec();
        // What is written before the line breaks has left by then.
        let parts = futures_util::stream::unfold(Some(cut), move |part| async move {
            match part {
                Some(part) => Some((Ok(part), None)),
                None if whole <= piece => None,
                None => {
                    tokio::time::sleep(ms(50)).await;
                    Some((Err(std::io::Error::from(ErrorKind::ConnectionReset)), None))
                }
            }
        });
        let body = Body::from_stream(parts);
        let status = if range.is_some() { 206 } else { 200 };
        let mut response = Response::builder().status(status).header("content-length", whole);
        if range.is_some() {
            response = response.header("content-range", format!("bytes {from}-{}/{size}", size - 1));
        }
        response.body(body).unwrap()
    };
    (at(Router::new().route("/attachments/{id}", get(give))).await, asked)
}

#[tokio::test]
async fn a_download_goes_on_where_it_broke_off() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("f");
    let (messenger, asked) = breaking(500_000, 150_000, true).await;
    let (progress, seen) = watch::channel(0);
    soon(messenger.download("a", 500_000, &file, &progress)).await.unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), bytes(500_000));
    assert_eq!((asked.load(Ordering::Relaxed), *seen.borrow()), (4, 500_000));

    // What is there is not fetched again.
    soon(messenger.download("a", 500_000, &file, &progress)).await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn a_server_that_knows_no_ranges_begins_anew_and_is_not_asked_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let (progress, _) = watch::channel(0);
    let (messenger, asked) = breaking(500_000, 150_000, false).await;
    let file = folder.path().join("f");
    let error = soon(messenger.download("a", 500_000, &file, &progress)).await.unwrap_err();
    assert_eq!(error, TransferError::Client(ClientError::Unreachable));
    assert!(asked.load(Ordering::Relaxed) < 10);

    let (messenger, _) = breaking(500_000, 500_000, false).await;
    soon(messenger.download("a", 500_000, &file, &progress)).await.unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), bytes(500_000));
}

#[tokio::test]
async fn a_file_of_another_size_is_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    let (progress, _) = watch::channel(0);
    for (real, told) in [(1000, 999), (1000, 1001), (1000, 10)] {
        let (messenger, _) = breaking(real, real, true).await;
        let file = folder.path().join("f");
        std::fs::remove_file(&file).ok();
        let error = soon(messenger.download("a", told, &file, &progress)).await.unwrap_err();
        assert!(matches!(error, TransferError::Client(ClientError::BadAnswer(_))), "{error:?}");
        assert!(std::fs::read(&file).unwrap().len() < told as usize);
    }
}

#[tokio::test]
async fn a_download_that_stands_still_ends_and_one_that_drips_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("f");
    let give = async |drops: usize, every: u64| {
        let drops = futures_util::stream::unfold(0, move |at| async move {
            if at == drops {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(ms(every)).await;
            (at < 20).then_some((Ok::<_, std::io::Error>(vec![1u8; 10]), at + 1))
        });
        Response::builder().header("content-length", 200).body(Body::from_stream(drops)).unwrap()
    };
    let app = Router::new()
        .route("/clinic/api/v2/attachments/drips", get(async move || give(100, 40).await))
        .route("/clinic/api/v2/attachments/stops", get(async move || give(3, 1).await));
    let timing = Timing { request: ms(400), ..quick() };
    let messenger = server_at(serve(app).await, timing).messenger(TOKEN.into());
    let (progress, _) = watch::channel(0);
    // Twice the time that any other request may take.
    soon(messenger.download("drips", 200, &file, &progress)).await.unwrap();
    std::fs::remove_file(&file).unwrap();
    let error = soon(messenger.download("stops", 200, &file, &progress)).await.unwrap_err();
    assert_eq!(error, TransferError::Client(ClientError::Timeout));
}

#[tokio::test]
async fn bytes_in_memory_are_bounded() {
    let (messenger, _) = breaking(5000, 5000, true).await;
    assert_eq!(soon(messenger.attachment("a", AttachmentPart::Whole, 5000)).await, Ok(bytes(5000)));
    let error = soon(messenger.attachment("a", AttachmentPart::Whole, 4999)).await.unwrap_err();
    assert_eq!(error, ClientError::BadAnswer(BadAnswer::TooLarge));
    let gone = at(Router::new()).await;
    assert!(soon(gone.attachment("a", AttachmentPart::Whole, 10)).await.unwrap_err().is_retryable());
}
