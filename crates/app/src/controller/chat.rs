//! The chat of whoever sits here, beside whatever the window is about.

use super::Controller;
use crate::account::Account;
use crate::action::ChatStep;
use crate::call::CallSession;
use crate::chat::{CallSound, ChatNews, ChatSession, Entrance, OwnVisit, PictureWish, Surroundings, Whose};
use crate::present::services;
use crate::requests::Done;
use crate::stage::{Retry, Stage};
use crate::view::VisitAction;
use crate::visit::Visit;
use consilium_client::{History, HistoryError, HistoryKind, HistoryOwner, Server};
use consilium_model::{Locale, Role, Secret, UserId};
use consilium_wire::home;
use consilium_wire::im::PATIENT_PREFIX;
use consilium_wire::room::Rights;
use std::collections::BTreeSet;

impl Controller {
    /// Begins, replaces or ends the chat, so that it is that of whoever sits here now; tells it what is around it.
    pub(super) async fn follow_chat(&mut self) {
        self.note_rights();
        let wanted = self.whose_chat();
        let is_it = match (&self.chat, &wanted) {
            (Some(chat), Some((whose, _))) => chat.whose == *whose,
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !is_it {
            self.leave_chat().await;
            self.chat = wanted.map(|(whose, server)| ChatSession::start(self.chat_entrance(whose, server)));
        }
        let around = self.around_chat();
        if let Some(chat) = &mut self.chat {
            chat.set_around(around);
        }
    }

    /// What the room has said of rights holds when the call is over, too.
    fn note_rights(&mut self) {
        if let Some(rights) = self.call().and_then(CallSession::rights)
            && let Stage::Visit(visit) = &mut self.stage
        {
            visit.rights = rights;
        }
    }

    /// A specialist who is signed in has one chat everywhere. Whoever came by somebody else's link, or another clinic's,
    /// has that of the visit.
    fn whose_chat(&self) -> Option<(Whose, Server)> {
        if let Stage::Visit(visit) = &self.stage
            && !self.account.as_ref().is_some_and(|account| is_own(account, visit))
        {
            // Before it is let in, a guest has no part in the conversation.
            let facts = &visit.facts;
            if facts.is_guest() && !facts.joined() && !facts.info.status.is_ended() {
                return None;
            }
            if !visit.rights.read {
                return None;
            }
            let whose = Whose::Visitor { user: visitor(visit), token: visit.token.clone() };
            return Some((whose, visit.server.clone()));
        }
        let account = self.account.as_ref()?;
        let (user, token) = (account.session.user.clone(), account.session.token.clone());
        Some((Whose::Account { user, token }, account.server.clone()))
    }

    fn chat_entrance(&self, whose: Whose, server: Server) -> Entrance {
        Entrance {
            server,
            whose,
            keychain: self.config.keychain.clone(),
            profile: self.config.profile.clone(),
            folder: self.config.data.clone(),
            shell: self.shell.clone(),
            around: self.around_chat(),
            media: self.usable_media(),
        }
    }

    fn around_chat(&self) -> Surroundings {
        let call = self.call();
        let (visit, rights) = match &self.stage {
            Stage::Visit(visit) => (Some(visit.token.clone()), visit.rights),
            _ => (None, Rights::default()),
        };
        let rows = self.account.iter().flat_map(|account| &account.visits.visits);
        Surroundings {
            in_front: self.in_front,
            visible: self.page_shown,
            shows_screen: call.is_some_and(|call| call.captures_screen()),
            in_call: matches!(&self.stage, Stage::Visit(visit) if visit.is_in_call()),
            call: call.map(|call| CallSound(call.playout())),
            openable: rows.clone().filter_map(|row| self.openable(row)).collect::<BTreeSet<_>>(),
            visits: rows.filter_map(|row| own_visit(row, self.locale)).collect(),
            visit,
            writes: rights.write,
        }
    }

    /// The appointment of a visit that a card can open now. A call is not left for a card.
    fn openable(&self, row: &home::Visit) -> Option<String> {
        let may = match &self.stage {
            Stage::Home => true,
            Stage::Visit(visit) => visit.token != row.access_token && !visit.is_in_call(),
            Stage::Starting
            | Stage::SignIn { .. }
            | Stage::Opening { .. }
            | Stage::Otp(_)
            | Stage::Problem { .. } => false,
        };
        row.appointment_id.clone().filter(|_| may)
    }

    pub(super) fn chat_step(&mut self, step: ChatStep) {
        if opens(&step) {
            self.close_calls();
        }
        if let Some(chat) = &self.chat {
            chat.step(step);
        }
    }

    pub(super) async fn chat_news(&mut self, news: ChatNews) {
        match news {
            ChatNews::Changed => {}
            ChatNews::OpenVisit(appointment) => self.open_appointment(&appointment).await,
            ChatNews::Enter(token) => self.enter_conference(token).await,
        }
    }

    /// The user has pressed to be in the conference of that token, and is joined as soon as it is open.
    async fn enter_conference(&mut self, token: Secret) {
        let server = match (&self.stage, &self.account) {
            (Stage::Visit(visit), _) if visit.token == token || visit.is_in_call() => return,
            (Stage::Home, Some(account)) => account.server.clone(),
            (Stage::Visit(visit), _) => visit.server.clone(),
            (Stage::Home, None)
            | (
                Stage::Starting
                | Stage::SignIn { .. }
                | Stage::Opening { .. }
                | Stage::Otp(_)
                | Stage::Problem { .. },
                _,
            ) => return,
        };
        self.leave_visit().await;
        self.joins = Some(token.clone());
        self.begin_opening(Retry::Open { server, token });
    }

    /// Whoever has pressed to be in the visit that is open now goes in.
    pub(super) fn join_at_once(&mut self) {
        let Stage::Visit(visit) = &self.stage else { return };
        let joins = self.joins.take().is_some_and(|token| token == visit.token);
        if joins {
            self.step(VisitAction::Join);
        }
    }

    async fn open_appointment(&mut self, appointment: &str) {
        let Some(account) = &self.account else { return };
        let is_it = |row: &&home::Visit| self.openable(row).as_deref() == Some(appointment);
        let Some(row) = account.visits.visits.iter().find(is_it) else { return };
        let retry = Retry::Open { server: account.server.clone(), token: row.access_token.clone() };
        self.leave_visit().await;
        self.begin_opening(retry);
    }

    /// A picture for the page; whoever asked hears nothing when there is no chat.
    pub(super) fn give_picture(&self, wish: PictureWish) {
        if let Some(chat) = &self.chat {
            chat.give_picture(wish);
        }
    }

    /// Closes the chat; what was kept stays.
    pub(super) async fn leave_chat(&mut self) {
        if let Some(chat) = self.chat.take() {
            chat.close().await;
            self.shell.badge(0);
        }
    }

    /// The user signs out: what was kept of the chat is deleted, and of those that came with links. Not every history is
    /// that of the chat that runs, and one that waits for the keychain has none yet.
    pub(super) async fn forget_chat(&mut self) {
        if let Some(chat) = self.chat.take() {
            chat.forget().await;
            self.shell.badge(0);
        }
        let Some(folder) = self.config.data.clone() else { return };
        let (keychain, profile) = (self.config.keychain.clone(), self.config.profile.clone());
        let account = self.account.as_ref();
        let base = |account: &Account| account.server.endpoint().base().to_owned();
        let whose = account.and_then(|one| Some((one.session.user.clone()?, base(one))));
        self.requests.begin_lasting(async move {
            if let Some((user, server)) = whose {
                let kind = HistoryKind::Account;
                let owner = HistoryOwner { kind, profile: &profile, server: &server, user: &user };
                said(History::forget_of(Some(&folder), &keychain, owner).await);
            }
            said(History::forget_visits(&folder, &keychain, &profile, None).await);
            Done::SignedOut
        });
    }

    /// Links that nobody follows any more leave nothing behind.
    pub(super) fn sweep_histories(&mut self) {
        let Some(folder) = self.config.data.clone() else { return };
        let (keychain, profile) = (self.config.keychain.clone(), self.config.profile.clone());
        self.requests.begin(async move {
            said(History::forget_visits(&folder, &keychain, &profile, Some(HistoryKind::MAX_IDLE)).await);
            Done::Swept
        });
    }
}

/// The pane of the chat is open after it; it stands where that of the calls stands.
const fn opens(step: &ChatStep) -> bool {
    matches!(
        step,
        ChatStep::Open | ChatStep::OpenVisit | ChatStep::OpenConversation { .. } | ChatStep::OpenFound { .. }
    )
}

fn said(forgotten: Result<(), HistoryError>) {
    if let Err(error) = forgotten {
        tracing::warn!(%error, "something of a history may still be there");
    }
}

/// The visit is one of the account's own.
fn is_own(account: &Account, visit: &Visit) -> bool {
    let same_clinic = account.server.endpoint().base() == visit.server.endpoint().base();
    let listed = account.visits.visits.iter().any(|row| row.access_token == visit.token);
    let same_person =
        visit.facts.role == Role::Specialist && account.session.user.as_ref() == Some(&visit.facts.user);
    same_clinic && (listed || same_person)
}

/// Who somebody is in the messenger who came by a link: patients have names of their own there, so that equal numbers
/// of the two kinds never meet.
fn visitor(visit: &Visit) -> UserId {
    match visit.facts.role {
        Role::Client => UserId::new(format!("{PATIENT_PREFIX}{}", visit.facts.user)),
        Role::Specialist => visit.facts.user.clone(),
    }
}

fn own_visit(row: &home::Visit, locale: Locale) -> Option<OwnVisit> {
    let appointment = row.appointment_id.clone()?;
    let people = row.clients.iter().map(|client| client.expose().as_str()).collect::<Vec<_>>().join(", ");
    let named = services(&row.services, locale).into_iter().chain([people.clone()]);
    let title = named.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    Some(OwnVisit {
        appointment,
        people: Secret::from(people),
        title: Secret::from(title),
        scheduled_start: row.scheduled_start,
    })
}
