//! The log of a call in each of its branches.

use super::*;
use EventKind::{Created, Declined, Ended, Join, Leave, Missed};
use time::macros::datetime;

const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);
const LOUD: Quiet<'static> = &|_| false;
const ME: PartyId = PartyId::CREATOR;
const A: PartyId = PartyId(1);
const B: PartyId = PartyId(2);

fn at(seconds: i64) -> OffsetDateTime {
    NOW + Duration::seconds(seconds)
}

fn setup(invited: usize) -> Setup {
    Setup {
        carrier: Carrier::Own,
        invited: vec![Way::Ring; invited],
        planned: None,
        by_broker: false,
        rings_for: RING,
    }
}

/// A call in which whoever calls is in.
fn call(invited: usize) -> Ringing {
    let mut call = Ringing::new(setup(invited), NOW, LOUD);
    call.came(ME, NOW, LOUD);
    assert_eq!(call.take_news(), [(Created, ME), (Join, ME)]);
    call
}

#[test]
fn the_documented_example() {
    let mut call = Ringing::new(setup(1), NOW, LOUD);
    call.came(ME, at(1), LOUD);
    call.accept(A, at(2), LOUD).unwrap();
    call.came(A, at(3), LOUD);
    assert_eq!(call.take_news(), [(Created, ME), (Join, ME), (Join, A)]);
    assert_eq!(call.next_timeout(), None);
}

#[test]
fn a_second_device_comes_too_late() {
    let mut call = call(1);
    call.accept(A, at(1), LOUD).unwrap();
    assert_eq!(call.accept(A, at(1), LOUD), Err(NotTaken::AnsweredElsewhere));
    call.decline(A, false, at(1));
    call.came(A, at(2), LOUD);
    assert_eq!(call.accept(A, at(2), LOUD), Err(NotTaken::AnsweredElsewhere));
    assert_eq!(call.take_news(), [(Join, A)]);
}

#[test]
fn declined_and_busy() {
    for busy in [false, true] {
        let mut call = call(2);
        call.decline(A, busy, at(1));
        call.decline(A, busy, at(1));
        assert_eq!(call.place(A), Place::Declined { busy });
        assert_eq!(call.accept(A, at(2), LOUD), Err(NotTaken::Over));
        assert_eq!(call.take_news(), [(Declined, A)]);
        assert!(call.place(B).rings());
    }
}

#[test]
fn a_clinic_says_for_how_long_it_rings() {
    let short = Duration::seconds(8);
    let mut call = Ringing::new(Setup { rings_for: short, ..setup(2) }, NOW, LOUD);
    call.came(ME, NOW, LOUD);
    call.accept(B, at(7), LOUD).unwrap();
    assert_eq!(call.next_timeout(), Some(NOW + short));
    call.expire(NOW + short, LOUD);
    assert_eq!(call.take_news(), [(Created, ME), (Join, ME), (Missed, A)]);
    assert_eq!(call.next_timeout(), Some(at(7) + RING), "whoever has accepted has the usual time to come in");
    let kept = serde_json::to_value(&call).unwrap();
    assert_eq!(serde_json::from_value::<Ringing>(kept).unwrap().rings_for_seconds, 8);
}

#[test]
fn it_rings_for_so_long_and_is_missed() {
    let mut call = call(1);
    assert_eq!(call.next_timeout(), Some(NOW + RING));
    call.expire(NOW + RING - Duration::MILLISECOND, LOUD);
    assert_eq!(call.take_news(), []);
    call.expire(NOW + RING, LOUD);
    assert_eq!(call.take_news(), [(Missed, A)]);
    assert_eq!(call.next_timeout(), None, "whoever calls is in and may go on waiting");
    assert_eq!(call.accept(A, at(60), LOUD), Err(NotTaken::Over), "the ring is over");
    call.came(A, at(61), LOUD);
    call.went(ME, at(62));
    call.went(A, at(63));
    assert_eq!(call.take_news(), [(Join, A), (Leave, ME), (Leave, A), (Ended, ME)]);
    assert_eq!(call.stage(), Stage::Ended { cancelled: false });
}

