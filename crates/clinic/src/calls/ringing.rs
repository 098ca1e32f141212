//! One call's life: who rings, who came, who did not, and when it is over. Pure: `now` comes from the caller, and what has
//! happened goes out as news for the log.
//!
//! A person rings on all devices at once, so devices are nothing here: the first answer of any counts. Whoever was called has
//! exactly one of [`EventKind::Join`], [`EventKind::Declined`] and [`EventKind::Missed`] as the first outcome, and never rings again.
//! Comings and goings are those of the conference that carries the call, which is asked to end when the call does.

#[cfg(test)]
mod model;
mod place;
#[cfg(test)]
mod tests;

pub(crate) use place::{Miss, Place, Way};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::{Duration, OffsetDateTime};

/// For how long it rings where nobody says otherwise, and for how long somebody who has accepted may take to come in.
pub(crate) const RING: Duration = Duration::seconds(45);
/// For how long a call waits that somebody was told of without ringing, before anybody is in.
pub(crate) const OPEN: Duration = Duration::minutes(15);

/// Somebody in a call, by the order in which they came to be in it. Whoever calls is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct PartyId(pub(crate) u32);

impl PartyId {
    /// Whoever calls, or on whose behalf a broker does.
    pub(crate) const CREATOR: Self = Self(0);
}

/// What happens in a call (`xassist.md`, `callEvents`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EventKind {
    /// It was made.
    Created,
    /// Somebody came in.
    Join,
    /// Somebody went out.
    Leave,
    /// Somebody did not want it, or is in another call.
    Declined,
    /// Somebody was called and did not answer.
    Missed,
    /// It is over.
    Ended,
}

/// What carries a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Carrier {
    /// A conference of its own, which ends with it.
    Own,
    /// A visit or call that ran before, into which people are asked. The comings and goings of whoever asks are the visit's.
    Visit,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// It begins later.
    Planned {
        /// When.
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// It has begun.
    Started {
        /// When.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
    },
    /// It is over.
    Ended {
        /// Whoever called gave up before anybody else came.
        cancelled: bool,
    },
}

/// How a call is to go.
pub(crate) struct Setup {
    pub(crate) carrier: Carrier,
    /// How each of the invited is called, in their order.
    pub(crate) invited: Vec<Way>,
    /// When it begins; without a time, at once.
    pub(crate) planned: Option<OffsetDateTime>,
    /// Whoever calls is called too, once one of the invited has answered: somebody else has made the call for them.
    pub(crate) by_broker: bool,
    /// For how long it rings.
    pub(crate) rings_for: Duration,
}

/// Why an accept is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotTaken {
    /// Another device of the same user was first.
    #[error("answered elsewhere")]
    AnsweredElsewhere,
    /// It does not ring any more.
    #[error("over")]
    Over,
}

/// A call that was kept before one could say for how long it rings.
const fn usual_seconds() -> i64 {
    RING.whole_seconds()
}

/// A call that was kept before whoever came uncalled was told apart.
const fn all() -> u32 {
    u32::MAX
}

/// Says whether it must not ring for somebody.
pub(crate) type Quiet<'a> = &'a dyn Fn(PartyId) -> bool;

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ringing {
    stage: Stage,
    carrier: Carrier,
    by_broker: bool,
    #[serde(default = "usual_seconds")]
    rings_for_seconds: i64,
    /// By [`PartyId`].
    places: Vec<Place>,
    /// So many were called, or call; whoever came uncalled is behind them.
    #[serde(default = "all")]
    called: u32,
    /// Who is in before it begins, and how they are called at its time if they have gone by then.
    #[serde(default)]
    early: BTreeMap<PartyId, Way>,
    #[serde(skip)]
    news: Vec<(EventKind, PartyId)>,
}

impl Ringing {
    /// A call that is made now; it rings at once unless it is planned.
    pub(crate) fn new(setup: Setup, now: OffsetDateTime, quiet: Quiet<'_>) -> Self {
        let Setup { carrier, invited, planned, by_broker, rings_for } = setup;
        let planned = planned.filter(|at| *at > now);
        let creator = if by_broker || planned.is_some() { Place::Later(Way::Ring) } else { Place::Calls };
        let invited = invited.into_iter().map(Place::Later);
        let mut call = Self {
            stage: planned.map_or(Stage::Started { since: now }, |at| Stage::Planned { at }),
            carrier,
            by_broker,
            rings_for_seconds: rings_for.whole_seconds(),
            places: std::iter::once(creator).chain(invited).collect(),
            called: 0,
            early: BTreeMap::new(),
            news: vec![(EventKind::Created, PartyId::CREATOR)],
        };
        call.called = call.next_party().0;
        if planned.is_none() {
            call.start(now, quiet);
        }
        call
    }

