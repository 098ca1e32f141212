//! Who waits where, over all rooms: for the places in a specialist's queue, and for specialists who are at home.
//!
//! Rooms say who waits in them; nothing here is kept when the server stops. Whoever watches looks at the whole again at
//! every change, so a slow reader misses states in between and no last one.

mod standing;

use super::state::{Standing, Waiting};
use crate::domain::{Clinic, Live};
use consilium_model::{ConferenceId, Participant, PeerId, UserId};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::Instant;
use tokio::sync::watch;

/// Who waits where.
pub(crate) struct Queue {
    lines: RwLock<HashMap<ConferenceId, Line>>,
    changes: watch::Sender<()>,
}

/// Those who wait for one conference.
struct Line {
    live: Arc<Live>,
    waiting: Vec<Waiting>,
}

/// Somebody who waits, as a specialist at home hears of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Knock {
    /// For which conference.
    pub(crate) visit: ConferenceId,
    /// Who, and how ready.
    pub(crate) waiting: Waiting,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self { lines: RwLock::default(), changes: watch::Sender::new(()) }
    }

    /// These wait for the conference now, nobody else.
    pub(super) fn set(&self, live: &Arc<Live>, waiting: Vec<Waiting>) {
        let mut lines = self.lines.write().expect("no one panics with this lock");
        if waiting.is_empty() {
            lines.remove(live.id());
        } else {
            lines.insert(live.id().clone(), Line { live: Arc::clone(live), waiting });
        }
        drop(lines);
        self.changes.send_replace(());
    }

    /// Hears of every change from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// How many wait for a conference.
    pub(crate) fn count(&self, conference: &ConferenceId) -> u32 {
        let lines = self.lines.read().expect("no one panics with this lock");
        lines.get(conference).map_or(0, |line| line.waiting.len() as u32)
    }

    /// Everyone whom this specialist may let in, those who have waited for longest first.
    pub(crate) fn knocks_for(&self, user: &UserId) -> Vec<Knock> {
        let specialist = Participant::specialist(user.clone());
        let lines = self.lines.read().expect("no one panics with this lock");
        let theirs = lines.values().filter(|line| line.live.view().lets_in(&specialist));
        let knocks = theirs.flat_map(|line| {
            let knock = |waiting: &Waiting| Knock { visit: line.live.id().clone(), waiting: waiting.clone() };
            line.waiting.iter().map(knock)
        });
        let mut knocks: Vec<Knock> = knocks.collect();
        knocks.sort_by_key(|knock| knock.waiting.since);
        knocks
    }

    /// Where those stand who wait for this conference.
    pub(super) fn standings(&self, clinic: &Clinic, live: &Arc<Live>) -> HashMap<PeerId, Standing> {
        let now = clinic.clock().now();
        let view = live.view();
        let conference = &view.conference;
        let specialists = conference.plan().roster.specialists.iter();
        let specialists: Vec<_> = specialists.map(|one| Participant::specialist(one.id.clone())).collect();
        let desks = specialists.iter().map(|who| standing::desk(clinic.of(who), who, live.id(), now));
        let mut desks: Vec<_> = desks.collect();
        let lines = self.lines.read().expect("no one panics with this lock");
        let Some(own) = lines.get(live.id()) else { return HashMap::new() };
        let mut before: Vec<(Instant, &PeerId)> = Vec::new();
        for line in lines.values() {
            let plan = line.live.view().conference.plan().clone();
            let shared = specialists.iter().zip(&mut desks).filter(|(who, _)| plan.roster.contains(who));
            let first = line.waiting.iter().map(|waiting| waiting.since).min();
            let mut is_shared = line.live.id() == live.id();
            for (_, desk) in shared {
                is_shared = true;
                desk.is_waited_for(line.live.id(), first, plan.scheduled_duration);
            }
            if is_shared {
                before.extend(line.waiting.iter().map(|waiting| (waiting.since, &waiting.peer)));
            }
        }
        let is_attended = specialists.iter().any(|who| conference.joined().contains(who));
        let standing = |waiting: &Waiting| {
            let ahead = before.iter().filter(|other| **other < (waiting.since, &waiting.peer)).count();
            let estimate = standing::estimate(&desks, waiting.since).filter(|_| !is_attended);
            (waiting.peer.clone(), Standing { position: ahead as u32 + 1, estimate })
        };
        own.waiting.iter().map(standing).collect()
    }
}
