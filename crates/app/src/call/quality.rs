//! How well the call goes with each of the others, why, and at whose end: from figures to what a person is told.
//!
//! Pure: it takes `now` and readings. What is told stays for three seconds at least, whatever the figures do.

mod calm;
mod grade;
mod strain;
mod verdict;

pub(super) use strain::{Second, Strain};

use crate::view::{QualityCause, QualityView, Reduced};
use calm::Calm;
use consilium_call::PeerState;
use consilium_model::PeerId;
use consilium_wire::room::Trouble;
use grade::{Grade, Window};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use verdict::{Around, verdict};

/// What is measured of the call with one of the others. Counters are those since its beginning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    /// How the connection stands.
    pub(super) state: PeerState,
    /// Packets lost on the way here, lately, in thousandths.
    pub(super) lost: u16,
    /// Packets lost on the way there, lately, in thousandths.
    pub(super) undelivered: u16,
    /// The round trip.
    pub(super) round_trip: Option<Duration>,
    /// How long sound is held back because it comes unevenly.
    pub(super) held_back: Duration,
    /// Samples of sound that had to be made up.
    pub(super) concealed: u64,
    /// All samples that were played.
    pub(super) played: u64,
    /// How long the picture stood still.
    pub(super) frozen: Duration,
    /// What it gets of the own camera, when its line does not carry more.
    pub(super) gets: Option<Reduced>,
    /// What it says it suffers from.
    pub(super) trouble: Option<Trouble>,
}

/// What is wrong at this end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OwnEnd {
    /// The line to the clinic is lost.
    pub(super) line_lost: bool,
    /// A device that is switched on gives nothing.
    pub(super) device: bool,
    /// The processor does not keep up.
    pub(super) strained: bool,
}

/// How well the call goes with each of the others.
#[derive(Debug, Default)]
pub(super) struct Quality {
    peers: BTreeMap<PeerId, Watched>,
    trouble: Calm<Option<Trouble>>,
}

#[derive(Debug, Default)]
struct Watched {
    window: Window,
    grade: Grade,
    shown: Calm<QualityView>,
    gets: Calm<Option<Reduced>>,
    concealed: f32,
}

impl Quality {
    /// Takes a reading of everybody who is there.
    pub(super) fn look(&mut self, now: Instant, readings: &[(PeerId, Reading)], own: OwnEnd) {
        self.peers.retain(|peer, _| readings.iter().any(|(present, _)| present == peer));
        for (peer, reading) in readings {
            let watched = self.peers.entry(peer.clone()).or_default();
            let figures = watched.window.add(now, *reading);
            watched.concealed = figures.as_ref().map_or(0.0, |figures| figures.concealed);
            watched.grade = watched.grade.next(reading, figures.as_ref());
            watched.gets.follow(now, reading.gets);
        }
        let around = self.around(own);
        for (peer, reading) in readings {
            if let Some(watched) = self.peers.get_mut(peer) {
                watched.shown.follow(now, verdict(watched.grade, reading.trouble, around));
            }
        }
        self.trouble.follow(now, around.own_trouble());
    }

    fn around(&self, own: OwnEnd) -> Around {
        let grades = self.peers.values().map(|watched| watched.grade);
        let known = grades.clone().filter(|grade| *grade != Grade::Unknown).count();
        let bad = grades.filter(|grade| *grade >= Grade::Fair).count();
        Around { known, bad, own }
    }

    /// How well it goes with a peer, and what it gets of the own camera when that is not all.
    pub(super) fn of(&self, peer: &PeerId) -> (QualityView, Option<Reduced>) {
        self.peers
            .get(peer)
            .map_or_else(Default::default, |watched| (watched.shown.get(), watched.gets.get()))
    }

    /// The share of a peer's sound that had to be made up lately, 0 to 1.
    pub(super) fn concealed(&self, peer: &PeerId) -> f32 {
        self.peers.get(peer).map_or(0.0, |watched| watched.concealed)
    }

    /// What the others are to be told that is wrong at this end.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.trouble.get()
    }
}

/// What a trouble is called on the screen.
const fn cause(trouble: Trouble) -> QualityCause {
    match trouble {
        Trouble::Network => QualityCause::Network,
        Trouble::Processor => QualityCause::Processor,
        Trouble::Device => QualityCause::Device,
    }
}

#[cfg(test)]
mod tests;
