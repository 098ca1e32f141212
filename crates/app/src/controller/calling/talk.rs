//! A call as a telephone has it: hanging up, and what ends by itself.

use super::Controller;
use crate::call::ShareStep;
use crate::calling::Others;
use crate::requests;
use crate::stage::Stage;
use crate::view::{HangUp, Line, TalkView, VisitAction};
use crate::visit::{CallState, Visit};
use consilium_model::{Intent, Role};
use std::time::Instant;

impl Controller {
    /// Looks where the others are, and ends a call that nobody else is in any more.
    pub(super) fn follow_talk(&mut self, now: Instant) {
        let Stage::Visit(visit) = &self.stage else { return };
        if !visit.facts.is_call() {
            return;
        }
        let is_due = is_due(visit, now);
        let token = visit.token.clone();
        if visit.facts.info.status.is_ended() {
            self.calling.talks.end(&token, now);
        } else if let Some(others) = self.others(visit).filter(|others| is_due || *others == Others::Here) {
            self.calling.talks.look(&token, others, now);
        } else {
            return;
        }
        if self.calling.talks.of(&token).ends().is_some_and(|ends| ends <= now) {
            self.end_call(now);
        }
    }

    /// Where the others of a call are; `None` where that is not seen now.
    fn others(&self, visit: &Visit) -> Option<Others> {
        let CallState::In(call) = &visit.call else { return None };
        if !call.is_in() || visit.shown_line() != Line::Online {
            return None;
        }
        let conference = self.conference(visit);
        let outgoing = &self.calling.outgoing;
        // Whoever is about to be invited is awaited, too.
        let invites = self.calling.invite.as_ref().is_some_and(|invite| invite.key == visit.key);
        let rings = conference.as_ref().is_some_and(|conference| outgoing.is_awaited(conference));
        let is_awaited = invites || rings;
        let is_placed = conference.as_ref().is_some_and(|conference| outgoing.is_known(conference));
        Some(match (call.others(), visit.facts.others_joined()) {
            (1.., _) => Others::Here,
            (0, _) if is_awaited => Others::Awaited,
            (0, 1..) => Others::Away,
            (0, 0) if is_placed => Others::Unreached,
            (0, 0) => Others::Gone,
        })
    }

    /// The others have all gone, or have never come; as long as that is seen. Whoever is in it and only not on the line
    /// is not to lose the call.
    pub(super) fn is_deserted(&self, visit: &Visit) -> bool {
        let nobody_is_there = || matches!(self.others(visit), Some(Others::Unreached | Others::Gone));
        visit.facts.is_call() && self.calling.talks.of(&visit.token).is_deserted() && nobody_is_there()
    }

    /// Hangs up. Nothing is sent from the press on, whatever the server says.
    pub(super) async fn hang_up(&mut self, for_all: bool) {
        let Some(visit) = self.talk() else { return };
        let has_begun = self.calling.talks.of(&visit.token).has_begun();
        let is_placing = self.conference(visit).is_some_and(|conference| {
            self.calling.outgoing.is_known(&conference) && self.is_lonely(&conference)
        });
        if is_placing && !has_begun {
            return self.cancel_call().await;
        }
        let ends = match self.hanging_up(visit, Instant::now()) {
            HangUp::Ends => true,
            HangUp::Leaves => false,
            HangUp::Asks => for_all,
        };
        if let Stage::Visit(visit) = &mut self.stage {
            visit.intent = Intent::default();
        }
        self.share(ShareStep::Stop);
        self.with_call(|call| call.set_intent(Intent::default()));
        self.step(if ends { VisitAction::Finish } else { VisitAction::Leave });
    }

    /// Ends a call that nobody else is in, unless that is being done; where it cannot be, again after a while.
    fn end_call(&mut self, now: Instant) {
        let Some(visit) = self.talk().filter(|visit| visit.busy.is_none()) else { return };
        let (token, step) = (visit.token.clone(), ending(visit));
        self.calling.talks.put_off(&token, now);
        self.step(step);
    }

    /// A call that is left for another one, and that all the others have left before, is over.
    pub(super) fn end_deserted(&mut self) {
        if let Some(visit) = self.talk()
            && self.is_deserted(visit)
            && visit.facts.joined()
        {
            let step = requests::step(visit.medme.clone(), visit.key, ending(visit));
            self.requests.begin_lasting(step);
        }
    }

    /// The call that is open and goes on.
    fn talk(&self) -> Option<&Visit> {
        match &self.stage {
            Stage::Visit(visit) if visit.facts.is_call() && !visit.facts.info.status.is_ended() => {
                Some(visit)
            }
            _ => None,
        }
    }

    /// What hanging up does: of two ends either ends it, as telephones do. Of more one leaves, and whoever has called may
    /// end it for all.
    fn hanging_up(&self, visit: &Visit, now: Instant) -> HangUp {
        if visit.facts.role == Role::Client || !is_due(visit, now) {
            return HangUp::Leaves;
        }
        let was_placed = self.calling.was_placed(&visit.token);
        let others = self.call().map_or(0, |call| call.others()).max(visit.facts.others_joined());
        // Only whoever calls is told whether somebody is still on the way.
        let is_awaited = if was_placed {
            self.conference(visit).is_some_and(|conference| self.calling.outgoing.is_awaited(&conference))
        } else {
            visit.facts.colleagues().count() > 1
        };
        match (others, is_awaited, was_placed) {
            (0 | 1, false, _) => HangUp::Ends,
            (_, _, true) => HangUp::Asks,
            (_, _, false) => HangUp::Leaves,
        }
    }

    /// For the window.
    pub(crate) fn talk_view(&self, visit: &Visit, at: Instant) -> Option<TalkView> {
        if !visit.facts.is_call() {
            return None;
        }
        let knows_people = self.calling.directory.is_known() && self.conference(visit).is_some();
        Some(TalkView {
            state: self.calling.talks.of(&visit.token).state(at),
            hang_up: self.hanging_up(visit, at),
            can_call_again: knows_people && visit.facts.colleagues().next().is_some(),
            busy: self.calling.again,
        })
    }
}

/// Its time has come: whoever looks in before waits, and ends nothing.
fn is_due(visit: &Visit, now: Instant) -> bool {
    visit.facts.server_time(now) >= visit.facts.info.info.scheduled_start
}

/// The step out of a call that nobody else is in.
fn ending(visit: &Visit) -> VisitAction {
    match visit.facts.role {
        Role::Specialist => VisitAction::Finish,
        Role::Client => VisitAction::Leave,
    }
}
