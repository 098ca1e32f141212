//! Showing the own screen: the steps go to the call, and the window is kept out of the pictures.

use super::Controller;
use crate::call::ShareStep;
use crate::stage::Stage;
use crate::view::NoticeCode;
use crate::visit::CallState;

impl Controller {
    pub(super) fn share(&mut self, step: ShareStep) {
        self.notices.withdraw(NoticeCode::ShareEnded);
        self.with_call(|call| call.share(step));
    }

    /// While a screen is captured, the window is kept out of its pictures where the system can: a preview of a preview
    /// has no end, and the chat is for nobody else.
    pub(super) fn keep_out_of_screens(&mut self) {
        let captures = matches!(&self.stage, Stage::Visit(visit)
            if matches!(&visit.call, CallState::In(call) if call.captures_screen()));
        if std::mem::replace(&mut self.kept_out, captures) != captures {
            let hidden = self.shell.keep_out_of_screens(captures);
            self.with_call(|call| call.set_windows_hidden(hidden));
        }
    }
}
