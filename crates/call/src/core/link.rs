//! The negotiation of one transport: perfect negotiation (RFC 8829, W3C WebRTC section 10.7) with an explicit
//! rollback, candidates that come early or cannot be told yet, and answers that got lost.

use super::sdp::takes_screen;
use super::{Candidate, Effect, Health, LinkId};
use consilium_model::{PeerId, Secret};
use consilium_wire::room::{DescriptionKind, FromClient, Signal};
use std::collections::VecDeque;
use std::time::Instant;

/// The peer may give so many candidates with one description. An honest one has a tenth of it.
const MAX_CANDIDATES: usize = 100;

/// Where effects go, and whether the peer can be told anything at the moment.
pub(super) struct Out<'a> {
    pub(super) effects: &'a mut VecDeque<Effect>,
    pub(super) peer: &'a PeerId,
    pub(super) reachable: bool,
}

impl Out<'_> {
    /// Tells the peer, or does not when it cannot be reached.
    pub(super) fn signal(&mut self, signal: Signal) {
        if self.reachable {
            self.effects.push_back(Effect::Send(FromClient::Signal { to: self.peer.clone(), signal }));
        }
    }

    fn describe(&mut self, kind: DescriptionKind, sdp: &Secret) {
        self.signal(Signal::Description { kind, sdp: sdp.clone() });
    }
}

/// One transport to one peer.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) id: LinkId,
    pub(super) negotiation: Negotiation,
    pub(super) health: Health,
    /// Since when negotiation and health are what they are.
    pub(super) since: Instant,
    /// The transport at the other end, once it is known.
    pub(super) remote: Option<Remote>,
    /// An ICE restart is wanted as soon as the negotiation allows.
    pub(super) restart: bool,
    /// Candidates that came before a description.
    early: Vec<Candidate>,
    /// Candidates taken since the last description.
    taken: usize,
    /// Own candidates that could not be told.
    held: Vec<Candidate>,
    /// The last offer that was answered, with its answer: the answer may get lost.
    answered: Option<(Secret, Secret)>,
}

/// The transport at the other end, as its description that was applied last says.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    pub(super) name: String,
    /// It has a place for a screen.
    takes_screen: bool,
}

/// Where the exchange of offer and answer stands.
#[derive(Debug)]
pub(super) enum Negotiation {
    /// The peer is expected to offer.
    Idle,
    /// The own offer is being made.
    Offering,
    /// The own offer is out.
    Offered {
        sdp: Secret,
        /// How often it was sent again.
        repeats: u32,
    },
    /// The peer's offer is being answered.
    Answering {
        offer: Secret,
        /// What was known before it.
        before: Option<Remote>,
    },
    /// Both sides agree.
    Stable,
}

/// What a peer's offer means to this link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is taken, or was answered before and is answered again.
    Taken,
    /// The peer has a new transport: this link leads nowhere and has to be replaced.
    Replaced,
}

impl Link {
    pub(super) fn new(id: LinkId, now: Instant) -> Self {
        Self {
            id,
            negotiation: Negotiation::Idle,
            health: Health::Connecting,
            since: now,
            remote: None,
            restart: false,
            early: Vec::new(),
            taken: 0,
            held: Vec::new(),
            answered: None,
        }
    }

    /// Packets may pass: connected, or silent for a moment only.
    pub(super) fn carries(&self) -> bool {
        matches!(self.health, Health::Connected | Health::Disconnected)
    }

    /// The other end has a place for a screen.
    pub(super) fn takes_screen(&self) -> bool {
        self.remote.as_ref().is_some_and(|remote| remote.takes_screen)
    }

    pub(super) fn offer(&mut self, now: Instant, ice_restart: bool, out: &mut Out<'_>) {
        self.enter(Negotiation::Offering, now);
        self.restart = false;
        out.effects.push_back(Effect::CreateOffer { peer: out.peer.clone(), link: self.id, ice_restart });
    }

    /// Sends the offer that nobody answered once more.
    pub(super) fn repeat_offer(&mut self, now: Instant, out: &mut Out<'_>) {
        if let Negotiation::Offered { sdp, repeats } = &mut self.negotiation {
            *repeats += 1;
            out.describe(DescriptionKind::Offer, sdp);
            self.since = now;
        }
    }

