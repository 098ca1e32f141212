//! The calls that were.

use crate::view::{CallLogRow, CallOutcome};
use consilium_client::HomeEvent;
use consilium_wire::home::Event;
use consilium_wire::home::calls::{CallId, CallLog, CallOutcome as Told, CallRow};
use std::collections::BTreeSet;
use time::format_description::well_known::Rfc3339;

/// The calls that were.
#[derive(Default)]
pub(crate) struct Log {
    calls: Option<Vec<CallRow>>,
    missed: u32,
    /// Missed, and shown as such until the log is closed.
    unseen: BTreeSet<CallId>,
    /// Something may have changed since it was read.
    stale: bool,
}

impl Log {
    /// Takes in what the server has answered.
    pub(crate) fn read(&mut self, log: CallLog) {
        let missed = log.calls.iter().filter(|row| row.outcome == Told::Missed);
        let count = usize::try_from(log.missed).unwrap_or(usize::MAX);
        self.unseen.extend(missed.take(count).map(|row| row.call.clone()));
        self.missed = log.missed;
        self.calls = Some(log.calls);
    }

    /// Takes in what was told.
    pub(crate) fn hear(&mut self, event: &HomeEvent) {
        match event {
            HomeEvent::Event(Event::Missed { count }) => {
                self.stale |= self.missed != *count;
                self.missed = *count;
            }
            HomeEvent::Event(Event::Calling { .. } | Event::RingOver { .. }) | HomeEvent::Connected => {
                self.stale = true;
            }
            HomeEvent::Event(_) | HomeEvent::Lost | HomeEvent::Over => {}
        }
    }

    /// It may be another one by now.
    pub(crate) const fn outdate(&mut self) {
        self.stale = true;
    }

    /// Whether it has to be read; once a change.
    pub(crate) const fn wants_reading(&mut self) -> bool {
        std::mem::replace(&mut self.stale, false)
    }

    /// It was read.
    pub(crate) const fn is_known(&self) -> bool {
        self.calls.is_some()
    }

    /// How many were missed and not seen.
    pub(crate) const fn missed(&self) -> u32 {
        self.missed
    }

    /// The user has seen what was missed; answers whether there was any. The rows stay marked until the log is closed.
    pub(crate) const fn see(&mut self) -> bool {
        std::mem::replace(&mut self.missed, 0) > 0
    }

    /// The log is closed.
    pub(crate) fn close(&mut self) {
        self.unseen.clear();
    }

    /// This call.
    pub(crate) fn get(&self, call: &str) -> Option<&CallRow> {
        self.calls.iter().flatten().find(|row| row.call.0 == call)
    }

    /// For the window.
    pub(crate) fn rows(&self) -> Vec<CallLogRow> {
        self.calls.iter().flatten().map(|row| shown(row, self.unseen.contains(&row.call))).collect()
    }
}

/// What a call was about: the subject, or its people.
pub(crate) fn subject(row: &CallRow) -> Option<String> {
    let people = || row.people.iter().map(|one| one.name.expose().as_str()).collect::<Vec<_>>().join(", ");
    let title = row.title.as_ref().map(|title| title.expose().clone());
    title.or_else(|| Some(people())).filter(|text| !text.is_empty())
}

fn shown(row: &CallRow, unseen: bool) -> CallLogRow {
    let is_over = !matches!(row.outcome, Told::Planned | Told::Ringing | Told::Running);
    CallLogRow {
        id: row.call.0.clone(),
        outgoing: row.outgoing,
        outcome: outcome(row.outcome),
        title: row.title.as_ref().map(|title| title.expose().clone()),
        people: row.people.iter().map(|one| one.name.expose().clone()).collect(),
        at: row.at.format(&Rfc3339).unwrap_or_default(),
        seconds: row.seconds,
        unseen,
        can_call_back: is_over && !row.people.is_empty(),
        can_rejoin: row.entry.is_some(),
    }
}

const fn outcome(outcome: Told) -> CallOutcome {
    match outcome {
        Told::Planned => CallOutcome::Planned,
        Told::Ringing => CallOutcome::Ringing,
        Told::Running => CallOutcome::Running,
        Told::Answered => CallOutcome::Answered,
        Told::Missed => CallOutcome::Missed,
        Told::Declined => CallOutcome::Declined,
        Told::NoAnswer => CallOutcome::NoAnswer,
        Told::Cancelled => CallOutcome::Cancelled,
        Told::Unknown => CallOutcome::Unknown,
    }
}
