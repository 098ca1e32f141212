//! Letting people in, wherever the specialist is.

use super::Controller;
use crate::action::KnockStep;
use crate::chime::Chime;
use crate::knocks::Knock;
use crate::reception::LettingIn;
use crate::requests::Done;
use crate::shell::Alert;
use crate::stage::{Retry, Stage};
use crate::view::{KnockAt, KnockRow, NoticeCode, VisitAction};
use crate::visit::{CallState, Visit};
use consilium_client::{ClientError, Home, Server};
use consilium_model::{ConferenceId, PeerId, Secret};
use consilium_wire::home;
use consilium_wire::room::{FromClient, MAX_NOTE};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Whoever is to be let in is let in by then, or not at all.
const LETTING_IN: Duration = Duration::from_secs(20);
/// The steps into a visit, the last one first: one that can be taken makes those after it needless.
const WAY_IN: [VisitAction; 2] = [VisitAction::Join, VisitAction::Open];

impl Controller {
    /// Listens where the specialist is signed in, calls it for whoever is new, and goes on letting in.
    pub(super) async fn follow_reception(&mut self) {
        let account = self.account.as_ref().map(|account| (&account.server, &account.session.token));
        self.reception.follow(account).await;
        self.call_for_knocks();
        self.go_on_letting_in().await;
    }

    fn call_for_knocks(&mut self) {
        let knocks = self.knocks();
        let present: BTreeSet<PeerId> = knocks.iter().map(|(knock, _)| knock.peer.clone()).collect();
        let somebody_was = !self.reception.called_for.is_empty();
        let new = knocks.iter().find(|(knock, _)| !self.reception.called_for.contains(&knock.peer));
        let new = new.map(|(knock, _)| knock.name.clone());
        self.reception.admitted.retain(|peer, _| present.contains(peer));
        self.reception.called_for = present;
        if let Some(name) = new {
            let name = if self.shows_screen() { Secret::default() } else { name };
            let count = u32::try_from(knocks.len()).unwrap_or(u32::MAX);
            self.alert(Chime::Knock, Alert::Knocking { name, count });
        } else if somebody_was && knocks.is_empty() {
            self.shell.calm();
        }
    }

    /// Everybody who asks, and where; whoever waits longest first.
    fn knocks(&self) -> Vec<(Knock, KnockAt)> {
        let in_room = self.call().map(|call| call.knocks()).unwrap_or_default();
        let beyond = if self.would_hold() { KnockAt::BeyondCall } else { KnockAt::Elsewhere };
        let at_home = self.reception.home.all().filter(|(_, knock)| !in_room.has(&knock.peer));
        let at = |visit| if self.is_open(visit) { KnockAt::Elsewhere } else { beyond };
        let at_home = at_home.map(|(visit, knock)| (knock.clone(), at(visit)));
        let here = in_room.all().iter().map(|knock| (knock.clone(), KnockAt::Here));
        let mut knocks: Vec<_> = here.chain(at_home).collect();
        let now = Instant::now();
        knocks.sort_by_key(|(knock, _)| std::cmp::Reverse(knock.waited(now)));
        knocks
    }

    /// For the window.
    pub(crate) fn knock_rows(&self, now: Instant) -> Vec<KnockRow> {
        let is_busy = |peer: &PeerId| {
            let letting_in = self.reception.letting_in.as_ref();
            self.reception.is_admitting(peer) || letting_in.is_some_and(|wish| wish.peer == *peer)
        };
        self.knocks().iter().map(|(knock, at)| knock.row(*at, is_busy(&knock.peer), now)).collect()
    }

    pub(super) fn answer_knock(&mut self, step: KnockStep) {
        match step {
            KnockStep::Admit { id } => self.admit(PeerId::from(id)),
            KnockStep::Deny { id, reason } => {
                self.say_about(id.into(), Answer::Deny(reason.as_ref().and_then(words)));
            }
            KnockStep::Note { id, text } => {
                if let Some(text) = words(&text) {
                    self.say_about(id.into(), Answer::Note(text));
                }
            }
            KnockStep::Ring { id } => self.say_about(id.into(), Answer::Ring),
        }
    }

    /// Through the room where the user is in it, else from home.
    fn say_about(&mut self, peer: PeerId, answer: Answer) {
        if self.call().is_some_and(|call| call.knocks().has(&peer)) {
            return self.say_to_room(answer.over_room(peer));
        }
        let (Some(visit), Some(account)) = (self.reception.home.visit_of(&peer), &self.account) else {
            return;
        };
        let (home, token, visit) = (account.server.home(), account.session.token.clone(), visit.clone());
        let request = async move { answer.over_home(&home, &token, (&visit, &peer)).await };
        self.requests.begin(async move { Done::KnockAnswered { answered: request.await } });
    }

