//! What each method promises when it answers OK.

use consilium_model::{Actor, Command, Conference, Participant, Status};
use std::collections::BTreeSet;
use time::OffsetDateTime;

/// Asserts that an accepted command did what it says, and nothing else.
pub(crate) fn check(
    command: &Command,
    by: &Actor,
    before: &Conference,
    after: &Conference,
    now: OffsetDateTime,
) {
    let (from, to) = (before.status(), after.status());
    match command {
        Command::Open => assert!(from == Status::Pending && to == Status::OpenForJoining),
        Command::Join | Command::Leave => {}
        Command::Start => assert_eq!((to, after.started_at()), (Status::Started, Some(now))),
        Command::Pause => assert_eq!(to, Status::StartedAndPaused),
        Command::Resume => assert!(matches!(to, Status::Started | Status::StartedAndWaiting)),
        Command::Finish => assert_eq!(to, Status::Finished),
        Command::Cancel if from.is_started() => assert_eq!(to, Status::CancelledAfterStart),
        Command::Cancel => assert_eq!(to, Status::CancelledBeforeStart),
        Command::Restore => assert!(from.is_ended() && !to.is_ended() && after.ending().is_none()),
        Command::Expire if from.is_started() => assert_eq!(to, Status::Finished),
        Command::Expire => assert_eq!(to, Status::CancelledAfterStart),
        Command::Edit(plan) => assert_eq!(after.plan(), &**plan),
    }
    if to.is_ended() && !from.is_ended() {
        let ending = after.ending().expect("an ended conference knows its end");
        let external = (command, by) == (&Command::Cancel, &Actor::Booking);
        assert_eq!((ending.at, ending.from, ending.external), (now, from, external));
    }
    assert_eq!(
        after.joined(),
        &joined_after(command, by, before),
        "only who asks, or is taken off, comes in or goes out"
    );
    if !matches!(command, Command::Edit(_)) {
        assert_eq!(after.plan(), before.plan());
        assert_ne!((from, before.joined()), (to, after.joined()), "OK and nothing has changed");
    }
    assert_eq!(after.durations(now), before.durations(now), "a command takes no time");
}

fn joined_after(command: &Command, by: &Actor, before: &Conference) -> BTreeSet<Participant> {
    let mut joined = before.joined().clone();
    match (command, by) {
        (Command::Join, Actor::Participant(who)) => assert!(joined.insert(who.clone())),
        (Command::Leave, Actor::Participant(who)) => assert!(joined.remove(who)),
        (Command::Join | Command::Leave, _) => panic!("only people come and go"),
        (Command::Edit(plan), _) => joined.retain(|who| plan.roster.contains(who)),
        _ => {}
    }
    joined
}
