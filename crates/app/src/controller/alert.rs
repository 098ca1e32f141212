//! Calling the user: by a sound, and by the desktop while the window is not in front.

use super::Controller;
use crate::chat::Through;
use crate::chime::Chime;
use crate::requests::Done;
use crate::shell::Alert;
use std::future::ready;

impl Controller {
    /// Calls the user.
    pub(super) fn alert(&mut self, chime: Chime, alert: Alert) {
        self.ring(chime);
        if !(self.in_front && self.page_shown) {
            self.shell.alert(alert);
        }
    }

    /// Through the call while there is one: its echo canceller knows then what is heard.
    fn ring(&mut self, chime: Chime) {
        let call = self.call().and_then(|call| call.playout().upgrade());
        let through = call.map_or_else(|| Through::Speaker(self.ringer()), Through::Call);
        self.ringer.play(String::new(), ready(Ok(chime.file())), through);
    }

    /// Nothing is rung for any more.
    pub(super) fn hush(&mut self) {
        self.ringer.stop();
        self.shell.calm();
    }

    /// A closed window goes on in the tray, or does not.
    pub(super) fn set_in_tray(&mut self, stays: bool) {
        self.in_tray.stays = stays;
        self.keep_in_tray();
    }

    /// The window was closed, and goes on in the tray: the user is told so once, and where that is changed.
    pub(super) fn went_to_tray(&mut self) {
        if self.in_tray.begins() {
            self.shell.alert(Alert::InTray);
            self.keep_in_tray();
        }
    }

    fn keep_in_tray(&mut self) {
        let Some(folder) = self.config.data.clone() else { return };
        let chosen = self.in_tray;
        self.requests.begin_lasting(async move {
            if let Err(error) = chosen.keep(&folder).await {
                tracing::info!(kind = %error.kind(), "what closing the window does is not kept");
            }
            Done::ChoiceKept
        });
    }

    /// The window came to the front, or went to the back.
    pub(super) fn come_to_front(&mut self, front: bool) {
        self.in_front = front;
        if front {
            self.shell.calm();
        }
    }
}