#[test]
fn whoever_accepts_and_does_not_come_has_missed_it() {
    let mut call = call(1);
    call.accept(A, at(40), LOUD).unwrap();
    call.expire(at(84), LOUD);
    assert_eq!(call.take_news(), []);
    call.expire(at(85), LOUD);
    assert_eq!(call.take_news(), [(Missed, A)]);
}

#[test]
fn whoever_takes_what_did_not_ring_takes_it_on_one_device_and_misses_it_once() {
    let mut call = Ringing::new(setup(1), NOW, &|party| party == A);
    assert_eq!(call.accept(A, at(1), LOUD), Err(NotTaken::Over), "nobody is in");
    call.came(ME, at(1), LOUD);
    assert_eq!(call.take_news(), [(Created, ME), (Missed, A), (Join, ME)]);
    let before = call.place(A);
    call.accept(A, at(50), LOUD).unwrap();
    assert_eq!(call.accept(A, at(51), LOUD), Err(NotTaken::AnsweredElsewhere));
    assert_eq!(call.next_timeout(), Some(at(50) + RING));
    call.expire(at(50) + RING, LOUD);
    assert_eq!((call.place(A), call.take_news()), (before, vec![]));
    call.accept(A, at(100), LOUD).unwrap();
    call.came(A, at(101), LOUD);
    assert_eq!(call.take_news(), [(Join, A)]);
}

#[test]
fn a_ring_that_is_over_is_not_taken_whether_anybody_has_looked_or_not() {
    for carrier in [Carrier::Own, Carrier::Visit] {
        let mut call = Ringing::new(Setup { carrier, ..setup(2) }, NOW, LOUD);
        call.came(ME, NOW, LOUD);
        call.came(B, at(1), LOUD);
        assert_eq!(call.accept(A, NOW + RING, LOUD), Err(NotTaken::Over), "nobody has looked yet");
        call.expire(NOW + RING, LOUD);
        assert_eq!(call.accept(A, NOW + RING, LOUD), Err(NotTaken::Over));
        assert_eq!(call.accept(A, NOW + Duration::DAY, LOUD), Err(NotTaken::Over));
        assert!(!call.is_ended(), "others go on");
    }
    let setup = Setup { carrier: Carrier::Visit, ..setup(2) };
    let mut call = Ringing::new(setup, NOW, &|party| party == A);
    call.came(B, at(1), LOUD);
    assert_eq!(call.accept(A, at(2), LOUD), Err(NotTaken::Over), "it never rang, and there is no way in");
}

#[test]
fn cancelled_before_anybody_came() {
    let mut call = call(2);
    call.accept(B, at(1), LOUD).unwrap();
    call.cancel(at(2));
    assert_eq!(call.take_news(), [(Missed, A), (Missed, B), (Leave, ME), (Ended, ME)]);
    assert_eq!(call.stage(), Stage::Ended { cancelled: true });
    assert_eq!(call.accept(A, at(3), LOUD), Err(NotTaken::Over));
    call.came(A, at(3), LOUD);
    call.cancel(at(3));
    assert_eq!(call.take_news(), []);
}

#[test]
fn cancelled_when_somebody_is_in() {
    let mut call = call(2);
    call.came(A, at(1), LOUD);
    call.cancel(at(2));
    assert_eq!(call.take_news(), [(Join, A), (Missed, B)]);
    assert!(!call.is_ended());
}

#[test]
fn whoever_calls_and_leaves_gives_up() {
    let mut call = call(1);
    call.went(ME, at(5));
    assert_eq!(call.take_news(), [(Leave, ME), (Missed, A), (Ended, ME)]);
    assert_eq!(call.stage(), Stage::Ended { cancelled: true });
}

#[test]
fn it_rings_on_for_those_who_are_in() {
    let mut call = call(2);
    call.came(A, at(1), LOUD);
    call.went(ME, at(2));
    assert!(call.place(B).rings());
    call.conference_over();
    assert_eq!(call.take_news(), [(Join, A), (Leave, ME), (Missed, B), (Leave, A), (Ended, ME)]);
}

