//! Asking another person into the open visit.

use super::{CallsAnswer, Controller, line};
use crate::calling::Invite;
use crate::stage::Stage;
use crate::view::ProblemCode;
use crate::visit::Visit;
use consilium_model::{Role, Screen, Secret};
use consilium_wire::home::calls::{AskIn, GuestLinkFor};

/// The longest name and role, in characters; the server says whether it takes less.
const MAX_NAME: usize = 200;

impl Controller {
    /// A specialist in a visit that runs may ask others in.
    pub(crate) fn can_invite(&self, visit: &Visit) -> bool {
        let runs = visit.facts.role == Role::Specialist && visit.facts.screen() == Screen::Started;
        runs && self.calling.directory.is_known() && self.conference(visit).is_some()
    }

    pub(super) fn open_invite(&mut self) {
        if let Stage::Visit(visit) = &self.stage
            && self.can_invite(visit)
        {
            self.calling.invite = Some(Invite::begin(visit.key));
            self.calling.contacts_due = None;
        }
    }

    /// Nobody is asked into a visit that is not there any more.
    pub(super) fn follow_invite(&mut self) {
        let Some(invite) = &self.calling.invite else { return };
        let holds =
            matches!(&self.stage, Stage::Visit(visit) if visit.key == invite.key && self.can_invite(visit));
        if !holds {
            self.calling.invite = None;
        }
    }

    pub(super) fn ask_in(&mut self, contacts: &[String], teams: &[String]) {
        let Some(visit) = self.open_conference() else { return };
        let choice = self.calling.directory.choice(contacts, teams);
        let Some(invite) = self.calling.invite.as_mut().filter(|invite| !invite.busy) else { return };
        if choice.is_empty() {
            invite.problem = Some(ProblemCode::NobodyToCall);
            return;
        }
        (invite.busy, invite.problem) = (true, None);
        let key = invite.key;
        let people = AskIn { contacts: choice.contacts, teams: choice.teams };
        self.ask_calls(async move |home, token| CallsAnswer::AskedIn {
            key,
            asked: home.ask_in(&token, &visit, &people).await,
        });
    }

    pub(super) fn make_link(&mut self, name: Secret, role: Option<String>) {
        let Some(visit) = self.open_conference() else { return };
        let Some(invite) = self.calling.invite.as_mut().filter(|invite| !invite.busy) else { return };
        let Some(name) = line(name.expose(), MAX_NAME).map(Secret::from) else {
            invite.problem = Some(ProblemCode::BadName);
            return;
        };
        (invite.busy, invite.problem) = (true, None);
        let (key, role) = (invite.key, role.and_then(|role| line(&role, MAX_NAME)));
        let guest = GuestLinkFor { name: name.clone(), role };
        self.ask_calls(async move |home, token| CallsAnswer::LinkMade {
            key,
            name,
            link: home.guest_link(&token, &visit, &guest).await,
        });
    }
}