    /// What has happened since it was last asked, in its order.
    pub(crate) fn take_news(&mut self) -> Vec<(EventKind, PartyId)> {
        std::mem::take(&mut self.news)
    }

    /// Where it stands.
    pub(crate) const fn stage(&self) -> Stage {
        self.stage
    }

    /// What carries it.
    pub(crate) const fn carrier(&self) -> Carrier {
        self.carrier
    }

    /// Whether it is over.
    pub(crate) const fn is_ended(&self) -> bool {
        matches!(self.stage, Stage::Ended { .. })
    }

    /// How it stands with somebody.
    pub(crate) fn place(&self, party: PartyId) -> Place {
        self.places[party.0 as usize]
    }

    /// Everybody, whoever calls first.
    pub(crate) fn places(&self) -> impl Iterator<Item = (PartyId, Place)> {
        (0..).map(PartyId).zip(self.places.iter().copied())
    }

    /// Somebody takes it on one device, while it rings. A call with a conference of its own that was not to ring is taken
    /// as long as others are in.
    pub(crate) fn accept(
        &mut self,
        party: PartyId,
        now: OffsetDateTime,
        quiet: Quiet<'_>,
    ) -> Result<(), NotTaken> {
        match self.place(party) {
            Place::Rings { until } if until <= now => Err(NotTaken::Over),
            Place::Rings { .. } | Place::Told => {
                self.answers(party, None, now, quiet);
                Ok(())
            }
            Place::Answers { .. } | Place::In | Place::Out if !self.is_ended() => {
                Err(NotTaken::AnsweredElsewhere)
            }
            Place::Missed(Miss::Undisturbed) if self.carrier == Carrier::Own && self.goes_on() => {
                self.answers(party, Some(Miss::Undisturbed), now, quiet);
                Ok(())
            }
            Place::Answers { .. }
            | Place::In
            | Place::Out
            | Place::Calls
            | Place::Later(_)
            | Place::Declined { .. }
            | Place::Missed(_)
            | Place::Never => Err(NotTaken::Over),
        }
    }

    /// Somebody does not want it, which counts for all devices. Nothing happens when it does not ring.
    pub(crate) fn decline(&mut self, party: PartyId, busy: bool, now: OffsetDateTime) {
        match self.place(party) {
            Place::Rings { .. } | Place::Told => {
                self.set(party, Place::Declined { busy });
                self.log(EventKind::Declined, party);
                self.settle(now);
            }
            Place::Calls
            | Place::Later(_)
            | Place::Answers { .. }
            | Place::In
            | Place::Out
            | Place::Declined { .. }
            | Place::Missed(_)
            | Place::Never => {}
        }
    }

    /// Whoever called gives up: nobody rings any more. Others who are in go on.
    pub(crate) fn cancel(&mut self, now: OffsetDateTime) {
        match self.stage {
            Stage::Planned { .. } => self.give_up(),
            Stage::Started { .. } if self.others().any(|(_, place)| place == Place::In) => {
                self.hush();
                self.settle(now);
            }
            Stage::Started { .. } => self.give_up(),
            Stage::Ended { .. } => {}
        }
    }

    /// Somebody has come into the conference.
    pub(crate) fn came(&mut self, party: PartyId, now: OffsetDateTime, quiet: Quiet<'_>) {
        if self.is_ended() || self.place(party) == Place::In || self.is_the_visits(party) {
            return;
        }
        if let Place::Later(way) = self.place(party) {
            self.early.insert(party, way);
        }
        self.set(party, Place::In);
        self.log(EventKind::Join, party);
        self.answered(party, now, quiet);
    }

    /// Somebody who was not called has come into the conference, by a link for example.
    pub(crate) fn came_uncalled(&mut self, now: OffsetDateTime, quiet: Quiet<'_>) -> PartyId {
        let party = self.next_party();
        self.places.push(Place::Told);
        self.came(party, now, quiet);
        party
    }

    /// Somebody has gone from the conference. Whoever has looked in before the time is called at the time all the same.
    pub(crate) fn went(&mut self, party: PartyId, now: OffsetDateTime) {
        if self.is_ended() || self.place(party) != Place::In {
            return;
        }
        let gone = match self.stage {
            Stage::Planned { .. } => self.early.remove(&party).map_or(Place::Never, Place::Later),
            Stage::Started { .. } | Stage::Ended { .. } => Place::Out,
        };
        self.set(party, gone);
        self.log(EventKind::Leave, party);
        self.settle(now);
    }

