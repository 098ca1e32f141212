//! Who asks to be let in, as a specialist hears of it: from the room, where it is in one, and at home, wherever it is.
//! Pure.

use crate::view::{CheckState, KnockAt, KnockRow, ReadyView};
use consilium_client::HomeEvent;
use consilium_model::{ConferenceId, PeerId, Secret};
use consilium_wire::home::Event;
use consilium_wire::room::{Check, FromServer, Readiness, Waits};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Somebody who asks to be let in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Knock {
    pub(crate) peer: PeerId,
    pub(crate) name: Secret,
    pub(crate) waits: Waits,
    /// When that was told.
    pub(crate) told: Instant,
}

impl Knock {
    /// For how long it has waited.
    pub(crate) fn waited(&self, now: Instant) -> Duration {
        Duration::from_secs(self.waits.seconds.into()) + now.saturating_duration_since(self.told)
    }

    /// For the window.
    pub(crate) fn row(&self, at: KnockAt, busy: bool, now: Instant) -> KnockRow {
        KnockRow {
            id: self.peer.as_str().to_owned(),
            name: self.name.expose().clone(),
            waits_ms: u64::try_from(self.waited(now).as_millis()).unwrap_or(u64::MAX),
            ready: ready(self.waits.ready),
            away: self.waits.away,
            at,
            busy,
        }
    }
}

/// What was told in the room.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RoomKnocks(Vec<Knock>);

impl RoomKnocks {
    /// Takes in what the room says. After every welcome it tells each knock that holds.
    pub(crate) fn hear(&mut self, message: &FromServer, now: Instant) {
        match message {
            FromServer::Welcome { .. } => self.0.clear(),
            FromServer::Knocking { peer, waits } => {
                self.0.retain(|known| known.peer != peer.id);
                let (peer, name) = (peer.id.clone(), peer.name.clone());
                self.0.push(Knock { peer, name, waits: *waits, told: now });
            }
            FromServer::KnockOver { peer } => self.0.retain(|known| known.peer != *peer),
            _ => {}
        }
    }

    /// Everybody.
    pub(crate) fn all(&self) -> &[Knock] {
        &self.0
    }

    /// This one asks.
    pub(crate) fn has(&self, peer: &PeerId) -> bool {
        self.0.iter().any(|known| known.peer == *peer)
    }
}

/// What was told at home.
#[derive(Debug, Default)]
pub(crate) struct HomeKnocks {
    known: BTreeMap<PeerId, (ConferenceId, Knock)>,
    /// Told again since the line came back; the others are forgotten when all is told.
    again: Option<Vec<PeerId>>,
}

impl HomeKnocks {
    /// Takes in what was told.
    pub(crate) fn take(&mut self, event: HomeEvent, now: Instant) {
        match event {
            HomeEvent::Connected => self.again = Some(Vec::new()),
            HomeEvent::Event(Event::Knocking { visit, peer, name, waits, .. }) => {
                self.again.iter_mut().for_each(|again| again.push(peer.clone()));
                self.known.insert(peer.clone(), (visit, Knock { peer, name, waits, told: now }));
            }
            HomeEvent::Event(Event::KnockOver { peer, .. }) => drop(self.known.remove(&peer)),
            HomeEvent::Event(Event::Known) => {
                if let Some(again) = self.again.take() {
                    self.known.retain(|peer, _| again.contains(peer));
                }
            }
            HomeEvent::Event(
                Event::Ringing { .. }
                | Event::RingOver { .. }
                | Event::Calling { .. }
                | Event::Contact { .. }
                | Event::Missed { .. }
                | Event::Refused { .. }
                | Event::Unknown,
            ) => {}
            // Whoever knocks does not stop because nobody says so. When the line comes back, all is told again.
            HomeEvent::Lost => {}
            HomeEvent::Over => *self = Self::default(),
        }
    }

    /// Everybody, with the visit at which it knocks.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&ConferenceId, &Knock)> {
        self.known.values().map(|(visit, knock)| (visit, knock))
    }

    /// The visit at which this one knocks.
    pub(crate) fn visit_of(&self, peer: &PeerId) -> Option<&ConferenceId> {
        self.known.get(peer).map(|(visit, _)| visit)
    }
}

/// A check's findings, for the window.
pub(crate) const fn ready(found: Readiness) -> ReadyView {
    ReadyView {
        camera: state(found.camera),
        microphone: state(found.microphone),
        network: state(found.network),
    }
}

const fn state(check: Check) -> CheckState {
    match check {
        Check::Good => CheckState::Good,
        Check::Poor => CheckState::Poor,
        Check::Missing => CheckState::Missing,
        Check::Busy => CheckState::Busy,
        Check::Forbidden => CheckState::Forbidden,
        Check::Failed => CheckState::Failed,
        Check::Unknown => CheckState::Unknown,
    }
}

/// A finding of the own check, as those inside are told.
pub(crate) const fn told(state: CheckState) -> Check {
    match state {
        CheckState::Good => Check::Good,
        CheckState::Poor => Check::Poor,
        CheckState::Missing => Check::Missing,
        CheckState::Busy => Check::Busy,
        CheckState::Forbidden => Check::Forbidden,
        CheckState::Failed => Check::Failed,
        CheckState::Unknown | CheckState::Looking => Check::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_model::Role;

    fn knocking(peer: &str, seconds: u32) -> HomeEvent {
        HomeEvent::Event(Event::Knocking {
            visit: ConferenceId::new("v-1"),
            peer: PeerId::new(peer),
            name: "Sample".into(),
            role: Role::Client,
            waits: Waits { seconds, ..Waits::default() },
        })
    }

    fn peers(knocks: &HomeKnocks) -> Vec<&str> {
        knocks.all().map(|(_, knock)| knock.peer.as_str()).collect()
    }

    #[test]
    fn what_is_not_told_again_after_a_loss_is_over() {
        let (mut knocks, now) = (HomeKnocks::default(), Instant::now());
        let known = HomeEvent::Event(Event::Known);
        for event in
            [HomeEvent::Connected, knocking("a", 1), knocking("b", 1), known.clone(), HomeEvent::Lost]
        {
            knocks.take(event, now);
        }
        assert_eq!(peers(&knocks), ["a", "b"], "a lost line ends no knock");
        for event in [HomeEvent::Connected, knocking("b", 9), knocking("c", 1)] {
            knocks.take(event, now);
        }
        assert_eq!(peers(&knocks), ["a", "b", "c"], "not all is told yet");
        knocks.take(known, now);
        assert_eq!(peers(&knocks), ["b", "c"]);
        knocks.take(HomeEvent::Over, now);
        assert_eq!(peers(&knocks).len(), 0);
    }

    #[test]
    fn the_waiting_goes_on_between_two_words_of_it() {
        let (mut knocks, now) = (HomeKnocks::default(), Instant::now());
        knocks.take(knocking("a", 30), now);
        let (_, knock) = knocks.all().next().unwrap();
        assert_eq!(knock.waited(now + Duration::from_secs(12)), Duration::from_secs(42));
    }
}
