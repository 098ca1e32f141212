//! A person with a whole application, only without a window, and a MedMe server that plays what a scenario needs.

// Each test binary uses its own part of the kit.
#![allow(dead_code, unreachable_pub, unused_imports)]

pub mod attachments;
pub mod calls;
pub mod chat;
pub mod chat_desk;
pub mod chat_socket;
pub mod clinic;
pub mod home;
pub mod person;
pub mod room;
pub mod sound;

pub use clinic::Clinic;
pub use person::Person;

use consilium_app::view::{AppView, OtpView, ProblemCode, Stage, VisitView};
use std::time::Duration;

/// Long enough for a slow machine; nothing waits for it when all is well.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The visit that is shown.
pub fn visit(view: &AppView) -> Option<&VisitView> {
    match &view.stage {
        Stage::Visit(visit) => Some(visit),
        _ => None,
    }
}

/// The form for the one-time password.
pub fn otp(view: &AppView) -> Option<&OtpView> {
    match &view.stage {
        Stage::Otp(otp) => Some(otp),
        _ => None,
    }
}

/// Why nothing can be shown, and whether trying again may help.
pub fn problem(view: &AppView) -> Option<(ProblemCode, bool)> {
    match &view.stage {
        Stage::Problem(problem) => Some((problem.code, problem.can_retry)),
        _ => None,
    }
}
