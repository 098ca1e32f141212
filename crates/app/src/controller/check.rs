//! The check of the devices, beside a visit that is not in a call.

use super::Controller;
use crate::action::CheckStep;
use crate::call::{CheckEntrance, CheckLine, CheckSession};
use crate::stage::Stage;
use crate::visit::{CallState, Visit};

impl Controller {
    pub(super) async fn check(&mut self, step: CheckStep) {
        match step {
            CheckStep::Open => self.open_check(),
            CheckStep::Close => {
                if let Stage::Visit(visit) = &mut self.stage {
                    visit.choose_what_was_seen();
                }
                self.close_check().await;
            }
            CheckStep::PlaySound => self.with_check(CheckSession::play_sound),
            CheckStep::Heard { yes } => self.with_check(|check| check.heard(yes)),
            CheckStep::Again => {
                self.look_for_devices();
                self.with_check(CheckSession::again);
            }
        }
    }

    /// The button says that camera and microphone go on, for one's own eyes. What was chosen before holds.
    fn open_check(&mut self) {
        let (media, processing) = (self.usable_media(), self.processing);
        let Stage::Visit(visit) = &mut self.stage else { return };
        if self.check.is_some() || matches!(visit.call, CallState::In(_)) {
            return;
        }
        let wanted = visit.begin_looking();
        let entrance = CheckEntrance { media, processing, wanted, line: line(visit) };
        self.check = Some(CheckSession::start(entrance));
    }

    /// Closes the devices; what was found is kept and told.
    pub(super) async fn close_check(&mut self) {
        let Some(check) = self.check.take() else { return };
        if let Stage::Visit(visit) = &mut self.stage {
            visit.looked_at = None;
        }
        let found = check.close().await;
        self.note_ready(found);
    }

    /// There is something else to show; those inside are told what was found so far.
    pub(super) fn checked(&mut self) {
        if let Some(found) = self.check.as_ref().map(CheckSession::found) {
            self.note_ready(found);
        }
    }

    fn note_ready(&mut self, found: crate::call::Found) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        visit.ready = found;
        if let CallState::Lobby(lobby) = &mut visit.call {
            lobby.set_ready(found);
        }
    }

    /// The way that a check looks at has changed.
    pub(super) fn follow_line(&self) {
        if let (Stage::Visit(visit), Some(check)) = (&self.stage, &self.check) {
            check.set_line(line(visit));
        }
    }

    pub(super) fn with_check(&self, act: impl FnOnce(&CheckSession)) {
        if let Some(check) = &self.check {
            act(check);
        }
    }
}

fn line(visit: &Visit) -> CheckLine {
    CheckLine {
        medme: visit.medme.clone(),
        servers: visit.relay.clone(),
        same_machine: visit.server.endpoint().is_this_machine(),
    }
}

/// What is to be shown next of the check; pends while there is none.
pub(super) async fn next_of_check(check: &mut Option<CheckSession>) {
    match check {
        Some(check) => check.changed().await,
        None => std::future::pending().await,
    }
}
