//! The length of the visit: extending it, asking for it, and saying that its end is near.

use super::Controller;
use crate::length;
use crate::problem;
use crate::requests;
use crate::stage::Stage;
use crate::view::NoticeCode;
use crate::visit::{CallState, VisitKey};
use consilium_client::ClientError;
use consilium_model::{Role, Screen};
use std::time::Instant;

impl Controller {
    pub(super) fn extend(&mut self, minutes: u32) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        let offered = length::extended(visit.facts.scheduled(), minutes).is_some();
        if !visit.may_extend() || !offered || visit.length.extending {
            return;
        }
        visit.length.extending = true;
        visit.problem = None;
        let request = requests::extend(visit.medme.clone(), visit.key, minutes);
        self.requests.begin(request);
    }

    pub(super) async fn extended(&mut self, key: VisitKey, answer: Result<Option<u32>, ClientError>) {
        let Some(visit) = self.visit(key) else { return };
        visit.length.extending = false;
        match answer {
            Ok(Some(seconds)) => {
                visit.length.dismiss();
                visit.facts.set_scheduled(seconds);
                self.look_at_clock(Instant::now());
                self.tell(NoticeCode::Extended);
            }
            // Somebody else has made it so long meanwhile: what is offered now shows when it is read.
            Ok(None) => {}
            Err(error) => {
                visit.problem = Some(problem::of_client(&error));
                if self.ask_otp_again(&error).await {
                    return;
                }
            }
        }
        self.refresh();
    }

    /// The client's own question goes to the specialists in the room.
    pub(super) fn ask_more_time(&mut self, now: Instant) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        let scheduled = visit.facts.scheduled();
        let CallState::In(call) = &visit.call else { return };
        let facts = &visit.facts;
        let may_ask = facts.role == Role::Client && facts.screen() == Screen::Started && !facts.is_call();
        if may_ask && call.is_in() && !visit.length.has_asked(scheduled, now) && call.ask_more_time() {
            visit.length.ask(scheduled, now);
        }
    }

    /// Nobody is there who could have heard the own question: it can be asked again.
    pub(super) fn ask_unheard(&mut self) {
        if let Stage::Visit(visit) = &mut self.stage
            && visit.facts.role == Role::Client
        {
            visit.length.dismiss();
        }
    }

    /// A client's question has reached this specialist.
    pub(super) fn more_time_asked(&mut self, now: Instant) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        if visit.facts.may_extend() {
            visit.length.ask(visit.facts.scheduled(), now);
        }
    }

    pub(super) fn dismiss_ask(&mut self) {
        // A client's own question is not for taking back: it was sent.
        if let Stage::Visit(visit) = &mut self.stage
            && visit.facts.role == Role::Specialist
        {
            visit.length.dismiss();
        }
    }

    /// Says that the end is near, and takes away what was said long enough ago.
    pub(super) fn look_at_clock(&mut self, now: Instant) {
        if let Some(notice) = self.near_end(now) {
            self.tell(notice);
        }
        self.notices.pass(now);
    }

    fn near_end(&mut self, now: Instant) -> Option<NoticeCode> {
        let Stage::Visit(visit) = &mut self.stage else { return None };
        let reading = visit.facts.clock(self.epoch)?.read(now.saturating_duration_since(self.epoch));
        visit.countdown.look(visit.facts.scheduled(), &reading)
    }
}
