//! The vital signs of a call: what is measured of it four times a second, and everything that follows from that.

use super::details::{Details, Row};
use super::phone::{PhoneOffer, Signs};
use super::playback::Playback;
use super::processor::Load;
use super::quality::{OwnEnd, Quality, Reading, Second, Strain};
use super::tally::Tally;
use crate::view::{DetailsView, DrawingPath, QualityView, Reduced};
use consilium_call::core::SLIDES_LAYER;
use consilium_call::{PeerState, PeerStats, PeerView};
use consilium_media::video::LocalVideoConfig;
use consilium_model::PeerId;
use consilium_wire::record::CallSummary;
use consilium_wire::room::Trouble;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

/// What there is to be seen at one moment.
pub(super) struct Sight<'a> {
    pub(super) peers: &'a [PeerView],
    pub(super) stats: &'a [(PeerId, PeerStats)],
    pub(super) playback: &'a Playback,
    pub(super) drawing: DrawingPath,
    /// The room is lost.
    pub(super) line_lost: bool,
    /// A device that is switched on gives nothing.
    pub(super) device: bool,
    /// How many pictures the own camera has given; `None` while it is closed.
    pub(super) own_pictures: Option<u64>,
}

/// The vital signs of a call.
pub(super) struct Vitals {
    quality: Quality,
    phone: PhoneOffer,
    details: Details,
    tally: Tally,
    strain: Strain,
    heights: BTreeMap<PeerId, u16>,
    told: Option<Trouble>,
    every: Duration,
    looked: Instant,
    second: SecondSoFar,
}

/// The second that runs.
struct SecondSoFar {
    since: Instant,
    late: Duration,
    load: Option<Load>,
    own_pictures: Option<u64>,
}

impl Vitals {
    /// For a call that begins now and is looked at so often.
    pub(super) fn new(now: Instant, every: Duration) -> Self {
        Self {
            quality: Quality::default(),
            phone: PhoneOffer::default(),
            details: Details::default(),
            tally: Tally::default(),
            strain: Strain::default(),
            heights: BTreeMap::new(),
            told: None,
            every,
            looked: now,
            second: SecondSoFar { since: now, late: Duration::ZERO, load: Load::now(), own_pictures: None },
        }
    }

    /// The room tells the clinic's telephone number.
    pub(super) fn know_phone(&mut self, number: Option<String>) {
        self.phone.know(number);
    }

    /// Opens or closes the panel with the figures.
    pub(super) fn show_details(&mut self, on: bool) {
        self.details.show(on);
    }

    /// A picture of a peer's camera, so many pixels high, has come.
    pub(super) fn picture(&mut self, peer: &PeerId, height: u16) {
        match self.heights.get_mut(peer) {
            Some(known) => *known = height,
            None => drop(self.heights.insert(peer.clone(), height)),
        }
    }

    /// Looks at everything; gives what the others are to be told of this end, when that is something new.
    pub(super) fn look(&mut self, now: Instant, sight: &Sight<'_>) -> Option<Option<Trouble>> {
        let readings: Vec<_> =
            sight.peers.iter().map(|peer| (peer.id.clone(), sight.reading(peer))).collect();
        self.pass(now, sight, &readings);
        let own =
            OwnEnd { line_lost: sight.line_lost, device: sight.device, strained: self.strain.is_strained() };
        self.quality.look(now, &readings, own);
        self.phone.look(now, self.signs(sight));
        if self.details.is_due(now) {
            let rows = sight.peers.iter().map(|peer| self.row(sight, peer)).collect();
            self.details.look(now, sight.drawing, rows);
        }
        let trouble = self.quality.trouble();
        (std::mem::replace(&mut self.told, trouble) != trouble).then_some(trouble)
    }

    /// Once a second.
    fn pass(&mut self, now: Instant, sight: &Sight<'_>, readings: &[(PeerId, Reading)]) {
        let late = now.saturating_duration_since(self.looked).saturating_sub(self.every);
        self.looked = now;
        self.second.late = self.second.late.max(late);
        let span = now.saturating_duration_since(self.second.since);
        if span < SECOND {
            return;
        }
        let next = SecondSoFar {
            since: now,
            late: Duration::ZERO,
            load: Load::now(),
            own_pictures: sight.own_pictures,
        };
        let before = std::mem::replace(&mut self.second, next);
        self.strain.pass(&before.end(&self.second, span));
        self.heights.retain(|peer, _| sight.peers.iter().any(|present| present.id == *peer));
        for (peer, (_, reading)) in sight.peers.iter().zip(readings) {
            self.tally.second(&peer.id, peer.role, reading);
        }
    }

    fn signs(&self, sight: &Sight<'_>) -> Signs {
        let others = sight.peers.iter().map(|peer| Other {
            state: peer.state,
            concealed: (peer.media.mic && !peer.media.hold).then(|| self.quality.concealed(&peer.id)),
        });
        signs(sight.line_lost, &others.collect::<Vec<_>>())
    }

