//! The buttons a person is offered, against what the conference answers: [`steps`] and [`Conference::decide`].

use crate::day::{Day, at};
use crate::each_day;
use consilium_model::{Actor, Command, Conference, Participant, Refusal, Role, Status, Step, steps};
use std::cell::RefCell;
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// Why an offered step may be refused all the same: it depends on the time or on others, which the offer cannot know.
fn may_be_refused(step: Step, refusal: Refusal) -> bool {
    match (step, refusal) {
        // Before its window.
        (Step::OpenForJoin, Refusal::CannotOpen) => true,
        // Nobody to talk to, or a required colleague is out.
        (Step::Start, Refusal::NotReady) => true,
        // Three minutes are over, or the booking system has cancelled it.
        (Step::RestoreTerminatedFast, Refusal::RestoreTimedOut) => true,
        _ => false,
    }
}

/// Why an accepted step is not offered all the same.
fn need_not_be_offered(step: Step, role: Role, status: Status, joined: bool, is_open: bool) -> bool {
    match step {
        // Whoever was in at the end goes out by closing the screen; nobody asks.
        Step::Leave if status.is_ended() => true,
        // Somebody came in before an edit made it one that has to be opened; their screen is the one before opening.
        Step::Leave => status == Status::Pending && joined && !is_open,
        // Who is out is asked to come in first. The method stays open to them: who lost the call must be able to end it.
        Step::Finish => role == Role::Specialist && status.is_started() && !joined,
        // A started visit is finished, not cancelled: the method is for who could not come at all.
        Step::Cancel if status.is_started() => true,
        // A client in the waiting room leaves it first.
        Step::Cancel => role == Role::Client && joined,
        // It can be joined as it is.
        Step::OpenForJoin => role == Role::Specialist && status == Status::Pending && is_open,
        Step::Join | Step::Start | Step::Pause | Step::Resume | Step::RestoreTerminatedFast => false,
    }
}

/// How often an offer was taken or refused, and an accepted step was not offered.
#[derive(Default, Debug)]
struct Tally {
    accepted: u32,
    refused: BTreeMap<String, u32>,
    not_offered: BTreeMap<String, u32>,
}

impl Tally {
    fn check(&mut self, conference: &Conference, who: &Participant, now: OffsetDateTime) {
        let (status, is_open) = (conference.status(), conference.plan().is_open);
        let joined = conference.joined().contains(who);
        let offered = steps(who.role, status, joined, is_open);
        for step in Step::ALL {
            let by = Actor::Participant(who.clone());
            let answer = conference.decide(Command::from(step), &by, now);
            match (offered.contains(&step), answer) {
                (true, Ok(_)) => self.accepted += 1,
                (true, Err(refusal)) => {
                    assert!(
                        may_be_refused(step, refusal),
                        "{step:?} is offered to {who:?} in {status:?}: {refusal:?}"
                    );
                    *self.refused.entry(format!("{step:?} {refusal:?}")).or_default() += 1;
                }
                (false, Ok(_)) => {
                    let excused = need_not_be_offered(step, who.role, status, joined, is_open);
                    assert!(excused, "{step:?} is not offered to {who:?} in {status:?}");
                    *self.not_offered.entry(format!("{step:?} {:?}", who.role)).or_default() += 1;
                }
                (false, Err(_)) => {}
            }
        }
    }

    fn day(&mut self, day: &Day) {
        let mut conference = Conference::new(day.plan.clone());
        let mut now = 0;
        for turn in &day.turns {
            now += turn.passed;
            let plan = conference.plan();
            let (command, by) = (turn.ask.command(plan), turn.who.actor(plan));
            // What is refused is the other test's business.
            let _ = conference.apply(command, &by, at(now));
            for who in conference.plan().roster.participants() {
                self.check(&conference, &who, at(now));
            }
        }
    }
}

#[test]
fn the_steps_offered_are_those_the_conference_takes() {
    let tally = RefCell::new(Tally::default());
    each_day(2_000, |day| tally.borrow_mut().day(&day));
    println!("{:#?}", tally.into_inner());
}

/// What does not depend on time or on others is said for every status.
#[test]
fn no_step_is_offered_twice_and_only_specialists_get_theirs() {
    for (status, role) in
        Status::ALL.into_iter().flat_map(|one| [(one, Role::Client), (one, Role::Specialist)])
    {
        for (joined, is_open) in [(false, false), (false, true), (true, false), (true, true)] {
            let offered = steps(role, status, joined, is_open);
            let of_clients = [Step::Join, Step::Leave, Step::Cancel];
            assert!(role == Role::Specialist || offered.iter().all(|step| of_clients.contains(step)));
            assert!((1..offered.len()).all(|place| !offered[..place].contains(&offered[place])));
        }
    }
}
