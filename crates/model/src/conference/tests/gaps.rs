//! When they could not talk.

use super::*;

fn gap(from: i64, to: impl Into<Option<i64>>, reason: GapReason) -> Gap {
    Gap { from: at(from), to: to.into().map(at), reason }
}

#[test]
fn a_pause_is_a_gap_that_lasts_until_it_is_resumed() {
    let mut conference = started_pair();
    conference.apply(Command::Pause, &doctor(), at(10)).unwrap();
    assert_eq!(conference.gaps(at(10)), [], "no time has passed yet");
    assert_eq!(conference.gaps(at(15)), [gap(10, None, GapReason::Paused)]);
    conference.apply(Command::Resume, &doctor(), at(20)).unwrap();
    assert_eq!(conference.gaps(at(99)), [gap(10, 20, GapReason::Paused)]);
}

#[test]
fn whoever_is_out_makes_one_gap_however_many_leave() {
    let mut conference = started_pair();
    conference.apply(Command::Leave, &patient(), at(10)).unwrap();
    conference.apply(Command::Leave, &doctor(), at(12)).unwrap();
    conference.apply(Command::Join, &patient(), at(14)).unwrap();
    assert_eq!(conference.gaps(at(15)), [gap(10, None, GapReason::Absent)]);
    conference.apply(Command::Join, &doctor(), at(20)).unwrap();
    assert_eq!(conference.gaps(at(30)), [gap(10, 20, GapReason::Absent)]);
    assert_eq!(conference.durations(at(30)).both_present, Duration::from_secs(20));
}

#[test]
fn an_end_is_a_gap_only_when_it_is_taken_back() {
    let mut conference = started_pair();
    conference.apply(Command::Finish, &doctor(), at(10)).unwrap();
    conference.apply(Command::Leave, &patient(), at(15)).unwrap();
    assert_eq!(conference.gaps(at(20)), []);
    conference.apply(Command::Restore, &doctor(), at(30)).unwrap();
    let expected = [gap(10, 30, GapReason::Ended), gap(30, None, GapReason::Absent)];
    assert_eq!(conference.gaps(at(35)), expected);
}

#[test]
fn a_restore_that_is_ended_in_the_same_second_leaves_its_gap() {
    let mut conference = started_pair();
    conference.apply(Command::Finish, &doctor(), at(10)).unwrap();
    conference.apply(Command::Restore, &doctor(), at(30)).unwrap();
    conference.apply(Command::Finish, &doctor(), at(30)).unwrap();
    assert_eq!(conference.gaps(at(50)), [gap(10, 30, GapReason::Ended)]);
    conference.apply(Command::Restore, &doctor(), at(60)).unwrap();
    assert_eq!(conference.gaps(at(60)), [gap(10, 60, GapReason::Ended)]);
}

#[test]
fn what_never_started_was_not_interrupted() {
    let mut conference = pair();
    conference.apply(Command::Open, &doctor(), at(0)).unwrap();
    conference.apply(Command::Cancel, &patient(), at(10)).unwrap();
    conference.apply(Command::Restore, &doctor(), at(20)).unwrap();
    conference.apply(Command::Join, &doctor(), at(30)).unwrap();
    assert_eq!(conference.gaps(at(40)), []);
    conference.apply(Command::Join, &patient(), at(50)).unwrap();
    assert_eq!(conference.gaps(at(60)), []);
}

#[test]
fn a_clock_that_is_set_back_makes_no_gap_overlap() {
    let mut conference = started_pair();
    conference.apply(Command::Pause, &doctor(), at(100)).unwrap();
    conference.apply(Command::Resume, &doctor(), at(50)).unwrap();
    assert_eq!(conference.gaps(at(60)), [], "the pause took no time by this clock");
    conference.apply(Command::Finish, &doctor(), at(70)).unwrap();
    conference.apply(Command::Restore, &doctor(), at(130)).unwrap();
    assert_eq!(conference.gaps(at(130)), [gap(100, 130, GapReason::Ended)]);
    assert_eq!(conference.durations(at(130)).dirty, Duration::from_secs(100));
}
