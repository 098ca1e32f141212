//! A visit from its opening to its leaving.

use super::Controller;
use crate::problem;
use crate::requests::{self, Done};
use crate::stage::{Retry, Stage};
use crate::view::{Line, ProblemCode, VisitAction};
use crate::visit::{CallState, Facts, Visit, VisitKey};
use consilium_client::{ClientError, SubscriptionEvent};
use consilium_model::{Intent, Status};
use consilium_wire::medme::Code;
use std::time::Instant;

impl Controller {
    pub(super) fn begin_opening(&mut self, retry: Retry) {
        self.key = VisitKey(self.key.0 + 1);
        let Retry::Open { server, token } = retry.clone();
        self.stage = Stage::Opening { key: self.key, retry };
        self.requests.begin(requests::open(server, token, self.key));
    }

    pub(super) async fn opened(&mut self, key: VisitKey, facts: Result<Box<Facts>, ClientError>) {
        let Stage::Opening { key: awaited, retry } = &self.stage else { return };
        if *awaited != key {
            return;
        }
        let retry = retry.clone();
        match facts {
            Ok(facts) => {
                self.stage = Stage::Visit(Box::new(Visit::open(key, retry, *facts)));
                self.join_at_once();
                self.follow_screen().await;
            }
            Err(error) if error.code() == Some(Code::OtpExpect) => self.ask_otp(retry),
            Err(error) => self.stage = Stage::not_opened(&error, retry),
        }
    }

    /// The visit that is open, if it is the one meant.
    pub(super) fn visit(&mut self, key: VisitKey) -> Option<&mut Visit> {
        match &mut self.stage {
            Stage::Visit(visit) if visit.key == key => Some(visit),
            _ => None,
        }
    }