    /// Somebody cannot sign in any more: it does not ring for them. Without whoever calls it is given up.
    pub(crate) fn removed(&mut self, party: PartyId, now: OffsetDateTime) {
        match self.place(party) {
            Place::Later(_) => self.set(party, Place::Never),
            Place::Told | Place::Rings { .. } | Place::Answers { .. } => self.miss(party, Miss::Cancelled),
            Place::Calls
            | Place::In
            | Place::Out
            | Place::Declined { .. }
            | Place::Missed(_)
            | Place::Never => {}
        }
        // Who is in before the time goes with the sign-ins.
        self.early.remove(&party);
        if party == PartyId::CREATOR { self.cancel(now) } else { self.settle(now) }
    }

    /// The conference has ended.
    pub(crate) fn conference_over(&mut self) {
        self.give_up();
    }

    /// Time has passed.
    pub(crate) fn expire(&mut self, now: OffsetDateTime, quiet: Quiet<'_>) {
        match self.stage {
            Stage::Planned { at } if now > at + self.rings_for() => {
                // Nobody looked at its time.
                for party in self.parties().collect::<Vec<_>>() {
                    if matches!(self.place(party), Place::Later(_)) {
                        self.miss(party, Miss::TimedOut);
                    }
                }
                self.stage = Stage::Started { since: at };
                self.settle(now);
            }
            Stage::Planned { at } if now >= at => self.start(now, quiet),
            Stage::Planned { .. } | Stage::Ended { .. } => {}
            Stage::Started { .. } => {
                for party in self.parties().collect::<Vec<_>>() {
                    if self.place(party).until().is_some_and(|until| until <= now) {
                        self.miss(party, Miss::TimedOut);
                    }
                }
                self.settle(now);
            }
        }
    }

    /// When [`Self::expire`] has something to do; `None` when only people do.
    pub(crate) fn next_timeout(&self) -> Option<OffsetDateTime> {
        match self.stage {
            Stage::Planned { at } => Some(at),
            Stage::Started { since } => {
                let rings = self.places.iter().filter_map(|place| place.until()).min();
                rings.or_else(|| self.is_waiting_for_anybody().then(|| self.deadline(since)))
            }
            Stage::Ended { .. } => None,
        }
    }
}

impl Ringing {
    const fn rings_for(&self) -> Duration {
        Duration::seconds(self.rings_for_seconds)
    }

    fn parties(&self) -> impl Iterator<Item = PartyId> + use<> {
        (0..self.places.len() as u32).map(PartyId)
    }

    fn next_party(&self) -> PartyId {
        PartyId(u32::try_from(self.places.len()).expect("rooms are small"))
    }

    /// Whether this one was called, by whoever calls.
    const fn is_invited(&self, party: PartyId) -> bool {
        party.0 != PartyId::CREATOR.0 && party.0 < self.called
    }

    /// Everybody but whoever calls.
    fn others(&self) -> impl Iterator<Item = (PartyId, Place)> {
        self.places().skip(1)
    }

    fn set(&mut self, party: PartyId, place: Place) {
        self.places[party.0 as usize] = place;
    }

    fn log(&mut self, kind: EventKind, party: PartyId) {
        self.news.push((kind, party));
    }

    fn answers(&mut self, party: PartyId, missed: Option<Miss>, now: OffsetDateTime, quiet: Quiet<'_>) {
        self.set(party, Place::Answers { until: now + RING, missed });
        self.answered(party, now, quiet);
    }

    /// Nobody misses a call twice.
    fn miss(&mut self, party: PartyId, why: Miss) {
        if let Place::Answers { missed: Some(before), .. } = self.place(party) {
            self.set(party, Place::Missed(before));
            return;
        }
        self.set(party, Place::Missed(why));
        self.log(EventKind::Missed, party);
    }

    /// Whether somebody's comings and goings are none of the call's.
    fn is_the_visits(&self, party: PartyId) -> bool {
        self.carrier == Carrier::Visit && party == PartyId::CREATOR
    }

    fn start(&mut self, now: OffsetDateTime, quiet: Quiet<'_>) {
        self.stage = Stage::Started { since: now };
        self.early.clear();
        for party in self.parties().skip(usize::from(self.by_broker)) {
            self.call(party, now, quiet);
        }
        if self.others().any(|(party, place)| self.is_invited(party) && place == Place::In) {
            self.call(PartyId::CREATOR, now, quiet);
        }
        self.settle(now);
    }

