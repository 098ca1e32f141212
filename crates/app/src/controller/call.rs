//! The call of the visit that is open.

use super::Controller;
use crate::action::DeviceKind;
use crate::call::{CallNews, CallSession, Entrance};
use crate::devices;
use crate::problem;
use crate::requests::Done;
use crate::stage::Stage;
use crate::view::NoticeCode;
use crate::visit::{CallState, VisitKey};
use crate::web_room::WebRoom;
use consilium_client::ClientError;
use consilium_model::{MediaSwitch, Secret};
use std::time::Instant;

impl Controller {
    pub(super) async fn enter_room(&mut self, key: VisitKey, token: Result<Secret, ClientError>) {
        let media = self.config.media.clone();
        let Some(visit) = self.visit(key) else { return };
        if !matches!(visit.call, CallState::Entering) {
            return;
        }
        match token {
            Ok(token) => {
                visit.conference_token = Some(token.clone());
                let room = visit.server.enter_room(token);
                let same_machine = visit.server.endpoint().is_this_machine();
                let entrance = Entrance { room, intent: visit.intent, media, same_machine };
                visit.call = CallState::In(Box::new(CallSession::start(entrance)));
                self.refresh_devices();
            }
            Err(error) => {
                visit.problem = Some(problem::of_client(&error));
                visit.call = CallState::Refused { again: error.is_retryable() };
                if !self.ask_otp_again(&error).await && error.is_gone() {
                    self.refresh();
                }
            }
        }
    }

    pub(super) async fn called(&mut self, news: CallNews) {
        match news {
            CallNews::Changed => {}
            CallNews::NoSpeaker => self.tell(NoticeCode::NoSpeaker),
            CallNews::MoreTimeAsked => self.more_time_asked(Instant::now()),
            CallNews::NoRoom => self.go_elsewhere().await,
            CallNews::Ended(code) => {
                self.leave_call().await;
                if let Stage::Visit(visit) = &mut self.stage {
                    visit.problem = Some(code);
                    visit.call = CallState::Refused { again: false };
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
            call.leave().await;
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
            visit.call = CallState::Entering;
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

    pub(super) fn choose_device(&mut self, device: DeviceKind, id: &str) {
        devices::choose(&mut self.config.media, device, id);
        let media = self.config.media.clone();
        self.with_call(|call| call.set_devices(media));
        self.refresh_devices();
    }

    pub(super) fn refresh_devices(&mut self) {
        let media = self.config.media.clone();
        self.requests.begin(async move {
            let listed = tokio::task::spawn_blocking(move || devices::list(&media)).await;
            Done::Devices(listed.unwrap_or_default())
        });
    }
}
