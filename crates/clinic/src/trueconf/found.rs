//! A conference by its name in this face.

use super::answer::Refused;
use super::desk::Client;
use super::record::Hosted;
use crate::domain::{Live, View};
use crate::server::App;
use crate::store::{Face, Mark, MarkKind};
use consilium_model::{Participant, Status};
use consilium_wire::trueconf::State;
use std::sync::Arc;

/// The clinic's conference of a name: the one of the last run.
pub(super) struct Found {
    pub(super) live: Arc<Live>,
    pub(super) hosted: Hosted,
}

impl Found {
    /// The conference of that name. There is none for another program than the one that made it, and none after it
    /// was deleted.
    pub(super) fn by_name(app: &App, client: &Client, name: &str) -> Result<Self, Refused> {
        let live = app.clinic.by_appointment(&Hosted::appointment(name)).ok_or(Refused::NOT_FOUND)?;
        match &live.record().face {
            Face::TrueConf(hosted)
                if hosted.client == client.0 && !app.clinic.marks().has(&deleted(&live)) =>
            {
                Ok(Self { live: Arc::clone(&live), hosted: (**hosted).clone() })
            }
            Face::TrueConf(_) | Face::Medme | Face::Coviu(_) | Face::XAssist(_) => Err(Refused::NOT_FOUND),
        }
    }

    /// Whether people may come in.
    pub(super) fn state(&self) -> State {
        state(&self.live.view(), &self.hosted)
    }

    /// The owner, as long as it is a conference of theirs.
    pub(super) fn owner(&self) -> Option<Participant> {
        let owner = Participant::specialist(self.hosted.terms.owner.clone());
        self.live.view().conference.plan().roster.contains(&owner).then_some(owner)
    }
}

/// Specialists may open a conference that the program has not run.
fn state(view: &View, hosted: &Hosted) -> State {
    match view.conference.status() {
        status if status.is_ended() => State::Stopped,
        Status::Pending => hosted.state,
        _ => State::Running,
    }
}

/// The program has ended the conference, for good.
pub(super) fn stopped(live: &Live) -> Mark {
    Mark { conference: live.id().clone(), kind: MarkKind::Stopped }
}

/// The face does not know the conference any more.
pub(super) fn deleted(live: &Live) -> Mark {
    Mark { conference: live.id().clone(), kind: MarkKind::Deleted }
}