    /// The transport has made a local description.
    pub(super) fn described(&mut self, now: Instant, kind: DescriptionKind, sdp: Secret, out: &mut Out<'_>) {
        match (kind, std::mem::replace(&mut self.negotiation, Negotiation::Stable)) {
            (DescriptionKind::Offer, Negotiation::Offering) => {
                out.describe(kind, &sdp);
                self.enter(Negotiation::Offered { sdp, repeats: 0 }, now);
                self.tell_held(out);
            }
            (DescriptionKind::Answer, Negotiation::Answering { offer, .. }) => {
                out.describe(kind, &sdp);
                self.answered = Some((offer, sdp));
                self.agree(now);
                self.tell_held(out);
            }
            // An offer that was rolled back meanwhile.
            (_, unchanged) => self.negotiation = unchanged,
        }
    }

    /// The peer offers, with a transport of that name.
    pub(super) fn remote_offer(
        &mut self,
        now: Instant,
        (sdp, name): (Secret, &str),
        polite: bool,
        out: &mut Out<'_>,
    ) -> Verdict {
        if self.remote.as_ref().is_some_and(|known| known.name != name) {
            return Verdict::Replaced;
        }
        match &self.negotiation {
            Negotiation::Idle | Negotiation::Stable => match &self.answered {
                Some((offer, answer)) if *offer == sdp => out.describe(DescriptionKind::Answer, answer),
                _ => self.take_offer(now, sdp, name, out),
            },
            Negotiation::Offering | Negotiation::Offered { .. } if polite => {
                out.effects.push_back(Effect::Rollback { peer: out.peer.clone(), link: self.id });
                self.take_offer(now, sdp, name, out);
            }
            Negotiation::Offering | Negotiation::Offered { .. } | Negotiation::Answering { .. } => {}
        }
        Verdict::Taken
    }

    /// The peer answers. Anything but the answer to the offer that is out is stale.
    pub(super) fn remote_answer(&mut self, now: Instant, (sdp, name): (Secret, &str), out: &mut Out<'_>) {
        let expected = self.remote.as_ref().is_none_or(|known| known.name == name);
        if matches!(self.negotiation, Negotiation::Offered { .. }) && expected {
            self.apply(DescriptionKind::Answer, sdp, name, out);
            self.agree(now);
        }
    }

    /// The transport refused the peer's description and is as it was before.
    pub(super) fn rejected(&mut self, now: Instant) {
        if let Negotiation::Answering { before, .. } = &mut self.negotiation {
            self.remote = before.take();
            let agreed = if self.remote.is_some() { Negotiation::Stable } else { Negotiation::Idle };
            self.enter(agreed, now);
        }
    }

    pub(super) fn remote_candidate(&mut self, candidate: Candidate, out: &mut Out<'_>) {
        if self.taken >= MAX_CANDIDATES {
            return;
        }
        self.taken += 1;
        if self.remote.is_some() {
            self.add(candidate, out);
        } else {
            self.early.push(candidate);
        }
    }

    pub(super) fn local_candidate(&mut self, candidate: Candidate, out: &mut Out<'_>) {
        self.held.push(candidate);
        self.tell_held(out);
    }

    /// Tells what could not be told, unless the description it belongs to is not out yet.
    pub(super) fn tell_held(&mut self, out: &mut Out<'_>) {
        let early = matches!(self.negotiation, Negotiation::Offering | Negotiation::Answering { .. });
        if !out.reachable || early {
            return;
        }
        for Candidate { line, mid, index } in self.held.drain(..) {
            out.signal(Signal::Candidate { candidate: line, sdp_mid: mid, sdp_m_line_index: index });
        }
    }

    fn take_offer(&mut self, now: Instant, sdp: Secret, name: &str, out: &mut Out<'_>) {
        self.enter(Negotiation::Answering { offer: sdp.clone(), before: self.remote.clone() }, now);
        self.restart = false;
        self.apply(DescriptionKind::Offer, sdp, name, out);
    }

    fn apply(&mut self, kind: DescriptionKind, sdp: Secret, name: &str, out: &mut Out<'_>) {
        self.remote = Some(Remote { name: name.to_owned(), takes_screen: takes_screen(sdp.expose()) });
        self.taken = 0;
        out.effects.push_back(Effect::ApplyRemote { peer: out.peer.clone(), link: self.id, kind, sdp });
        for candidate in std::mem::take(&mut self.early) {
            self.add(candidate, out);
        }
    }

    fn add(&self, candidate: Candidate, out: &mut Out<'_>) {
        out.effects.push_back(Effect::AddCandidate { peer: out.peer.clone(), link: self.id, candidate });
    }

    /// Both sides agree. A way that was lost is being looked for anew from here.
    fn agree(&mut self, now: Instant) {
        self.enter(Negotiation::Stable, now);
        if self.health != Health::Connected {
            self.health = Health::Connecting;
        }
    }

    fn enter(&mut self, negotiation: Negotiation, now: Instant) {
        self.negotiation = negotiation;
        self.since = now;
    }
}
