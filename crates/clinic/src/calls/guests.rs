//! People without a login come into a call by a link: those who were called, and anybody where the call is open.

use super::desk::{Call, Calls};
use super::record::Snapshot;
use super::ringing::PartyId;
use super::{CallError, PREFIX};
use crate::domain::{EditKind, InfoEdit, View};
use crate::im;
use crate::server::App;
use consilium_model::{Actor, Participant, Role, Secret, UserId};
use consilium_wire::medme;
use std::sync::Arc;
use uuid::Uuid;

/// So many people who were not called come into a call by its link, over all the time that it goes on.
const MAX_ANONYMOUS: usize = 64;

/// Somebody without a login.
pub(crate) enum Guest {
    /// Who was called. They have the same account each time.
    Invited(PartyId),
    /// Anybody, by a name of their own, who has a new account each time.
    Anonymous {
        /// The name that others see.
        name: Secret,
    },
}

impl Calls {
    /// Makes somebody without a login a participant of the conference, and answers the access token.
    pub(crate) async fn let_in(app: &Arc<App>, call: &Call, guest: Guest) -> Result<Secret, CallError> {
        let snapshot = call.snapshot();
        if snapshot.ringing.is_ended() {
            return Err(CallError::Over);
        }
        let is_anonymous = matches!(guest, Guest::Anonymous { .. });
        let (id, name) = match guest {
            Guest::Invited(party) => {
                let person = snapshot.people.get(party.0 as usize).ok_or(CallError::NotFound)?;
                if person.who.role != Role::Client || person.uncalled {
                    return Err(CallError::NotFound);
                }
                (person.who.id.clone(), person.name.clone())
            }
            Guest::Anonymous { .. } if !snapshot.record.anonymous => return Err(CallError::NotOpen),
            Guest::Anonymous { name } => (UserId::new(format!("{PREFIX}{}", Uuid::new_v4())), name),
        };
        let live = app.clinic.conference(&snapshot.record.conference).ok_or(CallError::Over)?;
        let who = Participant::client(id.clone());
        if !live.view().conference.plan().roster.contains(&who) {
            let client = medme::Client { id, name, surname: Secret::default(), middle_name: None };
            let choose = move |view: &View, _| {
                if is_anonymous && strangers(view, &snapshot) >= MAX_ANONYMOUS {
                    return Err(CallError::TooManyPeople);
                }
                Ok(with(view, client))
            };
            app.clinic.edit_chosen(&live, EditKind::Invite, Actor::Booking, choose).await?;
            im::follow_visit(app, &live).await;
        }
        Ok(app.clinic.keys().access_token(live.id(), &who))
    }
}

/// How many have come by the call's link. Whoever was called has a place beside them.
fn strangers(view: &View, call: &Snapshot) -> usize {
    let is_called =
        |id: &UserId| call.invited().any(|(_, person)| person.who == Participant::client(id.clone()));
    let clients = view.record.info.clients.iter();
    clients.filter(|one| one.id.as_str().starts_with(PREFIX) && !is_called(&one.id)).count()
}

fn with(view: &View, guest: medme::Client) -> InfoEdit {
    let mut clients = view.record.info.clients.clone();
    if !clients.iter().any(|one| one.id == guest.id) {
        clients.push(guest);
    }
    InfoEdit { clients: Some(clients), ..InfoEdit::default() }
}