    fn call(&mut self, party: PartyId, now: OffsetDateTime, quiet: Quiet<'_>) {
        match self.place(party) {
            Place::Later(Way::Tell) => self.set(party, Place::Told),
            Place::Later(Way::Ring) if quiet(party) => self.miss(party, Miss::Undisturbed),
            Place::Later(Way::Ring) => {
                self.set(party, Place::Rings { until: now + self.rings_for() });
            }
            Place::Calls
            | Place::Told
            | Place::Rings { .. }
            | Place::Answers { .. }
            | Place::In
            | Place::Out
            | Place::Declined { .. }
            | Place::Missed(_)
            | Place::Never => {}
        }
    }

    /// One of the invited has answered a broker's call: now whoever it was made for rings.
    fn answered(&mut self, party: PartyId, now: OffsetDateTime, quiet: Quiet<'_>) {
        if self.by_broker && self.is_invited(party) && matches!(self.stage, Stage::Started { .. }) {
            self.call(PartyId::CREATOR, now, quiet);
        }
    }

    /// Nobody is called any more.
    fn hush(&mut self) {
        for party in self.parties().collect::<Vec<_>>() {
            if self.place(party).is_called() {
                self.miss(party, Miss::Cancelled);
            }
        }
    }

    fn is_anybody(&self, like: impl Fn(Place) -> bool) -> bool {
        self.places.iter().any(|place| like(*place))
    }

    /// Whether somebody other than whoever calls is or was in.
    fn was_held(&self) -> bool {
        self.others().any(|(_, place)| matches!(place, Place::In | Place::Out))
    }

    /// Whether there is somebody to talk to.
    fn goes_on(&self) -> bool {
        matches!(self.stage, Stage::Started { .. }) && self.is_anybody(|place| place == Place::In)
    }

    /// Whether nobody rings, is in or was in, and somebody may still come without being called.
    fn is_waiting_for_anybody(&self) -> bool {
        self.carrier == Carrier::Own
            && self.is_anybody(|place| matches!(place, Place::Calls | Place::Told))
            && !self.is_anybody(|place| matches!(place, Place::In | Place::Out) || place.until().is_some())
    }

    /// Until when somebody has to come.
    fn deadline(&self, since: OffsetDateTime) -> OffsetDateTime {
        // Nobody is called where anybody may come by the link.
        let rings = self.places.len() > 1 && !self.is_anybody(|place| place == Place::Told);
        since + if rings { RING } else { OPEN }
    }

    /// Ends it when nobody is left.
    fn settle(&mut self, now: OffsetDateTime) {
        let Stage::Started { since } = self.stage else { return };
        let is_awaited = self.is_anybody(|place| place.until().is_some());
        match self.carrier {
            Carrier::Visit if is_awaited || self.is_anybody(|place| place == Place::In) => {}
            Carrier::Visit => self.end(false),
            Carrier::Own if self.is_anybody(|place| place == Place::In) => {}
            Carrier::Own if self.has_given_up() => self.give_up(),
            Carrier::Own if is_awaited => {}
            Carrier::Own if self.is_waiting_for_anybody() && now < self.deadline(since) => {}
            Carrier::Own => self.end(false),
        }
    }

    /// Whether whoever calls has gone again, and nobody is about to come in.
    fn has_given_up(&self) -> bool {
        self.place(PartyId::CREATOR) == Place::Out
            && !self.is_anybody(|place| matches!(place, Place::Answers { .. }))
    }

    /// It ends before its time; whoever called has called it off if somebody could still have come.
    fn give_up(&mut self) {
        let is_open = matches!(self.stage, Stage::Planned { .. }) || self.is_anybody(Place::is_called);
        self.end(is_open && !self.was_held());
    }

    fn end(&mut self, cancelled: bool) {
        if self.is_ended() {
            return;
        }
        self.hush();
        for party in self.parties().collect::<Vec<_>>() {
            match self.place(party) {
                Place::In => {
                    self.set(party, Place::Out);
                    self.log(EventKind::Leave, party);
                }
                Place::Later(_) => self.set(party, Place::Never),
                Place::Calls
                | Place::Told
                | Place::Rings { .. }
                | Place::Answers { .. }
                | Place::Out
                | Place::Declined { .. }
                | Place::Missed(_)
                | Place::Never => {}
            }
        }
        self.stage = Stage::Ended { cancelled };
        self.log(EventKind::Ended, PartyId::CREATOR);
    }
}
