//! When the clock ends a conference.

use super::*;

const HOUR: i64 = OVERTIME.as_secs() as i64;

#[test]
fn one_that_never_started_is_cancelled_at_its_planned_end() {
    let mut conference = pair();
    assert_eq!(conference.apply(Command::Expire, &Actor::Clock, at(1799)), Err(Refusal::WrongStatusChange));
    conference.apply(Command::Expire, &Actor::Clock, at(1800)).unwrap();
    assert_eq!(conference.status(), Status::CancelledAfterStart);
    assert_eq!(conference.apply(Command::Expire, &Actor::Clock, at(1800)), Err(Refusal::WrongStatusChange));
}

#[test]
fn an_empty_one_that_started_finishes_at_its_planned_end() {
    let mut conference = started_pair();
    conference.apply(Command::Leave, &patient(), at(10)).unwrap();
    conference.apply(Command::Leave, &doctor(), at(10)).unwrap();
    assert_eq!(conference.expires_at(), at(1800));
    conference.apply(Command::Expire, &Actor::Clock, at(1800)).unwrap();
    assert_eq!(conference.status(), Status::Finished);
}

#[test]
fn people_who_are_in_may_run_over() {
    let mut conference = started_pair();
    assert!(conference.decide(Command::Expire, &Actor::Clock, at(1800 + HOUR - 1)).is_err());
    conference.apply(Command::Expire, &Actor::Clock, at(1800 + HOUR)).unwrap();
    assert_eq!(conference.status(), Status::Finished);
}

#[test]
fn a_late_start_has_its_whole_time() {
    let mut conference = Conference::new(plan(&[("d", false)], &["p"], true));
    conference.apply(Command::Join, &doctor(), at(1000)).unwrap();
    assert_eq!(conference.expires_at(), at(1800 + HOUR), "somebody waits");
    conference.apply(Command::Join, &patient(), at(1000)).unwrap();
    assert_eq!(conference.expires_at(), at(1000 + 1800 + HOUR));
}

#[test]
fn a_late_start_has_its_whole_time_also_when_everybody_is_out_for_a_moment() {
    let mut conference = Conference::new(plan(&[("d", false)], &["p"], true));
    conference.apply(Command::Join, &doctor(), at(1000)).unwrap();
    conference.apply(Command::Join, &patient(), at(1000)).unwrap();
    conference.apply(Command::Leave, &doctor(), at(1100)).unwrap();
    conference.apply(Command::Leave, &patient(), at(1100)).unwrap();
    assert_eq!(conference.expires_at(), at(1000 + 1800));
}

#[test]
fn a_pause_moves_the_end() {
    let mut conference = started_pair();
    conference.apply(Command::Pause, &doctor(), at(100)).unwrap();
    assert_eq!(conference.expires_at(), at(1800 + 24 * HOUR), "somebody is in");
    conference.apply(Command::Resume, &doctor(), at(700)).unwrap();
    assert_eq!(conference.expires_at(), at(1800 + 600 + HOUR));
    conference.apply(Command::Leave, &doctor(), at(800)).unwrap();
    conference.apply(Command::Leave, &patient(), at(800)).unwrap();
    assert_eq!(conference.expires_at(), at(1800 + 600));
}

#[test]
fn a_pause_that_everybody_has_left_ends() {
    let mut conference = started_pair();
    conference.apply(Command::Pause, &doctor(), at(100)).unwrap();
    conference.apply(Command::Leave, &doctor(), at(160)).unwrap();
    conference.apply(Command::Leave, &patient(), at(400)).unwrap();
    assert_eq!(conference.expires_at(), at(1800 + 300), "the pause up to the last leave");
    conference.apply(Command::Expire, &Actor::Clock, at(1800 + 300)).unwrap();
    assert_eq!(conference.status(), Status::Finished);
}

#[test]
fn a_restore_past_the_planned_end_is_not_undone_at_once() {
    let mut conference = started_pair();
    conference.apply(Command::Leave, &patient(), at(1790)).unwrap();
    conference.apply(Command::Leave, &doctor(), at(1790)).unwrap();
    conference.apply(Command::Expire, &Actor::Clock, at(1800)).unwrap();
    conference.apply(Command::Restore, &doctor(), at(1900)).unwrap();
    assert!(conference.decide(Command::Expire, &Actor::Clock, at(1900 + 179)).is_err());
    assert!(conference.decide(Command::Expire, &Actor::Clock, at(1900 + 180)).is_ok());
}

#[test]
fn nobody_who_takes_part_speaks_for_the_clock() {
    assert!(pair().decide(Command::Expire, &doctor(), at(9999)).is_err());
}
