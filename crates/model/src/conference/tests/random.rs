//! Random days, also with a clock that is set back.

use super::*;
use crate::Role;
use proptest::prelude::*;

fn any_command() -> impl Strategy<Value = Command> {
    use Command::*;
    // Mostly the everyday commands, or hardly any sequence gets past the first end.
    prop_oneof![
        8 => Just(Join), 4 => Just(Leave), 4 => Just(Open), 2 => Just(Start), 3 => Just(Pause), 3 => Just(Resume),
        1 => Just(Finish), 1 => Just(Cancel), 2 => Just(Restore), 1 => Just(Expire),
        1 => any_plan().prop_map(|plan| Edit(Box::new(plan))),
    ]
}

fn any_actor() -> impl Strategy<Value = Actor> {
    let ids = prop::sample::select(vec!["a", "b", "c", "stranger"]);
    let role = prop::sample::select(vec![Role::Client, Role::Specialist]);
    prop_oneof![
        20 => (role, ids).prop_map(|(role, id)| Actor::Participant(Participant { role, id: id.into() })),
        1 => Just(Actor::Booking),
        1 => Just(Actor::Clock),
    ]
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let flags = prop::collection::vec(any::<bool>(), 0..3);
    (flags, 0usize..3, any::<bool>()).prop_map(|(flags, clients, is_open)| {
        let specialists: Vec<_> = ["a", "b", "c"].into_iter().zip(flags).collect();
        plan(&specialists, &["a", "b", "c"][..clients], is_open)
    })
}

const fn is_a_step(from: Status, to: Status) -> bool {
    use Status::*;
    match (from, to) {
        (Pending, OpenForJoining | Started) | (OpenForJoining, Started) => true,
        (Pending | OpenForJoining, CancelledBeforeStart | CancelledAfterStart) => true,
        (Started, StartedAndWaiting | StartedAndPaused) => true,
        (StartedAndWaiting, Started) | (StartedAndPaused, Started | StartedAndWaiting) => true,
        (from, Finished | CancelledAfterStart) => from.is_started(),
        _ => false,
    }
}

fn check_step(before: &Conference, events: &[Event]) {
    assert!(!events.is_empty(), "Ok means that something changed");
    let mut conference = before.clone();
    for event in events {
        let from = conference.status();
        conference.evolve(event);
        let to = conference.status();
        match event.change {
            Change::Restored { .. } => assert!(from.is_ended() && !to.is_ended()),
            Change::Joined { .. } => assert!(!from.is_ended() && from == to),
            Change::Left { .. } => assert_eq!(from, to),
            Change::Edited { .. } => assert!(!from.is_ended() && from == to),
            Change::Moved { .. } | Change::Ended { .. } => assert!(is_a_step(from, to), "{from:?} -> {to:?}"),
        }
    }
    if !matches!(events[0].change, Change::Edited { .. }) {
        assert_ne!((before.status(), before.joined()), (conference.status(), conference.joined()));
    }
}

fn check_state(conference: &Conference, now: OffsetDateTime) {
    let durations = conference.durations(now);
    assert!(durations.net <= durations.dirty && durations.real <= durations.dirty);
    assert!(durations.both_present <= durations.net.min(durations.real));
    assert_eq!(conference.ending().is_some(), conference.status().is_ended());
    assert!(conference.joined().iter().all(|who| conference.plan().roster.contains(who)));
    if conference.status().is_started() {
        assert!(conference.started_at().is_some());
    }
    if conference.status() == Status::Started {
        assert!(!conference.joined().is_empty());
    }
    if matches!(conference.status(), Status::Pending | Status::OpenForJoining) {
        assert!(!conference.is_everyone_in() || conference.started_at().is_none());
    }
}

proptest! {
    #[test]
    fn random_days_keep_the_rules(
        plan in any_plan(),
        steps in prop::collection::vec((any_command(), any_actor(), -20i64..400), 1..60),
    ) {
        let mut conference = Conference::new(plan.clone());
        let (mut now, mut history, mut last) = (NOON, Vec::new(), Durations::default());
        for (command, by, passed) in steps {
            // Negative: a clock that is set back.
            now += time::Duration::seconds(passed);
            let before = conference.clone();
            match conference.apply(command, &by, now) {
                Ok(events) => {
                    check_step(&before, &events);
                    history.extend(events);
                }
                Err(_) => prop_assert_eq!(&conference, &before, "a refusal changes nothing"),
            }
            check_state(&conference, now);
            let durations = conference.durations(now);
            if passed >= 0 {
                prop_assert!(durations.net >= last.net && durations.dirty >= last.dirty && durations.real >= last.real);
            }
            last = conference.durations(now);
        }
        let text = serde_json::to_string(&history).unwrap();
        let stored: Vec<Event> = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(Conference::replay(plan, &stored), conference, "it survives a restart");
    }
}