    pub(super) async fn subscribed(&mut self, event: SubscriptionEvent) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        match event {
            // A status that was missed while the line was lost is read now.
            SubscriptionEvent::Connected => {
                visit.line = Line::Online;
                if matches!(visit.call, CallState::Refused { again: Some(_) }) {
                    self.retry_call();
                }
            }
            SubscriptionEvent::Lost => {
                visit.line = Line::Reconnecting;
                return;
            }
            SubscriptionEvent::Status(status) => visit.facts.info.status = status,
            // What has changed shows when it is read.
            SubscriptionEvent::InfoChanged => {}
        }
        self.refresh();
        self.follow_screen().await;
    }

    pub(super) fn refresh(&mut self) {
        if let Stage::Visit(visit) = &mut self.stage {
            let reading = visit.readings.ask(Instant::now());
            self.requests.begin(requests::refresh(visit.medme.clone(), visit.key, reading));
        }
    }

    pub(super) async fn refreshed(
        &mut self,
        key: VisitKey,
        reading: u64,
        facts: Result<Box<Facts>, ClientError>,
    ) {
        // Or something has happened since it was asked for, and a newer reading is on its way.
        let Some(visit) = self.visit(key).filter(|visit| visit.readings.is_newest(reading)) else { return };
        match facts {
            Ok(facts) => self.take_in(*facts),
            Err(error) if error.is_gone() => {
                let again = visit.again();
                self.leave_visit().await;
                self.stage = Stage::not_opened(&error, again);
                return;
            }
            Err(error) => {
                tracing::info!(%error, "the visit was not read again");
                visit.readings.failed(Instant::now());
                if self.ask_otp_again(&error).await {
                    return;
                }
            }
        }
        self.follow_screen().await;
    }

    fn take_in(&mut self, facts: Facts) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        let news = facts.news_to(&visit.facts);
        visit.facts = facts;
        visit.readings.succeeded(Instant::now());
        if let Some(news) = news {
            self.tell(news);
        }
    }

    /// Reads the state again when it is time.
    pub(super) fn read_again(&mut self, now: Instant) {
        if let Stage::Visit(visit) = &self.stage
            && visit.readings.is_due(visit.line, visit.facts.info.status.is_started(), now)
        {
            self.refresh();
        }
    }

    /// An open visit that asks for a one-time password from now on; answers whether it is so.
    pub(super) async fn ask_otp_again(&mut self, error: &ClientError) -> bool {
        let Stage::Visit(visit) = &self.stage else { return false };
        if error.code() != Some(Code::OtpExpect) {
            return false;
        }
        let again = visit.again();
        self.leave_visit().await;
        self.ask_otp(again);
        true
    }

    pub(super) fn step(&mut self, action: VisitAction) {
        let now = Instant::now();
        let Stage::Visit(visit) = &mut self.stage else { return };
        if visit.busy.is_some() || !visit.facts.actions(now).contains(&action) {
            return;
        }
        if action == VisitAction::Join {
            // The user's own hand: the button says that camera and microphone go on, or as the check has left them.
            visit.intent = visit.chosen();
        }
        visit.busy = Some(action);
        visit.problem = None;
        // What was asked for before this step does not know of it.
        visit.readings.outdate();
        let request = requests::step(visit.medme.clone(), visit.key, action);
        self.requests.begin(request);
    }

    pub(super) async fn stepped(
        &mut self,
        key: VisitKey,
        action: VisitAction,
        status: Result<Status, ClientError>,
    ) {
        let now = Instant::now();
        let Some(visit) = self.visit(key) else { return };
        visit.busy = None;
        match status {
            Ok(status) => {
                visit.facts.info.status = status;
                if action == VisitAction::Leave {
                    visit.intent = Intent::default();
                    visit.facts.forget_joined();
                }
            }
            // Two windows of one person: the other one was quicker, and it is done.
            Err(error) if error.code() == Some(Code::ClientAlreadyJoined) && action == VisitAction::Join => {}
            Err(error) => {
                visit.problem = Some(step_problem(&visit.facts, action, &error, now));
                if self.ask_otp_again(&error).await {
                    return;
                }
            }
        }
        self.refresh();
        self.follow_screen().await;
    }

    /// The call belongs to the screen of the conference: it begins and ends with it.
    pub(super) async fn follow_screen(&mut self) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        if visit.facts.info.status.is_ended() {
            // A visit that is taken up again finds camera and microphone off.
            visit.intent = Intent::default();
            self.close_check().await;
        }
        let Stage::Visit(visit) = &mut self.stage else { return };
        match (visit.wants_room(), &visit.call) {
            (true, CallState::None) => {
                visit.call = CallState::Entering { failed: None };
                self.fetch_room_token();
            }
            (true, _) | (false, CallState::None) => {}
            (
                false,
                CallState::Entering { .. }
                | CallState::Lobby(_)
                | CallState::In(_)
                | CallState::Elsewhere(_)
                | CallState::Refused { .. },
            ) => {
                // Out: whoever comes back switches camera and microphone on with their own hand.
                visit.intent = Intent::default();
                // The room closes behind everyone who leaves: that is no trouble of theirs.
                visit.problem = visit.problem.filter(|problem| *problem != ProblemCode::RoomRefused);
                self.leave_call().await;
                self.stay_outside();
            }
        }
    }

    pub(super) fn fetch_room_token(&mut self) {
        let Stage::Visit(visit) = &self.stage else { return };
        let (medme, key) = (visit.medme.clone(), visit.key);
        self.requests.begin(async move { Done::RoomToken { key, token: medme.exchange().await } });
    }

    /// Leaves the call and closes the visit's lines; the seat in the conference is the server's business.
    pub(super) async fn leave_visit(&mut self) {
        self.close_check().await;
        self.leave_call().await;
        self.notices.leave_visit();
        if let Stage::Visit(visit) = std::mem::replace(&mut self.stage, Stage::Starting) {
            visit.subscription.close().await;
        }
    }
}

fn step_problem(facts: &Facts, action: VisitAction, error: &ClientError, now: Instant) -> ProblemCode {
    let code = problem::of_client(error);
    let early = facts.opens_at().is_some_and(|opens| facts.server_time(now) < opens);
    match (action, code) {
        (VisitAction::Open, ProblemCode::NotPossibleNow) if early => ProblemCode::TooEarly,
        (_, code) => code,
    }
}