#[test]
fn it_does_not_ring_for_whoever_is_not_to_be_disturbed() {
    let mut call = Ringing::new(setup(2), NOW, &|party| party == A);
    assert_eq!(call.take_news(), [(Created, ME), (Missed, A)]);
    assert_eq!((call.place(A), call.place(B).rings()), (Place::Missed(Miss::Undisturbed), true));
}

#[test]
fn nobody_comes_at_all() {
    let mut call = Ringing::new(setup(1), NOW, LOUD);
    call.decline(A, false, at(1));
    assert_eq!(call.next_timeout(), Some(NOW + RING), "whoever calls may be on the way");
    call.expire(NOW + RING, LOUD);
    assert_eq!(call.take_news(), [(Created, ME), (Declined, A), (Ended, ME)]);
}

#[test]
fn a_broker_s_call_rings_for_whoever_it_is_for_once_somebody_has_answered() {
    let broker = || Ringing::new(Setup { by_broker: true, ..setup(2) }, NOW, LOUD);
    let mut call = broker();
    assert_eq!(call.place(ME), Place::Later(Way::Ring));
    call.accept(A, at(10), LOUD).unwrap();
    assert_eq!(call.place(ME), Place::Rings { until: at(10) + RING });
    call.came(A, at(11), LOUD);
    call.accept(ME, at(12), LOUD).unwrap();
    call.came(ME, at(13), LOUD);
    assert_eq!(call.take_news(), [(Created, ME), (Join, A), (Join, ME)]);
    let mut call = broker();
    call.decline(A, false, at(1));
    call.expire(NOW + RING, LOUD);
    assert_eq!(call.take_news(), [(Created, ME), (Declined, A), (Missed, B), (Ended, ME)]);
    assert_eq!(call.place(ME), Place::Never, "it never rang");
}

#[test]
fn whoever_came_uncalled_answers_no_broker_s_call() {
    let mut call = Ringing::new(Setup { by_broker: true, ..setup(1) }, NOW, LOUD);
    let guest = call.came_uncalled(at(1), LOUD);
    assert_eq!(call.place(ME), Place::Later(Way::Ring));
    call.went(guest, at(2));
    call.came(guest, at(3), LOUD);
    assert_eq!(call.place(ME), Place::Later(Way::Ring), "also when they come again");
    call.accept(A, at(4), LOUD).unwrap();
    assert!(call.place(ME).rings());
    let mut planned = Ringing::new(Setup { by_broker: true, planned: Some(at(9)), ..setup(1) }, NOW, LOUD);
    planned.came_uncalled(at(1), LOUD);
    planned.expire(at(9), LOUD);
    assert_eq!(planned.place(ME), Place::Later(Way::Ring));
}

#[test]
fn a_planned_call_rings_at_its_time_for_everybody() {
    let planned = || Ringing::new(Setup { planned: Some(at(600)), ..setup(1) }, NOW, LOUD);
    let mut call = planned();
    assert_eq!((call.next_timeout(), call.stage()), (Some(at(600)), Stage::Planned { at: at(600) }));
    call.expire(at(599), LOUD);
    assert!(!call.place(A).rings());
    call.expire(at(600) + RING, LOUD);
    assert!(call.place(ME).rings() && call.place(A).rings(), "so late it may be");
    assert_eq!(call.take_news(), [(Created, ME)]);
    let mut call = planned();
    call.expire(at(601) + RING, LOUD);
    assert_eq!(call.take_news(), [(Created, ME), (Missed, ME), (Missed, A), (Ended, ME)]);
    let mut call = planned();
    call.cancel(at(10));
    assert_eq!(call.take_news(), [(Created, ME), (Ended, ME)]);
    assert_eq!(call.stage(), Stage::Ended { cancelled: true });
}

