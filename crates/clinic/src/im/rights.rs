//! What somebody may do in a session. In that of a visit it is what the visit gives them, whatever their client says;
//! so it is everywhere for whoever has an account for that visit only. In any other session it is everything.

use super::people::participant_of;
use super::{Refused, shown};
use crate::server::App;
use crate::store::{ChatRow, Principal};
use consilium_model::{ConferenceId, UserId};
use consilium_wire::im::{FailureCode, Session, UserRole};
use consilium_wire::room::Rights;
use std::collections::HashMap;
use std::sync::Mutex;

const NO_RIGHT: Refused = Refused::new(FailureCode::Forbidden, "the visit does not give the right to this");
/// With so many sessions remembered, all are looked up anew.
const MANY: usize = 10_000;

/// Which visit a session belongs to. That never changes, and every message asks for it.
#[derive(Default)]
pub(super) struct VisitOf(Mutex<HashMap<String, Option<ConferenceId>>>);

impl VisitOf {
    async fn session(&self, app: &App, session: &str) -> Result<Option<ConferenceId>, Refused> {
        let known = self.0.lock().expect("no one panics with this lock").get(session).cloned();
        if let Some(visit) = known {
            return Ok(visit);
        }
        // One that does not exist is not remembered: anybody may ask for any.
        let Some(visit) = app.chats.visit_of_chat(session.to_owned()).await? else { return Ok(None) };
        let mut known = self.0.lock().expect("no one panics with this lock");
        if known.len() >= MANY {
            known.clear();
        }
        known.insert(session.to_owned(), visit.clone());
        Ok(visit)
    }
}

/// A right of a visit's participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Right {
    /// To write, topics as well.
    Write,
    /// To read what was written.
    Read,
    /// To send files, which is to write as well.
    SendFiles,
    /// To open files.
    ReceiveFiles,
}

impl Right {
    const fn is_of(self, rights: &Rights) -> bool {
        match self {
            Self::Write => rights.write,
            Self::Read => rights.read,
            Self::SendFiles => rights.write && rights.send_files,
            Self::ReceiveFiles => rights.receive_files,
        }
    }
}

/// Refuses whoever has not that right in that session. Whoever is no member learns nothing of it.
pub(super) async fn demand(app: &App, session: &str, who: &Principal, right: Right) -> Result<(), Refused> {
    if has(app, session, &who.user, right).await? {
        return Ok(());
    }
    app.chats.unread_count(session.to_owned(), who.clone()).await??;
    Err(NO_RIGHT)
}

/// Whether somebody has that right in that session.
pub(super) async fn has(app: &App, session: &str, user: &UserId, right: Right) -> Result<bool, Refused> {
    let visit = app.messenger.visit_of.session(app, session).await?;
    Ok(right.is_of(&of_visit(app, visit.as_ref(), user)))
}

/// A visit that is forgotten has no participants either: their links are worth nothing any more.
fn of_visit(app: &App, visit: Option<&ConferenceId>, user: &UserId) -> Rights {
    let who = participant_of(user);
    let live = match visit {
        Some(visit) => app.clinic.conference(visit),
        None => app.clinic.newest_of(&who).filter(|live| live.record().made_account(&who)),
    };
    live.map_or(Rights::ALL, |live| live.view().rights_of(&who))
}

/// A session as a member may see it.
pub(super) fn session(app: &App, user: &UserId, row: ChatRow) -> Session {
    shown::session(visible(app, user, row))
}

/// What a member may see of a session: whoever may not read not its last message, and whoever was not let into the
/// visit yet not the other patients.
pub(super) fn visible(app: &App, user: &UserId, row: ChatRow) -> ChatRow {
    let visit = row.session.conference.as_ref();
    let rights = of_visit(app, visit, user);
    let live = visit.and_then(|visit| app.clinic.conference(visit));
    let is_stranger = live.is_some_and(|live| live.view().is_stranger(&participant_of(user)));
    let mut members = row.members;
    members.retain(|one| !is_stranger || one.user.id == *user || one.user.role == UserRole::Doctor);
    ChatRow { members, last: row.last.filter(|_| rights.read), ..row }
}