    pub(super) fn knock_answered(&mut self, answered: Result<(), ClientError>) {
        match answered {
            // Whoever does not knock any more needs no answer; the server tells so by itself.
            Ok(()) | Err(ClientError::Declined(_)) => {}
            Err(error) => {
                tracing::info!(%error, "a knock was not answered");
                self.notices.tell(NoticeCode::KnockNotAnswered, Instant::now());
            }
        }
    }

    fn admit(&mut self, peer: PeerId) {
        if self.call().is_some_and(|call| call.knocks().has(&peer)) {
            self.reception.admitted.insert(peer.clone(), Instant::now());
            self.say_to_room(FromClient::Admit { peer });
        } else if self.reception.home.visit_of(&peer).is_some() {
            let (taken, since) = (Vec::new(), Instant::now());
            self.reception.letting_in = Some(LettingIn { peer, opened: false, taken, since });
            // The list may be older than the visit.
            self.list_visits();
        }
    }

    fn say_to_room(&self, message: FromClient) {
        self.with_call(|call| {
            call.say(message);
        });
    }

    /// Goes into the visit at which somebody knocks, and lets it in. Where the user goes another way, that is given up.
    async fn go_on_letting_in(&mut self) {
        let Some(wish) = self.reception.letting_in.clone() else { return };
        let visit = self.reception.home.visit_of(&wish.peer);
        // Nobody is pulled into a visit by a press of long ago.
        let Some(visit) = visit.filter(|_| wish.since.elapsed() < LETTING_IN) else {
            self.reception.letting_in = None;
            return;
        };
        let Some((row, server)) = self.row(visit) else { return };
        let retry = Retry::Open { server, token: row.access_token.clone() };
        match &self.stage {
            Stage::Visit(open) if open.token == *retry.token() => self.come_in_for(wish),
            Stage::Opening { retry: opening, .. } if opening.token() == retry.token() => {}
            Stage::Home | Stage::Visit(_) if !wish.opened => {
                // As with a call that is taken: what goes on is put on hold.
                self.hold().await;
                self.calling.held.retain(|held| held.retry.token() != retry.token());
                self.reception.letting_in = Some(LettingIn { opened: true, ..wish });
                self.begin_opening(retry);
            }
            _ => self.reception.letting_in = None,
        }
    }

    fn come_in_for(&mut self, mut wish: LettingIn) {
        let Stage::Visit(visit) = &self.stage else { return };
        match &visit.call {
            CallState::In(call) if call.knocks().has(&wish.peer) => {
                self.reception.letting_in = None;
                self.admit(wish.peer);
            }
            CallState::In(_) => {}
            _ if visit.busy.is_some() => {}
            _ if visit.problem.is_some() && !wish.taken.is_empty() => self.reception.letting_in = None,
            _ => {
                let may = visit.facts.actions(Instant::now());
                let next = WAY_IN.into_iter().find(|step| may.contains(step) && !wish.taken.contains(step));
                if let Some(step) = next {
                    wish.taken.push(step);
                    self.reception.letting_in = Some(wish);
                    self.step(step);
                }
            }
        }
    }

    /// This visit of the day, and its server.
    fn row(&self, id: &ConferenceId) -> Option<(&home::Visit, Server)> {
        let account = self.account.as_ref()?;
        let row = account.visits.visits.iter().find(|row| row.id == *id)?;
        Some((row, account.server.clone()))
    }

    /// This visit of the day is the one that is open.
    fn is_open(&self, id: &ConferenceId) -> bool {
        let is_it = |visit: &Visit| self.row(id).is_some_and(|(row, _)| row.access_token == visit.token);
        matches!(&self.stage, Stage::Visit(visit) if is_it(visit))
    }

    pub(super) fn shows_screen(&self) -> bool {
        self.call().is_some_and(|call| call.captures_screen())
    }
}

/// What is said to somebody who knocks and is not let in now.
enum Answer {
    Deny(Option<Secret>),
    Note(Secret),
    Ring,
}

impl Answer {
    fn over_room(self, peer: PeerId) -> FromClient {
        match self {
            Self::Deny(reason) => FromClient::Deny { peer, reason },
            Self::Note(text) => FromClient::Note { peer, text },
            Self::Ring => FromClient::Ring { peer },
        }
    }

    async fn over_home(
        self,
        home: &Home,
        token: &Secret,
        knock: (&ConferenceId, &PeerId),
    ) -> Result<(), ClientError> {
        match self {
            Self::Deny(reason) => home.deny_knock(token, knock, reason).await,
            Self::Note(text) => home.write_to_knock(token, knock, text).await,
            Self::Ring => home.ring_knock(token, knock).await,
        }
    }
}

/// Words that somebody has written, no longer than the room takes; `None` when there are none.
fn words(text: &Secret) -> Option<Secret> {
    let text: String = text.expose().trim().chars().take(MAX_NOTE).collect();
    (!text.is_empty()).then(|| Secret::from(text))
}
