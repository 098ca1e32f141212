//! The conference against a reference machine: random days of several people, a booking system and the clock.
//!
//! [`machine`] states `medme.md` again, naively: plain flags, and durations counted second by second. It calls nothing
//! of the conference. Both get the same commands; after each one they must agree in everything that can be asked.
//! `PROPTEST_CASES` sets the number of days; `--nocapture` prints what they reached.

mod coverage;
mod day;
mod machine;
mod promises;
mod steps;

use consilium_model::{Conference, Durations, Event, Gap, GapReason};
use coverage::Coverage;
use day::{Day, Turn, at};
use machine::Machine;
use proptest::test_runner::{Config, TestRunner};
use std::cell::RefCell;
use std::time::Duration;

const DAYS: u32 = 10_000;

/// One day on both machines.
struct Pair {
    conference: Conference,
    machine: Machine,
    history: Vec<Event>,
}

impl Pair {
    fn new(day: &Day) -> Self {
        Self {
            conference: Conference::new(day.plan.clone()),
            machine: Machine::new(&day.plan),
            history: Vec::new(),
        }
    }

    fn take(&mut self, turn: &Turn, coverage: &mut Coverage) {
        let plan = self.conference.plan();
        let (command, by) = (turn.ask.command(plan), turn.who.actor(plan));
        self.machine.pass(turn.passed);
        let now = at(self.machine.now());
        let before = self.conference.clone();
        let answer = self.conference.apply(command.clone(), &by, now);
        let expected = self.machine.ask(&command, &by);
        assert_eq!(answer.as_ref().err().copied(), expected.err(), "{command:?} by {by:?}");
        coverage.note(&turn.ask, &before, &self.conference, &answer);
        match answer {
            Ok(events) => {
                promises::check(&command, &by, &before, &self.conference, now);
                self.history.extend(events);
            }
            Err(_) => assert_eq!(self.conference, before, "a refusal changes nothing"),
        }
        self.compare();
    }

    fn compare(&self) {
        let (conference, machine) = (&self.conference, &self.machine);
        let now = at(machine.now());
        assert_eq!(conference.status(), machine.status());
        assert_eq!(conference.joined(), &machine.inside());
        let (durations, gaps) = (conference.durations(now), conference.gaps(now));
        assert_eq!(durations, machine.durations());
        assert_eq!(gaps, machine.gaps());
        check_sums(&durations, &gaps, now);
        assert_eq!(conference.started_at(), machine.started_at().map(at));
        assert_eq!(conference.ending().map(|ending| ending.at), machine.ended_at().map(at));
        assert_eq!(conference.expected_end(now), at(machine.expected_end()));
        assert_eq!(conference.expires_at(), at(machine.expires_at()));
        assert_eq!(conference.can_be_restored(now), machine.can_be_restored());
    }
}

/// Durations and gaps add up to the second, and gaps follow each other.
fn check_sums(durations: &Durations, gaps: &[Gap], now: time::OffsetDateTime) {
    let length = |gap: &Gap| (gap.to.unwrap_or(now) - gap.from).unsigned_abs();
    let total = |reason| -> Duration { gaps.iter().filter(|gap| gap.reason == reason).map(length).sum() };
    assert_eq!(durations.net + total(GapReason::Paused), durations.dirty);
    assert_eq!(durations.both_present + total(GapReason::Absent), durations.net);
    assert!(durations.both_present <= durations.real && durations.real <= durations.dirty);
    for pair in gaps.windows(2) {
        let end = pair[0].to.expect("only the last gap lasts");
        assert!(end < pair[1].from || (end == pair[1].from && pair[0].reason != pair[1].reason));
    }
    assert!(gaps.iter().all(|gap| gap.from < gap.to.unwrap_or(now)));
}

/// Runs a check over so many random days, or as many as `PROPTEST_CASES` says.
fn each_day(days: u32, check: impl Fn(Day)) {
    let from_env = std::env::var_os("PROPTEST_CASES").is_some();
    let cases = if from_env { Config::default().cases } else { days };
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let result = runner.run(&day::any_day(), |day| {
        check(day);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn the_conference_is_the_reference_machine() {
    let coverage = RefCell::new(Coverage::default());
    each_day(DAYS, |day| {
        let mut coverage = coverage.borrow_mut();
        coverage.begin();
        let mut pair = Pair::new(&day);
        day.turns.iter().for_each(|turn| pair.take(turn, &mut coverage));
        let text = serde_json::to_string(&pair.history).unwrap();
        let stored: Vec<Event> = serde_json::from_str(&text).unwrap();
        assert_eq!(Conference::replay(day.plan, &stored), pair.conference, "it survives a restart");
    });
    let coverage = coverage.into_inner();
    println!("{coverage}");
    coverage.assert_reaches_everything();
}
