//! `GET software/clients`: makes a guest's account, once for each slug, and tells the ways in.

use super::answer::Refused;
use super::desk::Client;
use super::found::Found;
use super::record::Terms;
use super::shown;
use crate::domain::{EditKind, InfoEdit, View};
use crate::im;
use crate::server::App;
use axum::Json;
use axum::extract::{RawQuery, State};
use consilium_model::{Actor, Participant, Secret};
use consilium_wire::medme;
use consilium_wire::trueconf::{Clients, GuestUser, State as Running};
use std::sync::Arc;

/// So many guests has a conference at most, over all the time it runs.
const MAX_GUESTS: usize = 64;

pub(super) async fn clients(
    State(app): State<Arc<App>>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Json<Clients>, Refused> {
    let query = query.unwrap_or_default();
    let field = |name: &str| {
        let mut fields = url::form_urlencoded::parse(query.as_bytes());
        fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let call_id = field("call_id").ok_or(Refused::bad_payload("expected call_id, the conference's id"))?;
    let found = Found::by_name(&app, &client, &call_id)?;
    let guest = field("user").and_then(|user| user.parse().ok());
    let guest: GuestUser = guest.ok_or(Refused::bad_payload("expected user, 2$slug*Display Name"))?;
    check(&found.hosted.terms, &guest)?;
    if found.state() != Running::Running {
        return Err(Refused::NOT_RUNNING);
    }
    let who = account(&app, &found, &guest).await?;
    let access_token = app.clinic.keys().access_token(found.live.id(), &who);
    Ok(Json(shown::clients(&app, &found, access_token)))
}

/// Whether the conference is for this guest at all.
fn check(terms: &Terms, guest: &GuestUser) -> Result<(), Refused> {
    let is_planned = || terms.invitations.iter().any(|invitation| is_of(invitation.id.as_str(), guest));
    if !terms.allow_guests {
        Err(Refused::forbidden("the conference has allow_guests false"))
    } else if terms.allow_only_planned_participants && !is_planned() {
        Err(Refused::forbidden("the conference has allow_only_planned_participants true"))
    } else {
        Ok(())
    }
}

/// An invitation names a guest by the slug, or by the whole user string.
fn is_of(invited: &str, guest: &GuestUser) -> bool {
    let invited_guest = invited.parse::<GuestUser>().ok();
    invited_guest.map_or(invited == guest.slug.expose(), |invited| invited.slug == guest.slug)
}

/// The account of a guest: the one of that slug, with the name of now.
async fn account(app: &Arc<App>, found: &Found, guest: &GuestUser) -> Result<Participant, Refused> {
    let id = app.clinic.keys().guest_id(found.live.id(), guest.slug.expose());
    let client = medme::Client {
        id: id.clone(),
        name: guest.name.clone(),
        surname: Secret::default(),
        middle_name: None,
    };
    if found.live.record().info.clients.contains(&client) {
        return Ok(Participant::client(id));
    }
    let choose = move |view: &View, _| with_guest(view, client);
    app.clinic.edit_chosen(&found.live, EditKind::Invite, Actor::Booking, choose).await?;
    im::follow_visit(app, &found.live).await;
    Ok(Participant::client(id))
}

fn with_guest(view: &View, guest: medme::Client) -> Result<InfoEdit, Refused> {
    let mut clients = view.record.info.clients.clone();
    match clients.iter().position(|one| one.id == guest.id) {
        Some(place) => clients[place] = guest,
        None if clients.len() >= MAX_GUESTS => {
            return Err(Refused::forbidden("the conference has had as many guests as it may have"));
        }
        None => clients.push(guest),
    }
    Ok(InfoEdit { clients: Some(clients), ..InfoEdit::default() })
}
