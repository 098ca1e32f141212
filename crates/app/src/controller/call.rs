//! The call of the visit that is open.

use super::Controller;
use crate::again::Again;
use crate::call::{CallNews, CallSession, Entrance};
use crate::problem;
use crate::stage::Stage;
use crate::trust::TrustStore;
use crate::view::NoticeCode;
use crate::visit::{CallState, RoomLine, VisitKey};
use crate::web_room::WebRoom;
use consilium_client::ClientError;
use consilium_model::{MediaSwitch, Secret};
use std::time::Instant;

impl Controller {
    pub(super) async fn enter_room(&mut self, key: VisitKey, token: Result<Secret, ClientError>) {
        let (media, processing) = (self.usable_media(), self.processing);
        let (keychain, profile) = (self.config.keychain.clone(), self.config.profile.clone());
        let Some(visit) = self.visit(key) else { return };
        let CallState::Entering { failed } = visit.call else { return };
        match token {
            Ok(token) => {
                visit.conference_token = Some(token.clone());
                if failed.is_some() {
                    visit.problem = None;
                }
                let room = visit.server.enter_room(token);
                visit.room = Some(RoomLine::of(&room));
                let same_machine = visit.server.endpoint().is_this_machine();
                let trust = TrustStore::new(keychain, &profile, visit.server.endpoint().base());
                let intent = visit.intent;
                let entrance = Entrance { room, intent, media, processing, same_machine, trust };
                visit.call = CallState::In(Box::new(CallSession::start(entrance)));
            }
            Err(error) => {
                visit.problem = Some(problem::of_client(&error));
                let again = error.is_retryable().then(|| Again::after(failed, Instant::now()));
                visit.call = CallState::Refused { again };
                if !self.ask_otp_again(&error).await && error.is_gone() {
                    self.refresh();
                }
            }
        }
    }

    pub(super) async fn called(&mut self, news: CallNews) {
        self.watch_trouble();
        match news {
            CallNews::Changed => {}
            CallNews::NoSpeaker => self.tell(NoticeCode::NoSpeaker),
            CallNews::MoreTimeAsked => self.more_time_asked(Instant::now()),
            CallNews::ShareEnded => self.tell(NoticeCode::ShareEnded),
            CallNews::NoRoom => self.go_elsewhere().await,
            CallNews::Ended(code) => {
                self.leave_call().await;
                if let Stage::Visit(visit) = &mut self.stage {
                    visit.problem = Some(code);
                    visit.call = CallState::Refused { again: None };
                }
                // The visit may be over, and this is how it is learned.
                self.refresh();
            }
        }
    }

    pub(super) async fn leave_call(&mut self) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        if let CallState::In(call) = std::mem::replace(&mut visit.call, CallState::None) {
            self.recorder.call(call.figures());
            if let Some(summary) = call.leave().await {
                self.tell_call(summary);
            }
        }
    }

    /// Asks again for the way into the room when it is time. Until it is known, what has failed stays shown.
    pub(super) fn enter_again(&mut self, now: Instant) {
        if let Stage::Visit(visit) = &mut self.stage
            && let CallState::Refused { again: Some(again) } = visit.call
            && again.is_due(now)
        {
            visit.call = CallState::Entering { failed: Some(again) };
            self.fetch_room_token();
        }
    }

    /// Goes into the room again after it refused.
    pub(super) fn retry_call(&mut self) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        let nowhere = |room: &WebRoom| room.url.is_none();
        if matches!(visit.call, CallState::Refused { .. })
            || matches!(&visit.call, CallState::Elsewhere(room) if nowhere(room))
        {
            visit.problem = None;
            visit.call = CallState::Entering { failed: None };
            self.fetch_room_token();
        }
    }

    pub(super) fn set_media(&mut self, switch: MediaSwitch, on: bool) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        visit.intent = visit.intent.with(switch, on);
        let intent = visit.intent;
        self.with_call(|call| call.set_intent(intent));
    }

    pub(super) fn with_call(&self, act: impl FnOnce(&CallSession)) {
        if let Stage::Visit(visit) = &self.stage
            && let CallState::In(call) = &visit.call
        {
            act(call);
        }
    }
}
