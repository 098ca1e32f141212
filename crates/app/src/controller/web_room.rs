//! The conference of a server that has no room of its own: in the system's browser.

use super::Controller;
use crate::stage::Stage;
use crate::visit::CallState;
use crate::web_room::{Conference, WebRoom};

impl Controller {
    /// The server has no room: the browser is opened once by itself, when the clinic has said where to.
    pub(super) async fn go_elsewhere(&mut self) {
        // The browser wants the devices that the check has.
        self.close_check().await;
        self.leave_call().await;
        let (locale, vertical) = (self.locale, self.config.vertical);
        let Stage::Visit(visit) = &mut self.stage else { return };
        let url = self.config.web_room.as_ref().zip(visit.conference_token.as_ref());
        let url = url.and_then(|(template, token)| {
            template.fill(&Conference::of(&visit.facts, token, locale, vertical))
        });
        visit.call = CallState::Elsewhere(WebRoom::at(url));
        self.open_web_room();
    }

    pub(super) fn open_web_room(&mut self) {
        if let Stage::Visit(visit) = &mut self.stage
            && let CallState::Elsewhere(room) = &mut visit.call
            && let Some(url) = &room.url
        {
            let opened = self.shell.open_in_browser(url);
            room.browser(opened);
        }
    }
}
