//! The length of the visit: extending it, asking for it, and saying that its end is near.

use super::Controller;
use crate::length::extended;
use crate::problem;
use crate::requests::Done;
use crate::stage::Stage;
use crate::view::NoticeCode;
use crate::visit::{CallState, VisitKey};
use consilium_client::ClientError;
use consilium_model::{Role, Screen};
use std::time::{Duration, Instant};

impl Controller {
    pub(super) fn extend(&mut self, minutes: u32) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        if !visit.facts.may_extend() || visit.length.extending {
            return;
        }
        let Some(seconds) = extended(visit.facts.scheduled(), minutes) else { return };
        visit.length.extending = true;
        visit.length.own = Some(seconds);
        visit.problem = None;
        let (medme, key) = (visit.medme.clone(), visit.key);
        self.requests.begin(async move {
            let scheduled = Duration::from_secs(u64::from(seconds));
            Done::Extended { key, seconds, answer: medme.resize(scheduled).await }
        });
    }

    pub(super) async fn extended(&mut self, key: VisitKey, seconds: u32, answer: Result<(), ClientError>) {
        let Some(visit) = self.visit(key) else { return };
        visit.length.extending = false;
        match answer {
            Ok(()) => {
                visit.length.dismiss();
                visit.facts.set_scheduled(seconds);
                self.look_at_clock(Instant::now());
                self.tell(NoticeCode::Extended);
            }
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
        let may_ask = visit.facts.role == Role::Client && visit.facts.screen() == Screen::Started;
        if may_ask && call.is_in() && !visit.length.has_asked(scheduled, now) && call.ask_more_time() {
            visit.length.ask(scheduled, now);
        }
    }

    /// A client's question has reached this specialist.
    pub(super) fn more_time_asked(&mut self, now: Instant) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        if visit.facts.may_extend() {
            visit.length.ask(visit.facts.scheduled(), now);
            self.tell(NoticeCode::MoreTimeAsked);
        }
    }

    pub(super) fn dismiss_ask(&mut self) {
        // A client's own question is not for taking back: it was heard.
        if let Stage::Visit(visit) = &mut self.stage
            && visit.facts.role == Role::Specialist
        {
            visit.length.dismiss();
        }
    }

    /// Says that the end is near, and takes away what was said long enough ago or is void.
    pub(super) fn look_at_clock(&mut self, now: Instant) {
        if let Some(notice) = self.near_end(now) {
            self.tell(notice);
        }
        let asked = match &self.stage {
            Stage::Visit(visit) => visit.facts.may_extend() && visit.length.is_asked(visit.facts.scheduled()),
            _ => false,
        };
        self.notice = self
            .notice
            .filter(|notice| !notice.has_passed(now) && (asked || notice.code != NoticeCode::MoreTimeAsked));
    }

    fn near_end(&mut self, now: Instant) -> Option<NoticeCode> {
        let Stage::Visit(visit) = &mut self.stage else { return None };
        let reading = visit.facts.clock(self.epoch)?.read(now.saturating_duration_since(self.epoch));
        visit.countdown.look(visit.facts.scheduled(), &reading)
    }
}
