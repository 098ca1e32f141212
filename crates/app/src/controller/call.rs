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
use consilium_client::{ClientError, RoomSocket};
use consilium_model::{MediaSwitch, Secret};
use consilium_wire::room::FromServer;
use std::time::Instant;

impl Controller {
    pub(super) async fn enter_room(&mut self, key: VisitKey, token: Result<Secret, ClientError>) {
        let Some(visit) = self.visit(key) else { return };
        let failed = match &visit.call {
            CallState::Entering { failed } => *failed,
            CallState::Lobby(lobby) if lobby.was_early().is_some() => lobby.was_early(),
            _ => return,
        };
        match token {
            Ok(token) => {
                visit.conference_token = Some(token.clone());
                if failed.is_some() {
                    visit.problem = None;
                }
                let room = visit.server.enter_room(token);
                visit.room = Some(RoomLine::of(&room));
                if visit.facts.is_guest() {
                    self.arrive(room);
                } else {
                    self.begin_call(room, None).await;
                }
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

    /// Begins the call over this socket. `welcome` is what was heard on it already.
    pub(super) async fn begin_call(&mut self, room: RoomSocket, welcome: Option<FromServer>) {
        // The call wants the devices that the check has.
        self.close_check().await;
        let (media, processing) = (self.usable_media(), self.processing);
        let (keychain, profile) = (self.config.keychain.clone(), self.config.profile.clone());
        let Stage::Visit(visit) = &mut self.stage else { return };
        let same_machine = visit.server.endpoint().is_this_machine();
        let trust = TrustStore::new(keychain, &profile, visit.server.endpoint().base());
        let intent = visit.intent;
        let entrance = Entrance { room, welcome, intent, media, processing, same_machine, trust };
        visit.call = CallState::In(Box::new(CallSession::start(entrance)));
    }

    pub(super) async fn called(&mut self, news: CallNews) {
        self.watch_trouble();
        match news {
            CallNews::Changed => {}
            CallNews::NoSpeaker => self.tell(NoticeCode::NoSpeaker),
            CallNews::MoreTimeAsked => self.more_time_asked(Instant::now()),
            CallNews::ShareEnded => self.tell(NoticeCode::ShareEnded),
            CallNews::NoRoom => self.go_elsewhere().await,
            CallNews::Outside => self.put_outside().await,
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
        match std::mem::replace(&mut visit.call, CallState::None) {
            CallState::In(call) => {
                self.recorder.call(call.figures());
                if let Some(summary) = call.leave().await {
                    self.tell_call(summary);
                }
            }
            CallState::Lobby(mut lobby) => {
                if let Some(room) = lobby.go_outside() {
                    room.leave().await;
                }
            }
            CallState::None
            | CallState::Entering { .. }
            | CallState::Elsewhere(_)
            | CallState::Refused { .. } => {}
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
        self.knock_again(now);
    }

    /// Goes into the room again after it refused.
    pub(super) fn retry_call(&mut self) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        let nowhere = |room: &WebRoom| room.url.is_none();
        if matches!(visit.call, CallState::Refused { .. })
            || matches!(&visit.call, CallState::Lobby(lobby) if lobby.can_knock())
            || matches!(&visit.call, CallState::Elsewhere(room) if nowhere(room))
        {
            visit.problem = None;
            visit.call = CallState::Entering { failed: None };
            self.fetch_room_token();
        }
    }

    pub(super) fn set_media(&mut self, switch: MediaSwitch, on: bool) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        if !matches!(visit.call, CallState::In(_)) {
            visit.choose(switch, on);
            let shown = visit.shown_choice();
            self.with_check(|check| check.want(shown));
            return;
        }
        visit.intent = visit.intent.with(switch, on);
        let intent = visit.intent;
        self.with_call(|call| call.set_intent(intent));
    }

    /// The call, while there is one.
    pub(super) fn call(&self) -> Option<&CallSession> {
        match &self.stage {
            Stage::Visit(visit) => match &visit.call {
                CallState::In(call) => Some(call),
                CallState::None
                | CallState::Entering { .. }
                | CallState::Lobby(_)
                | CallState::Elsewhere(_)
                | CallState::Refused { .. } => None,
            },
            _ => None,
        }
    }

    pub(super) fn with_call(&self, act: impl FnOnce(&CallSession)) {
        if let Some(call) = self.call() {
            act(call);
        }
    }
}
