use super::*;
use time::macros::datetime;

mod edit;
mod expiry;
mod gaps;
mod random;

const NOON: OffsetDateTime = datetime!(2026-11-21 12:00 UTC);

fn plan(specialists: &[(&str, bool)], clients: &[&str], is_open: bool) -> Plan {
    let specialists =
        specialists.iter().map(|(id, required)| PlannedSpecialist { id: (*id).into(), required: *required });
    Plan {
        roster: Roster {
            specialists: specialists.collect(),
            clients: clients.iter().map(|id| (*id).into()).collect(),
            guests: Vec::new(),
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
    assert_eq!(durations, Durations { net: s(40), dirty: s(60), real: s(50), both_present: s(20) });
    assert_eq!(conference.expected_end(at(60)), at(60 + 1800 - 40));
    conference.apply(Command::Finish, &doctor(), at(70)).unwrap();
    assert_eq!(
        conference.durations(at(9999)),
        Durations { net: s(50), dirty: s(70), real: s(50), both_present: s(20) }
    );
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
