use super::*;
use crate::Role;
use proptest::prelude::*;
use time::macros::datetime;

const NOON: OffsetDateTime = datetime!(2026-11-21 12:00 UTC);

fn plan(specialists: &[(&str, bool)], clients: &[&str], is_open: bool) -> Plan {
    let specialists =
        specialists.iter().map(|(id, required)| PlannedSpecialist { id: (*id).into(), required: *required });
    Plan {
        roster: Roster {
            specialists: specialists.collect(),
            clients: clients.iter().map(|id| (*id).into()).collect(),
        },
        is_open,
        scheduled_start: NOON,
        scheduled_duration: Duration::from_secs(1800),
        opening_window: Duration::from_secs(900),
    }
}

fn pair() -> Conference {
    Conference::new(plan(&[("d", false)], &["p"], false))
}

fn at(seconds: i64) -> OffsetDateTime {
    NOON + time::Duration::seconds(seconds)
}

fn doctor() -> Actor {
    Actor::Participant(Participant::specialist("d"))
}

fn patient() -> Actor {
    Actor::Participant(Participant::client("p"))
}

fn started_pair() -> Conference {
    let mut conference = pair();
    for (command, by) in [(Command::Open, doctor()), (Command::Join, doctor()), (Command::Join, patient())] {
        conference.apply(command, &by, at(0)).unwrap();
    }
    assert_eq!(conference.status(), Status::Started);
    conference
}

#[test]
fn opens_within_its_window_only() {
    let mut conference = pair();
    assert_eq!(conference.apply(Command::Open, &doctor(), at(-901)), Err(Refusal::CannotOpen));
    assert_eq!(conference.apply(Command::Open, &patient(), at(0)), Err(Refusal::NotASpecialist));
    assert!(conference.apply(Command::Open, &doctor(), at(-900)).is_ok());
    assert_eq!(conference.apply(Command::Open, &doctor(), at(0)), Err(Refusal::CannotOpen));
}

#[test]
fn an_open_conference_starts_without_being_opened() {
    let mut conference = Conference::new(plan(&[("d", false)], &["p"], true));
    conference.apply(Command::Join, &patient(), at(0)).unwrap();
    assert_eq!(conference.status(), Status::Pending);
    conference.apply(Command::Join, &doctor(), at(1)).unwrap();
    assert_eq!((conference.status(), conference.started_at()), (Status::Started, Some(at(1))));
}

#[test]
fn waits_for_whoever_is_needed_and_left() {
    let mut conference = started_pair();
    conference.apply(Command::Leave, &patient(), at(10)).unwrap();
    assert_eq!(conference.status(), Status::StartedAndWaiting);
    conference.apply(Command::Join, &patient(), at(20)).unwrap();
    assert_eq!(conference.status(), Status::Started);
}

#[test]
fn goes_on_without_a_specialist_who_is_not_required() {
    let mut conference = Conference::new(plan(&[("d", true), ("x", false)], &["p"], true));
    let second = Actor::Participant(Participant::specialist("x"));
    conference.apply(Command::Join, &second, at(0)).unwrap();
    conference.apply(Command::Join, &patient(), at(0)).unwrap();
    assert_eq!(conference.status(), Status::Pending, "the required specialist is not in");
    conference.apply(Command::Join, &doctor(), at(0)).unwrap();
    conference.apply(Command::Leave, &second, at(1)).unwrap();
    assert_eq!(conference.status(), Status::Started);
    conference.apply(Command::Leave, &doctor(), at(2)).unwrap();
    assert_eq!(conference.status(), Status::StartedAndWaiting);
}

#[test]
fn a_specialist_starts_without_a_client_who_never_came() {
    let mut conference = Conference::new(plan(&[("d", false)], &["p", "q"], false));
    conference.apply(Command::Open, &doctor(), at(0)).unwrap();
    assert_eq!(conference.apply(Command::Start, &doctor(), at(1)), Err(Refusal::SpecialistNotJoined));
    conference.apply(Command::Join, &doctor(), at(1)).unwrap();
    assert_eq!(conference.apply(Command::Start, &doctor(), at(1)), Err(Refusal::NotReady));
    conference.apply(Command::Join, &patient(), at(2)).unwrap();
    conference.apply(Command::Start, &doctor(), at(3)).unwrap();
    assert_eq!(conference.status(), Status::Started);
    assert_eq!(conference.apply(Command::Start, &doctor(), at(4)), Err(Refusal::CannotStart));
}