#[test]
fn whoever_looked_in_before_the_time_is_called_at_the_time() {
    for by_broker in [false, true] {
        let setup = Setup { planned: Some(at(600)), by_broker, ..setup(2) };
        let mut call = Ringing::new(setup, NOW, LOUD);
        for party in [ME, A] {
            call.came(party, at(10), LOUD);
            call.went(party, at(20));
        }
        let guest = call.came_uncalled(at(30), LOUD);
        call.went(guest, at(40));
        assert_eq!(call.place(A), Place::Later(Way::Ring));
        call.expire(at(600), LOUD);
        assert!(call.place(A).rings() && call.place(B).rings() && !call.is_ended());
        assert_eq!(call.place(ME).rings(), !by_broker);
        call.accept(A, at(601), LOUD).unwrap();
        assert!(call.place(ME).rings());
    }
}

#[test]
fn whoever_is_in_before_the_time_is_not_called_at_the_time() {
    let mut call = Ringing::new(Setup { planned: Some(at(600)), ..setup(1) }, NOW, LOUD);
    call.came(ME, at(599), LOUD);
    let text = serde_json::to_string(&call).unwrap();
    assert_eq!(serde_json::from_str::<Ringing>(&text).unwrap().place(ME), Place::In);
    call.expire(at(600), LOUD);
    assert_eq!((call.place(ME), call.place(A).rings()), (Place::In, true));
    call.went(ME, at(601));
    assert_eq!(call.stage(), Stage::Ended { cancelled: true }, "gone since it began");
}

#[test]
fn nobody_waits_for_whoever_was_removed() {
    let mut call = call(2);
    call.removed(A, at(1));
    assert_eq!((call.place(A), call.take_news()), (Place::Missed(Miss::Cancelled), vec![(Missed, A)]));
    call.removed(ME, at(2));
    assert_eq!(call.take_news(), [(Missed, B), (Leave, ME), (Ended, ME)], "nobody calls any more");
    let mut planned = Ringing::new(Setup { planned: Some(at(9)), ..setup(2) }, NOW, LOUD);
    planned.removed(A, at(1));
    planned.expire(at(9), LOUD);
    assert_eq!((planned.place(A), planned.place(B).rings()), (Place::Never, true));
}

#[test]
fn whoever_is_only_told_comes_when_they_like() {
    let told = Setup { invited: vec![Way::Tell, Way::Tell], ..setup(0) };
    let mut call = Ringing::new(told, NOW, LOUD);
    assert_eq!(call.next_timeout(), Some(NOW + OPEN));
    call.expire(NOW + OPEN - Duration::SECOND, LOUD);
    call.came(A, NOW + OPEN - Duration::SECOND, LOUD);
    call.went(A, at(1000));
    assert_eq!(call.take_news(), [(Created, ME), (Join, A), (Leave, A), (Missed, B), (Ended, ME)]);
}

#[test]
fn asked_into_a_visit_only_those_count_who_are_asked() {
    let visit = Setup { carrier: Carrier::Visit, ..setup(2) };
    let mut call = Ringing::new(visit, NOW, LOUD);
    call.came(ME, at(1), LOUD);
    call.accept(A, at(2), LOUD).unwrap();
    call.came(A, at(3), LOUD);
    call.went(ME, at(4));
    call.expire(NOW + RING, LOUD);
    call.went(A, at(100));
    assert_eq!(call.take_news(), [(Created, ME), (Join, A), (Missed, B), (Leave, A), (Ended, ME)]);
}

#[test]
fn somebody_comes_by_a_link() {
    let mut call = call(1);
    let guest = call.came_uncalled(at(1), LOUD);
    call.went(ME, at(2));
    call.decline(A, false, at(3));
    assert_eq!(call.take_news(), [(Join, guest), (Leave, ME), (Declined, A)]);
    assert!(!call.is_ended());
}

#[test]
fn it_is_kept_as_it_is() {
    let mut call = call(2);
    call.accept(A, at(1), LOUD).unwrap();
    call.decline(B, true, at(1));
    call.take_news();
    let text = serde_json::to_string(&call).unwrap();
    assert_eq!(serde_json::from_str::<Ringing>(&text).unwrap(), call);
}
