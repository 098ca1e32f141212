//! Who calls the user.

#[cfg(test)]
mod model;

use crate::view::{ProblemCode, RingRow};
use consilium_client::HomeEvent;
use consilium_model::Secret;
use consilium_wire::home::Event;
use consilium_wire::home::calls::{CallId, CallPerson};
use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

/// It rings no longer than this, whatever the server says.
const LONGEST: Duration = Duration::from_secs(120);
/// So many calls that rang are remembered: a call rings once.
const MAX_OVER: usize = 256;

/// A call that rings, or is being taken.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    pub(crate) call: CallId,
    pub(crate) from: CallPerson,
    pub(crate) title: Option<Secret>,
    others: u32,
    /// It leads into a visit, and not into a call of its own.
    pub(crate) into_visit: bool,
    ends: Instant,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It is heard.
    Ringing,
    /// The user has taken it, and the server has not answered yet.
    Accepting,
    /// The server has not let the user in. It can be taken again, and is not heard any more.
    Refused(ProblemCode),
}

/// Who calls the user.
#[derive(Debug, Default)]
pub(crate) struct Rings {
    /// Whoever rings longest first.
    known: Vec<Ring>,
    /// They ring never again; the newest last.
    over: VecDeque<CallId>,
    /// Told again since the line came back; the others are over when all is told.
    again: Option<BTreeSet<CallId>>,
    undisturbed: bool,
}

impl Rings {
    /// Takes in what was told.
    pub(crate) fn hear(&mut self, event: &HomeEvent, now: Instant) {
        match event {
            HomeEvent::Connected => self.again = Some(BTreeSet::new()),
            HomeEvent::Event(Event::Ringing { call, from, title, others, into_visit, seconds }) => {
                let ends = now + Duration::from_secs((*seconds).into()).min(LONGEST);
                let (call, from, title) = (call.clone(), from.clone(), title.clone());
                let (others, into_visit, state) = (*others, *into_visit, State::Ringing);
                self.ring(Ring { call, from, title, others, into_visit, ends, state }, now);
            }
            HomeEvent::Event(Event::RingOver { call, .. }) => self.end(call),
            HomeEvent::Event(Event::Known) => {
                if let Some(again) = self.again.take() {
                    self.end_where(|ring| ring.state != State::Accepting && !again.contains(&ring.call));
                }
            }
            HomeEvent::Event(
                Event::Knocking { .. }
                | Event::KnockOver { .. }
                | Event::Calling { .. }
                | Event::Contact { .. }
                | Event::Missed { .. }
                | Event::Refused { .. }
                | Event::Unknown,
            ) => {}
            // Whoever calls does not stop because nobody says so: it rings for as long as was told.
            HomeEvent::Lost => {}
            HomeEvent::Over => self.end_where(|_| true),
        }
    }

    fn ring(&mut self, ring: Ring, now: Instant) {
        self.again.iter_mut().for_each(|again| again.extend([ring.call.clone()]));
        if self.over.contains(&ring.call) {
            return;
        }
        match self.known.iter_mut().find(|known| known.call == ring.call) {
            Some(known) => {
                let Ring { title, others, ends, .. } = ring;
                (known.title, known.others, known.ends) = (title, others, ends);
            }
            None if self.undisturbed || ring.ends <= now => self.note_over(ring.call),
            None => self.known.push(ring),
        }
    }

    /// The user takes it; answers whether the server is to be asked.
    pub(crate) fn accept(&mut self, call: &str) -> Option<CallId> {
        let ring = self.known.iter_mut().find(|ring| ring.call.0 == call)?;
        (ring.state != State::Accepting).then(|| {
            ring.state = State::Accepting;
            ring.call.clone()
        })
    }

    /// The server has not let the user in.
    pub(crate) fn refused(&mut self, call: &CallId, problem: ProblemCode) {
        if let Some(ring) = self.known.iter_mut().find(|ring| ring.call == *call) {
            ring.state = State::Refused(problem);
        }
    }

    /// It was taken, is not wanted, or is over; gives what was known of it.
    pub(crate) fn take(&mut self, call: &str) -> Option<Ring> {
        let place = self.known.iter().position(|ring| ring.call.0 == call)?;
        let ring = self.known.remove(place);
        self.note_over(ring.call.clone());
        Some(ring)
    }

    fn end(&mut self, call: &CallId) {
        // One that is being taken hears from its own request how that went.
        self.end_where(|ring| ring.call == *call && ring.state != State::Accepting);
        self.note_over(call.clone());
    }

    fn end_where(&mut self, is_over: impl Fn(&Ring) -> bool) {
        let over: Vec<CallId> =
            self.known.iter().filter(|ring| is_over(ring)).map(|ring| ring.call.clone()).collect();
        self.known.retain(|ring| !is_over(ring));
        over.into_iter().for_each(|call| self.note_over(call));
    }

    fn note_over(&mut self, call: CallId) {
        if !self.over.contains(&call) {
            self.over.push_back(call);
        }
        let surplus = self.over.len().saturating_sub(MAX_OVER);
        self.over.drain(..surplus);
    }

    /// Nothing is heard from now on, or what rings from now on.
    pub(crate) fn set_undisturbed(&mut self, undisturbed: bool) {
        self.undisturbed = undisturbed;
        if undisturbed {
            self.end_where(|ring| ring.state != State::Accepting);
        }
    }

    /// Ends what has rung for as long as was told.
    pub(crate) fn expire(&mut self, now: Instant) {
        self.end_where(|ring| ring.state != State::Accepting && ring.ends <= now);
    }

    /// What is heard, whoever rings longest first.
    pub(crate) fn heard(&self, now: Instant) -> impl Iterator<Item = &Ring> {
        self.known.iter().filter(move |ring| ring.state == State::Ringing && ring.ends > now)
    }

    /// For the window. `holds`: something that goes on would be put on hold.
    pub(crate) fn rows(&self, holds: bool, now: Instant) -> Vec<RingRow> {
        self.known.iter().map(|ring| ring.row(holds, now)).collect()
    }
}

impl Ring {
    fn row(&self, holds: bool, now: Instant) -> RingRow {
        let left = self.ends.saturating_duration_since(now);
        RingRow {
            id: self.call.0.clone(),
            name: self.from.name.expose().clone(),
            title: self.title.as_ref().map(|title| title.expose().clone()),
            others: self.others,
            into_visit: self.into_visit,
            left_ms: u64::try_from(left.as_millis()).unwrap_or(u64::MAX),
            holds,
            busy: self.state == State::Accepting,
            problem: match self.state {
                State::Refused(problem) => Some(problem),
                State::Ringing | State::Accepting => None,
            },
        }
    }

    /// What it is about: the subject, or who calls.
    pub(crate) fn subject(&self) -> String {
        self.title.as_ref().unwrap_or(&self.from.name).expose().clone()
    }
}
