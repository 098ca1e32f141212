//! A changed plan and what follows from it.

use super::*;

fn edit(plan: Plan) -> Command {
    Command::Edit(Box::new(plan))
}

#[test]
fn who_is_taken_off_is_no_longer_waited_for() {
    let mut conference = started_pair();
    conference.apply(Command::Leave, &patient(), at(10)).unwrap();
    assert_eq!(conference.status(), Status::StartedAndWaiting);
    let without = plan(&[("d", false)], &[], false);
    let events = conference.apply(edit(without.clone()), &Actor::Booking, at(20)).unwrap();
    let changes: Vec<_> = events.into_iter().map(|event| event.change).collect();
    assert_eq!(changes, [Change::Edited { plan: without }, Change::Moved { to: Status::Started }]);
    assert_eq!(conference.apply(Command::Join, &patient(), at(21)), Err(Refusal::NotAParticipant));
}

#[test]
fn it_starts_when_the_one_it_waited_for_is_taken_off() {
    let mut conference = Conference::new(plan(&[("d", false)], &["p", "q"], true));
    conference.apply(Command::Join, &doctor(), at(0)).unwrap();
    conference.apply(Command::Join, &patient(), at(0)).unwrap();
    conference.apply(edit(plan(&[("d", false)], &["p"], true)), &doctor(), at(5)).unwrap();
    assert_eq!((conference.status(), conference.started_at()), (Status::Started, Some(at(5))));
}

#[test]
fn a_plan_alone_starts_nothing() {
    let mut conference = pair();
    conference.apply(edit(plan(&[], &[], true)), &Actor::Booking, at(0)).unwrap();
    assert_eq!(conference.status(), Status::Pending);
    let mut left = started_pair();
    left.apply(Command::Leave, &patient(), at(1)).unwrap();
    left.apply(Command::Leave, &doctor(), at(1)).unwrap();
    left.apply(edit(plan(&[], &[], true)), &Actor::Booking, at(2)).unwrap();
    assert_eq!(left.status(), Status::StartedAndWaiting, "nobody is in");
}

#[test]
fn it_waits_for_a_specialist_who_becomes_required_but_not_for_a_new_client() {
    let mut conference = started_pair();
    conference.apply(edit(plan(&[("d", false)], &["p", "q"], false)), &Actor::Booking, at(1)).unwrap();
    assert_eq!(conference.status(), Status::Started, "q was never in");
    conference
        .apply(edit(plan(&[("d", false), ("x", true)], &["p"], false)), &Actor::Booking, at(2))
        .unwrap();
    assert_eq!(conference.status(), Status::StartedAndWaiting);
}

#[test]
fn whoever_is_in_and_taken_off_leaves_first() {
    let mut conference = started_pair();
    let other = plan(&[("d", false)], &["q"], false);
    let events = conference.apply(edit(other.clone()), &Actor::Booking, at(1)).unwrap();
    assert!(events.iter().all(|event| event.by == Actor::Booking && event.at == at(1)));
    let changes: Vec<_> = events.into_iter().map(|event| event.change).collect();
    let left = Change::Left { who: Participant::client("p") };
    assert_eq!(changes, [left, Change::Edited { plan: other }], "nobody waits for who is taken off");
    assert_eq!(conference.status(), Status::Started);
    assert_eq!(conference.joined(), &[Participant::specialist("d")].into());
    assert_eq!(conference.durations(at(5)).both_present, Duration::from_secs(1));
}

#[test]
fn it_waits_when_its_only_specialist_is_taken_off() {
    let mut conference = started_pair();
    let events = conference.apply(edit(plan(&[("x", false)], &["p"], false)), &doctor(), at(1)).unwrap();
    assert_eq!(events.last().unwrap().change, Change::Moved { to: Status::StartedAndWaiting });
    assert_eq!(conference.apply(Command::Finish, &doctor(), at(2)), Err(Refusal::NotAParticipant));
}

#[test]
fn everybody_may_be_taken_off_a_pause() {
    let mut conference = started_pair();
    conference.apply(Command::Pause, &doctor(), at(1)).unwrap();
    conference.apply(edit(plan(&[("x", false)], &["q"], false)), &Actor::Booking, at(2)).unwrap();
    assert_eq!(conference.status(), Status::StartedAndPaused);
    assert!(conference.joined().is_empty());
}

#[test]
fn an_ended_one_is_not_edited() {
    for end in [Command::Finish, Command::Cancel] {
        let mut conference = started_pair();
        conference.apply(end, &doctor(), at(1)).unwrap();
        let same = edit(conference.plan().clone());
        assert_eq!(conference.apply(same, &Actor::Booking, at(2)), Err(Refusal::CannotEdit));
    }
}

#[test]
fn only_specialists_and_the_booking_system_edit() {
    let conference = pair();
    let same = edit(conference.plan().clone());
    assert_eq!(conference.decide(same.clone(), &patient(), at(0)), Err(Refusal::NotASpecialist));
    assert_eq!(conference.decide(same.clone(), &Actor::Clock, at(0)), Err(Refusal::NotAParticipant));
    assert!(conference.decide(same.clone(), &doctor(), at(0)).is_ok());
    assert!(conference.decide(same, &Actor::Booking, at(0)).is_ok());
}

#[test]
fn a_longer_plan_moves_the_expected_end() {
    let mut conference = started_pair();
    let mut longer = conference.plan().clone();
    longer.scheduled_duration += Duration::from_secs(600);
    conference.apply(edit(longer), &doctor(), at(100)).unwrap();
    assert_eq!(conference.expected_end(at(100)), at(2400));
}

#[test]
fn a_client_who_is_planned_twice_is_one_client() {
    let mut conference = Conference::new(plan(&[("d", false)], &["p", "p"], true));
    conference.apply(Command::Join, &doctor(), at(0)).unwrap();
    conference.apply(Command::Join, &patient(), at(0)).unwrap();
    assert_eq!(conference.status(), Status::Started);
}
