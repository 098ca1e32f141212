//! From one call into another: what goes on is put on hold, and the way back is kept.

use super::Controller;
use crate::calling::{Choice, ComingIn, Held};
use crate::present::services;
use crate::stage::{Retry, Stage};
use crate::view::{HeldView, OutgoingView, VisitAction};
use crate::visit::{CallState, Visit};
use consilium_model::{ConferenceId, Intent, Secret};
use consilium_wire::home::calls::{AskIn, CallEntry};
use std::time::{Duration, Instant};

use super::CallsAnswer;

/// Whoever goes into a call is in by then, or has another way to go.
const COMING_IN: Duration = Duration::from_secs(20);
/// The steps into a call, the last one first: one that can be taken makes those after it needless.
const WAY_IN: [VisitAction; 2] = [VisitAction::Join, VisitAction::Open];
/// So many calls are on hold at most; the oldest is forgotten, and goes on without a way back.
const MAX_HELD: usize = 4;

impl Controller {
    /// Goes into a call that was placed or taken: by the user's own hand, so camera and microphone go on as with «join».
    pub(super) async fn enter_call(&mut self, entry: CallEntry, title: Option<String>, placed: bool) {
        let Some(account) = &self.account else { return };
        let retry = Retry::Open { server: account.server.clone(), token: entry.access_token.clone() };
        self.calling.know(entry, title, placed);
        self.go_over(retry, None).await;
    }

    async fn go_over(&mut self, retry: Retry, intent: Option<Intent>) {
        let token = retry.token().clone();
        self.calling.held.retain(|held| *held.retry.token() != token);
        if !matches!(&self.stage, Stage::Visit(visit) if visit.token == token) {
            self.hold().await;
            self.begin_opening(retry);
        }
        let (taken, since) = (Vec::new(), Instant::now());
        self.calling.coming_in = Some(ComingIn { token, intent, taken, since });
    }

    /// Leaves what is open. What goes on without the user is kept for the way back; a call that all the others have left
    /// is over.
    pub(in crate::controller) async fn hold(&mut self) {
        self.end_deserted();
        if let Stage::Visit(visit) = &self.stage
            && goes_on(visit)
            && !self.is_deserted(visit)
        {
            let (retry, intent) = (visit.again(), visit.intent);
            let title = self.title(visit);
            self.calling.held.retain(|held| *held.retry.token() != visit.token);
            self.calling.held.push(Held { retry, title, intent });
            let surplus = self.calling.held.len().saturating_sub(MAX_HELD);
            self.calling.held.drain(..surplus);
        }
        self.leave_visit().await;
    }

    /// Goes back to what was put on hold last; what is open is put on hold in its place.
    pub(super) async fn go_back(&mut self) {
        if let Some(held) = self.calling.held.pop() {
            self.go_over(held.retry, Some(held.intent)).await;
        }
    }

    /// What an accepted call would put on hold.
    pub(crate) fn would_hold(&self) -> bool {
        matches!(&self.stage, Stage::Visit(visit) if goes_on(visit) && !self.is_deserted(visit))
    }

    /// For the window.
    pub(crate) fn held_view(&self) -> Option<HeldView> {
        self.calling.held.last().map(|held| HeldView { title: held.title.clone() })
    }

    /// What a visit is about, where its services do not say it or it is not open.
    fn title(&self, visit: &Visit) -> Option<String> {
        let services = || services(&visit.facts.info.info.services, self.locale).into_iter().next();
        self.calling.title_of(&visit.token).or_else(services)
    }

    /// Goes on into the call that the user has placed or taken. Where the user goes another way, that is given up.
    pub(super) fn come_into_call(&mut self, now: Instant) {
        let Some(mut wish) = self.calling.coming_in.take() else { return };
        if now.saturating_duration_since(wish.since) > COMING_IN {
            return;
        }
        match &mut self.stage {
            Stage::Opening { retry, .. } if *retry.token() == wish.token => {
                self.calling.coming_in = Some(wish);
            }
            Stage::Visit(visit) if visit.token == wish.token => {
                if let Some(intent) = wish.intent {
                    visit.choice = Some(intent);
                }
                match &visit.call {
                    CallState::In(_) | CallState::Elsewhere(_) => return,
                    _ if visit.problem.is_some() && !wish.taken.is_empty() => return,
                    _ => {}
                }
                if visit.facts.joined() {
                    // The server has joined the user already.
                    visit.intent = visit.chosen();
                }
                if visit.busy.is_none() {
                    let may = visit.facts.actions(now);
                    let next =
                        WAY_IN.into_iter().find(|step| may.contains(step) && !wish.taken.contains(step));
                    if let Some(step) = next {
                        wish.taken.push(step);
                        self.step(step);
                    }
                }
                self.calling.coming_in = Some(wish);
            }
            _ => {}
        }
    }

