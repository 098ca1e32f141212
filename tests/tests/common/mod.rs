//! A clinic and people with a whole application each, only without a window.

// Each test binary uses its own part of the kit.
#![allow(dead_code, unreachable_pub, unused_imports)]

pub mod clinic;
pub mod person;

pub use clinic::Clinic;
pub use person::Person;

use consilium_app::view::{AppView, CallView, ProblemCode, Stage, VisitView};
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

/// The call that is shown.
pub fn call(view: &AppView) -> Option<&CallView> {
    visit(view)?.call.as_ref()
}

/// Why nothing can be shown, and whether trying again may help.
pub fn problem(view: &AppView) -> Option<(ProblemCode, bool)> {
    match &view.stage {
        Stage::Problem(problem) => Some((problem.code, problem.can_retry)),
        _ => None,
    }
}