    fn row(&self, sight: &Sight<'_>, peer: &PeerView) -> Row {
        let sound = sight.playback.receiver(&peer.id).unwrap_or_default();
        Row {
            id: peer.id.clone(),
            name: peer.name.expose().clone(),
            stats: sight.stats(&peer.id).cloned().unwrap_or_default(),
            height: self.heights.get(&peer.id).copied(),
            concealed: (sound.concealed_samples, sound.total_samples),
            gets: reduced(peer),
        }
    }

    /// How well it goes with a peer, and what it gets of the own camera when that is not all.
    pub(super) fn quality(&self, peer: &PeerId) -> (QualityView, Option<Reduced>) {
        self.quality.of(peer)
    }

    /// The clinic's telephone number, while it is offered.
    pub(super) fn phone(&self) -> Option<String> {
        self.phone.offered().cloned()
    }

    /// The figures, while somebody looks at them.
    pub(super) fn details(&self) -> Option<DetailsView> {
        self.details.view()
    }

    /// What is written down of the call; `None` when it was none.
    pub(super) fn summary(&self) -> Option<CallSummary> {
        self.tally.summary()
    }
}

/// One of the others, as far as it tells whether a telephone would serve better.
struct Other {
    state: PeerState,
    /// How much of its sound was made up lately; `None` while it is silent.
    concealed: Option<f32>,
}

/// What speaks for a telephone: while the call carries to one of the others, nothing does.
fn signs(line_lost: bool, others: &[Other]) -> Signs {
    let is = |states: &[PeerState]| others.iter().any(|other| states.contains(&other.state));
    let alone = is(&[PeerState::Connecting, PeerState::Reconnecting]) && !is(&[PeerState::Connected]);
    let connected = others.iter().filter(|other| other.state == PeerState::Connected);
    let heard = connected.filter_map(|other| other.concealed);
    Signs { unconnected: line_lost || alone, concealed: heard.reduce(f32::min).unwrap_or(0.0) }
}

impl SecondSoFar {
    /// What it was like, as of its end.
    fn end(&self, next: &Self, span: Duration) -> Second {
        let asked = span.as_secs_f32() * LocalVideoConfig::default().fps as f32;
        let given = next.own_pictures.zip(self.own_pictures).map(|(now, then)| now.saturating_sub(then));
        Second {
            late: self.late,
            busy: next.load.zip(self.load).and_then(|(now, then)| now.since(then)),
            pictures: given.map(|given| given as f32 / asked),
        }
    }
}

impl Sight<'_> {
    fn stats(&self, peer: &PeerId) -> Option<&PeerStats> {
        self.stats.iter().find(|(id, _)| id == peer).map(|(_, stats)| stats)
    }

    fn reading(&self, peer: &PeerView) -> Reading {
        let sound = self.playback.receiver(&peer.id).unwrap_or_default();
        let stats = self.stats(&peer.id);
        let permille = |of: fn(&PeerStats) -> u64| stats.map_or(0, |stats| of(stats).min(1000) as u16);
        Reading {
            state: peer.state,
            lost: permille(|stats| stats.lost_permille),
            undelivered: permille(|stats| stats.undelivered_permille),
            round_trip: stats.and_then(|stats| stats.rtt),
            held_back: sound.target_delay,
            concealed: sound.concealed_samples,
            played: sound.total_samples,
            frozen: Duration::from_millis(stats.map_or(0, |stats| stats.frozen_ms)),
            gets: reduced(peer),
            trouble: peer.trouble,
        }
    }
}

/// What a peer gets of the own camera, when its line does not carry what it would like.
fn reduced(peer: &PeerView) -> Option<Reduced> {
    let rung = peer.gets.filter(|_| peer.limited)?;
    Some(match rung.layer() {
        None => Reduced::AudioOnly,
        Some(SLIDES_LAYER) => Reduced::Slides,
        Some(_) => Reduced::Smaller,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use PeerState::{Away, Connected, Connecting, Reconnecting};

    fn of(others: &[(PeerState, Option<f32>)]) -> Signs {
        let others: Vec<_> = others.iter().map(|&(state, concealed)| Other { state, concealed }).collect();
        signs(false, &others)
    }

    #[test]
    fn one_of_several_who_has_no_way_is_no_reason_to_telephone() {
        assert!(of(&[(Connecting, None), (Reconnecting, None), (Away, None)]).unconnected);
        assert!(!of(&[(Connecting, None), (Connected, None)]).unconnected);
        assert!(!of(&[(Away, None)]).unconnected, "its own line is lost");
        assert!(!of(&[]).unconnected && signs(true, &[]).unconnected);
    }

    #[test]
    fn somebody_who_is_understood_is_worth_the_call() {
        let concealed = |others: &[_]| of(others).concealed;
        assert_eq!(concealed(&[(Connected, Some(0.5)), (Connected, Some(0.01))]), 0.01);
        assert_eq!(concealed(&[(Connected, Some(0.5)), (Connected, None), (Away, Some(0.0))]), 0.5);
        assert_eq!(concealed(&[(Connected, None)]), 0.0);
    }
}