    /// Gives up those who ring for the open visit; leaves it where nobody else is in it.
    pub(super) async fn cancel_call(&mut self) {
        let Some(visit) = self.open_conference() else { return };
        if !self.is_lonely(&visit) {
            self.give_up_ringing(&visit);
            return;
        }
        // Also one that everybody has declined: until it is given up, the logs would have it going on.
        for call in self.calling.outgoing.all(&visit) {
            self.give_up(call);
        }
        self.leave_visit().await;
        if self.calling.held.is_empty() {
            self.show_home();
        } else {
            self.go_back().await;
        }
    }

    /// Whoever goes away from a call to which nobody has come yet calls nobody any more.
    pub(in crate::controller) fn give_up_lonely_call(&mut self) {
        if let Some(visit) = self.open_conference()
            && self.is_lonely(&visit)
        {
            self.give_up_ringing(&visit);
        }
    }

    fn give_up_ringing(&mut self, visit: &ConferenceId) {
        for call in self.calling.outgoing.ringing(visit) {
            self.give_up(call);
        }
    }

    pub(super) fn is_lonely(&self, visit: &ConferenceId) -> bool {
        self.is_alone() && !self.calling.outgoing.has_come(visit)
    }

    /// Nobody else is in the call of the open visit.
    fn is_alone(&self) -> bool {
        self.call().is_none_or(|call| call.is_alone())
    }

    /// Calls those again who have not come: into the visit, or in a new call where it has ended meanwhile.
    pub(super) fn call_again(&mut self) {
        let Some(conference) = self.open_conference() else { return };
        let Stage::Visit(visit) = &mut self.stage else { return };
        let mut contacts = self.calling.outgoing.missing(&conference);
        let talked = self.calling.outgoing.has_come(&conference) || !self.calling.was_placed(&visit.token);
        if contacts.is_empty() || (talked && visit.facts.info.status.is_ended()) {
            contacts = visit.facts.colleagues().cloned().collect();
        }
        if self.calling.again || contacts.is_empty() {
            return;
        }
        visit.problem = None;
        if visit.facts.info.status.is_ended() {
            let title = self.calling.title_of(&visit.token).map(Secret::from);
            self.place(Choice { contacts, teams: Vec::new() }, title);
            self.calling.again = self.calling.placing;
            return;
        }
        self.calling.again = true;
        let people = AskIn { contacts, teams: Vec::new() };
        self.ask_calls(async move |home, token| CallsAnswer::CalledAgain {
            asked: home.ask_in(&token, &conference, &people).await,
        });
    }

    /// How it goes with those who are called into a visit, for the window.
    pub(crate) fn outgoing_view(&self, visit: &Visit) -> Option<OutgoingView> {
        let conference = self.conference(visit)?;
        // Of what has ended it matters only whether anybody has come at all.
        if visit.facts.info.status.is_ended() && !self.calling.was_placed(&visit.token) {
            return None;
        }
        self.calling.outgoing.view(&conference, self.is_alone(), self.calling.again)
    }

    /// The conference of the open visit, where the sign-in knows it.
    pub(super) fn open_conference(&self) -> Option<ConferenceId> {
        match &self.stage {
            Stage::Visit(visit) => self.conference(visit),
            _ => None,
        }
    }

    /// The conference of a visit, where the sign-in knows it: a call, or one of the day.
    pub(super) fn conference(&self, visit: &Visit) -> Option<ConferenceId> {
        let account = self.account.as_ref()?;
        let same_clinic = account.server.endpoint().base() == visit.server.endpoint().base();
        let of_day = || {
            let rows = &account.visits.visits;
            rows.iter().find(|row| row.access_token == visit.token).map(|row| row.id.clone())
        };
        self.calling.visit_of(&visit.token).cloned().or_else(of_day).filter(|_| same_clinic)
    }
}

/// It goes on without the user, who is in it.
fn goes_on(visit: &Visit) -> bool {
    let is_in = matches!(visit.call, CallState::In(_)) || visit.facts.joined();
    is_in && !visit.facts.info.status.is_ended()
}