#[test]
fn a_user_id_counts_only_with_its_role() {
    let mut conference = Conference::new(plan(&[("1", false)], &["1"], true));
    conference.apply(Command::Join, &Actor::Participant(Participant::client("1")), at(0)).unwrap();
    assert_eq!(conference.status(), Status::Pending);
    conference.apply(Command::Join, &Actor::Participant(Participant::specialist("1")), at(0)).unwrap();
    assert_eq!(conference.status(), Status::Started);
}

#[test]
fn counts_net_dirty_and_real_time() {
    let mut conference = started_pair();
    let s = Duration::from_secs;
    conference.apply(Command::Pause, &doctor(), at(10)).unwrap();
    conference.apply(Command::Resume, &doctor(), at(30)).unwrap();
    conference.apply(Command::Leave, &patient(), at(40)).unwrap();
    conference.apply(Command::Leave, &doctor(), at(50)).unwrap();
    let durations = conference.durations(at(60));
    assert_eq!(durations, Durations { net: s(40), dirty: s(60), real: s(50) });
    assert_eq!(conference.expected_end(at(60)), at(60 + 1800 - 40));
    conference.apply(Command::Finish, &doctor(), at(70)).unwrap();
    assert_eq!(conference.durations(at(9999)), Durations { net: s(50), dirty: s(70), real: s(50) });
    assert_eq!(conference.expected_end(at(9999)), at(70));
}

#[test]
fn restores_for_three_minutes_to_where_it_was() {
    let mut conference = started_pair();
    conference.apply(Command::Pause, &doctor(), at(10)).unwrap();
    conference.apply(Command::Finish, &doctor(), at(20)).unwrap();
    assert_eq!(conference.decide(Command::Restore, &doctor(), at(201)), Err(Refusal::RestoreTimedOut));
    assert_eq!(conference.decide(Command::Restore, &patient(), at(100)), Err(Refusal::NotASpecialist));
    conference.apply(Command::Restore, &doctor(), at(200)).unwrap();
    assert_eq!((conference.status(), conference.ending()), (Status::StartedAndPaused, None));
    assert_eq!(conference.durations(at(210)).dirty, Duration::from_secs(30), "the gap does not count");
}

#[test]
fn a_restore_does_not_bring_back_people_who_left_after_the_end() {
    let mut conference = started_pair();
    conference.apply(Command::Finish, &doctor(), at(20)).unwrap();
    conference.apply(Command::Leave, &patient(), at(25)).unwrap();
    conference.apply(Command::Restore, &doctor(), at(30)).unwrap();
    assert_eq!(conference.status(), Status::StartedAndWaiting);
}

#[test]
fn an_external_cancel_is_final() {
    let mut conference = pair();
    conference.apply(Command::Cancel, &Actor::Booking, at(0)).unwrap();
    assert_eq!(conference.status(), Status::CancelledBeforeStart);
    assert_eq!(conference.apply(Command::Restore, &doctor(), at(1)), Err(Refusal::RestoreTimedOut));
}

#[test]
fn expires_by_its_schedule() {
    let mut never_started = pair();
    assert!(never_started.apply(Command::Expire, &Actor::Clock, at(1799)).is_err());
    never_started.apply(Command::Expire, &Actor::Clock, at(1800)).unwrap();
    assert_eq!(never_started.status(), Status::CancelledAfterStart);
    let mut started = started_pair();
    started.apply(Command::Expire, &Actor::Clock, at(1800)).unwrap();
    assert_eq!(started.status(), Status::Finished);
}

fn any_command() -> impl Strategy<Value = Command> {
    use Command::*;
    // Mostly the everyday commands, or hardly any sequence gets past the first end.
    prop_oneof![
        8 => Just(Join), 4 => Just(Leave), 4 => Just(Open), 2 => Just(Start), 3 => Just(Pause), 3 => Just(Resume),
        1 => Just(Finish), 1 => Just(Cancel), 2 => Just(Restore), 1 => Just(Expire),
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
            Change::Moved { .. } | Change::Ended { .. } => assert!(is_a_step(from, to), "{from:?} -> {to:?}"),
        }
    }
    assert_ne!((before.status(), before.joined()), (conference.status(), conference.joined()));
}

fn check_state(conference: &Conference, now: OffsetDateTime) {
    let durations = conference.durations(now);
    assert!(durations.net <= durations.dirty && durations.real <= durations.dirty);
    assert_eq!(conference.ending().is_some(), conference.status().is_ended());
    assert!(conference.joined().iter().all(|who| conference.plan().roster.contains(who)));
    if conference.status().is_started() {
        assert!(conference.started_at().is_some());
    }
    if conference.status() == Status::Started {
        assert!(conference.plan().roster.specialists.is_empty() || !conference.joined().is_empty());
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
