//! Where a messenger keeps its files, and the faults that it is told to have.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, extract::Request};
use consilium_wire::im::{Attachment, AttachmentKind};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// The files of a messenger. Cheap to clone.
#[derive(Clone, Default)]
pub struct Attachments(Arc<Mutex<Files>>);

#[derive(Default)]
pub struct Files {
    /// All of them; the place is the id.
    pub stored: Vec<Stored>,
    /// How often a file was asked for.
    pub asked: usize,
    /// Uploads are not answered.
    pub stuck: bool,
    /// Nothing is taken and nothing is given.
    pub down: bool,
    /// Uploads are refused for being what they are.
    pub refuse: bool,
    /// Downloads end in their middle, as if that were all.
    pub cut: bool,
}

pub struct Stored {
    pub session: String,
    pub name: String,
    pub bytes: Bytes,
}

impl Attachments {
    /// What there is, and what is wrong, to be changed.
    pub fn files(&self) -> MutexGuard<'_, Files> {
        self.0.lock().unwrap()
    }

    /// Somebody else has sent a file; gives its id.
    pub fn put(&self, session: &str, name: &str, bytes: impl Into<Bytes>) -> String {
        self.files().put(session, name, bytes.into())
    }

    /// Its routes, below `/clinic`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/clinic/api/v2/sessions/{session}/attachments", post(upload))
            .route("/clinic/api/v2/attachments/{id}", get(download))
            .route("/clinic/api/v2/attachments/{id}/thumbnail", get(thumbnail))
            .layer(DefaultBodyLimit::disable())
            .with_state(self.clone())
    }
}

impl Files {
    fn put(&mut self, session: &str, name: &str, bytes: Bytes) -> String {
        self.stored.push(Stored { session: session.to_owned(), name: name.to_owned(), bytes });
        format!("f{}", self.stored.len() - 1)
    }

    fn find(&mut self, id: &str) -> Option<Bytes> {
        self.asked += 1;
        let place: usize = id.strip_prefix('f')?.parse().ok()?;
        Some(self.stored.get(place)?.bytes.clone())
    }
}

/// What the messenger takes a file for.
fn kind(bytes: &[u8]) -> AttachmentKind {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => AttachmentKind::Image,
        [b'O', b'g', b'g', b'S', ..] => AttachmentKind::Voice,
        _ => AttachmentKind::File,
    }
}

fn failure(http: u16, code: &str) -> Response {
    let body = Json(json!({"error": {"code": code, "message": ""}}));
    (StatusCode::from_u16(http).unwrap(), body).into_response()
}

async fn upload(
    State(attachments): State<Attachments>,
    Path(session): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    request: Request,
) -> Response {
    let (stuck, down, refuse) = {
        let files = attachments.files();
        (files.stuck, files.down, files.refuse)
    };
    if stuck {
        return std::future::pending().await;
    }
    if down || refuse {
        return if down { failure(500, "internal") } else { failure(415, "wrong_media") };
    }
    let bytes = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
    let (kind, size) = (kind(&bytes), bytes.len() as u64);
    let id = attachments.put(&session, &query["name"], bytes);
    Json(Attachment {
        id,
        session_id: session,
        kind,
        media_type: "application/octet-stream".to_owned(),
        name: query["name"].as_str().into(),
        size,
        width: None,
        height: None,
        thumbnail: false,
    })
    .into_response()
}

async fn download(State(attachments): State<Attachments>, Path(id): Path<String>) -> Response {
    let mut files = attachments.files();
    if files.down {
        return failure(500, "internal");
    }
    let cut = files.cut;
    let Some(bytes) = files.find(&id) else { return failure(404, "not_found") };
    let bytes = if cut { bytes.slice(..bytes.len() / 2) } else { bytes };
    ([(header::CONTENT_TYPE, "application/octet-stream")], Body::from(bytes)).into_response()
}

async fn thumbnail(State(attachments): State<Attachments>) -> Response {
    attachments.files().asked += 1;
    failure(404, "not_found")
}
