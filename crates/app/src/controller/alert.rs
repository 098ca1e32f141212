//! Calling the user: by a sound, and by the desktop while the window is not in front.

use super::Controller;
use crate::chat::Through;
use crate::chime::Chime;
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

    /// The window came to the front, or went to the back.
    pub(super) fn come_to_front(&mut self, front: bool) {
        self.in_front = front;
        if front {
            self.shell.calm();
        }
    }
}
