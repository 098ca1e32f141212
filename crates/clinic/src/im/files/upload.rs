//! `POST /sessions/:session_id/attachments?name=`: the body is the file, the answer what it was found to be.

use super::clean::OCTETS;
use super::finish::{NOT_STORED, finish};
use super::folder::{Draft, Piece};
use super::incoming::{Incoming, TOO_LARGE};
use super::name;
use super::room::Share;
use crate::im::rights::{self, Right};
use crate::im::{Asker, Refused};
use crate::server::App;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use consilium_model::Secret;
use consilium_wire::im::{Attachment, AttachmentKind, MAX_ATTACHMENT};
use serde::Deserialize;
use std::sync::Arc;
use uuid::Uuid;

#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    name: Secret,
}

pub(super) async fn upload(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(session): Path<String>,
    Query(Named { name }): Query<Named>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Attachment>), Refused> {
    // Only a member's question is answered; the count does not matter.
    app.chats.unread_count(session.clone(), asker.who.clone()).await??;
    rights::demand(&app, &session, &asker.who, Right::SendFiles).await?;
    let place = app.files.enter(&asker.id)?;
    let body = Incoming::new(body);
    if declared(&headers).is_some_and(|size| size > MAX_ATTACHMENT) {
        return Err(body.refused(TOO_LARGE).await);
    }
    let mut share = match room(&app, &asker, declared(&headers)).await {
        Ok(share) => share,
        Err(why) => return Err(body.refused(why).await),
    };
    let draft = Draft::begin(&app.files.folder, Uuid::new_v4().simple().to_string())?;
    let size = body.store(&draft.path(Piece::Original), &app.files.room).await?;
    let attachment = Attachment {
        id: draft.id().to_owned(),
        session_id: session,
        kind: AttachmentKind::File,
        media_type: OCTETS.to_owned(),
        name: name::cleaned(name.expose()),
        size,
        width: None,
        height: None,
        thumbnail: false,
    };
    // To its end also when the sender hangs up: the bytes and what is known of them must not part.
    let done = app.tasks.spawn({
        let app = Arc::clone(&app);
        async move {
            let _place = place;
            let attachment = finish(&app, draft, attachment, asker.id).await?;
            share.keep(size);
            Ok(attachment)
        }
    });
    let attachment = done.await.unwrap_or(Err(NOT_STORED))?;
    Ok((StatusCode::CREATED, Json(attachment)))
}

/// There must be room for it before it comes.
async fn room(app: &App, asker: &Asker, declared: Option<u64>) -> Result<Share, Refused> {
    app.files.room.on_disk().await?;
    app.files.room.share(&asker.id, declared.unwrap_or(MAX_ATTACHMENT))
}

fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
