//! What is written down of a call for the visit's record: figures by the second, summed up at the end.

use super::quality::Reading;
use crate::view::Reduced;
use consilium_call::PeerState;
use consilium_model::{PeerId, Role};
use consilium_wire::record::{CallSummary, MAX_PEERS, PeerSummary, Sent, Spread};
use std::collections::BTreeMap;

/// Shares are counted in tenths of a percent, and times in steps of ten milliseconds up to five seconds.
const SHARES: usize = 1001;
const TIMES: usize = 501;
const TIME_STEP: u16 = 10;

/// Everybody who was in the call, also those who have left it.
#[derive(Debug, Default)]
pub(super) struct Tally {
    peers: BTreeMap<PeerId, Tallied>,
}

#[derive(Debug)]
struct Tallied {
    with: Role,
    seconds: u32,
    lost: Histogram,
    round_trip: Histogram,
    last: Reading,
    worst: Sent,
    reconnects: u16,
}

impl Tally {
    /// Another second with a peer is over.
    pub(super) fn second(&mut self, peer: &PeerId, with: Role, reading: &Reading) {
        let Some(tallied) = self.peers.get_mut(peer) else {
            // Whoever was never connected is not told of.
            if reading.state == PeerState::Connected {
                self.peers.insert(peer.clone(), Tallied::begin(with, *reading));
            }
            return;
        };
        tallied.second(reading);
    }

    /// The sum; `None` when nobody was ever connected.
    pub(super) fn summary(&self) -> Option<CallSummary> {
        let mut peers: Vec<PeerSummary> = self.peers.values().map(Tallied::sum).collect();
        peers.sort_by_key(|peer| std::cmp::Reverse(peer.seconds));
        peers.truncate(MAX_PEERS);
        (!peers.is_empty()).then_some(CallSummary { peers })
    }
}

impl Tallied {
    fn begin(with: Role, reading: Reading) -> Self {
        let mut tallied = Self {
            with,
            seconds: 0,
            lost: Histogram::new(SHARES, 1),
            round_trip: Histogram::new(TIMES, TIME_STEP),
            last: reading,
            worst: Sent::Full,
            reconnects: 0,
        };
        tallied.second(&reading);
        tallied
    }

    fn second(&mut self, reading: &Reading) {
        match (self.last.state, reading.state) {
            (_, PeerState::Connected | PeerState::Away) => {
                self.seconds = self.seconds.saturating_add(1);
                self.lost.count(reading.lost.into());
                if let Some(time) = reading.round_trip {
                    self.round_trip.count(time.as_millis().try_into().unwrap_or(u64::MAX));
                }
                self.worst = self.worst.max(sent(reading.gets));
            }
            (PeerState::Connected, PeerState::Reconnecting) => {
                self.reconnects = self.reconnects.saturating_add(1);
            }
            (_, PeerState::Connecting | PeerState::Reconnecting) => {}
        }
        self.last = *reading;
    }

    fn sum(&self) -> PeerSummary {
        let Reading { concealed, played, frozen, .. } = self.last;
        PeerSummary {
            with: self.with,
            seconds: self.seconds,
            lost: self.lost.spread(),
            round_trip_ms: self.round_trip.spread(),
            concealed: concealed.min(played).saturating_mul(1000).checked_div(played).unwrap_or(0) as u16,
            frozen_ms: frozen.as_millis().try_into().unwrap_or(u32::MAX),
            worst: self.worst,
            reconnects: self.reconnects,
        }
    }
}

const fn sent(gets: Option<Reduced>) -> Sent {
    match gets {
        None => Sent::Full,
        Some(Reduced::Smaller) => Sent::Smaller,
        Some(Reduced::Slides) => Sent::Slides,
        Some(Reduced::AudioOnly) => Sent::AudioOnly,
    }
}

/// How often which value was seen; the last place counts everything above it too.
#[derive(Debug)]
struct Histogram {
    counts: Box<[u32]>,
    step: u16,
}

impl Histogram {
    fn new(places: usize, step: u16) -> Self {
        Self { counts: vec![0; places].into(), step }
    }

    fn count(&mut self, value: u64) {
        let place = usize::try_from(value / u64::from(self.step)).unwrap_or(usize::MAX);
        let place = place.min(self.counts.len() - 1);
        self.counts[place] = self.counts[place].saturating_add(1);
    }

    fn spread(&self) -> Option<Spread> {
        let all: u64 = self.counts.iter().map(|count| u64::from(*count)).sum();
        let sum: u64 =
            (0..).zip(&self.counts).map(|(place, count): (u64, _)| place * u64::from(*count)).sum();
        let mean = sum.checked_div(all)?;
        let mut below = 0;
        let p95 = self.counts.iter().position(|count| {
            below += u64::from(*count);
            below * 100 >= all * 95
        })?;
        let value = |place: u64| u16::try_from(place * u64::from(self.step)).unwrap_or(u16::MAX);
        Some(Spread { mean: value(mean), p95: value(p95 as u64) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn reading(state: PeerState) -> Reading {
        Reading {
            state,
            lost: 0,
            undelivered: 0,
            round_trip: Some(Duration::from_millis(40)),
            held_back: Duration::ZERO,
            concealed: 0,
            played: 0,
            frozen: Duration::ZERO,
            gets: None,
            trouble: None,
        }
    }

    fn told(readings: impl IntoIterator<Item = Reading>) -> Option<PeerSummary> {
        let mut tally = Tally::default();
        for reading in readings {
            tally.second(&"a".into(), Role::Client, &reading);
        }
        tally.summary().map(|summary| {
            assert!(summary.is_sound());
            summary.peers[0].clone()
        })
    }

    #[test]
    fn a_call_is_summed_up() {
        let connected = reading(PeerState::Connected);
        let lossy = Reading { lost: 100, round_trip: Some(Duration::from_secs(9)), ..connected };
        let last =
            Reading { concealed: 480, played: 48_000, frozen: Duration::from_millis(700), ..connected };
        let reduced = Reading { gets: Some(Reduced::Slides), ..connected };
        let lost = [connected, reading(PeerState::Reconnecting), reading(PeerState::Reconnecting)];
        let readings =
            [connected; 86].into_iter().chain(lost).chain([lossy; 10]).chain([reduced, reduced, last]);
        let sum = told(readings).unwrap();
        assert_eq!((sum.seconds, sum.reconnects, sum.worst), (100, 1, Sent::Slides));
        assert_eq!(sum.lost, Some(Spread { mean: 10, p95: 100 }));
        assert_eq!(sum.round_trip_ms, Some(Spread { mean: 530, p95: 5000 }));
        assert_eq!((sum.concealed, sum.frozen_ms), (10, 700));
    }

    #[test]
    fn who_was_never_connected_is_not_told_of() {
        assert_eq!(told([reading(PeerState::Connecting); 9]), None);
    }
}
