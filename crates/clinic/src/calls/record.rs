//! What is kept of a call beside how it goes.

use super::ringing::{EventKind, PartyId, Ringing, Stage};
use crate::keys::Digest;
use crate::notifier::Reachable;
use crate::store::{CallKey, Entry};
use consilium_model::{ConferenceId, Participant, Role, Secret, UserId};
use consilium_wire::home::calls::{CallId, TeamId};
use consilium_wire::room::Rights;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use time::OffsetDateTime;

pub(crate) use consilium_wire::xassist::PREFIX;

/// Why somebody calls (`xassist.md`, `callReason`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallReason {
    /// To talk.
    #[default]
    Standard,
    /// A request for service.
    ServiceRequest,
}

/// How media is to go (`xassist.md`, `callType`): a wish. Everything goes between the participants for now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallType {
    /// Between the participants.
    #[default]
    Mesh,
    /// Over a media server.
    Sfu,
}

/// Where a call stands, as it is told (`xassist.md`, `callStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallStatus {
    /// It begins later.
    Planned,
    /// It has begun.
    Started,
    /// It is over.
    Ended,
}

/// A call that is to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewCall {
    /// Who asks for it.
    pub(crate) caller: UserId,
    /// For whom, when a broker asks: that one rings only after an invited one has answered.
    pub(crate) on_behalf_of: Option<UserId>,
    /// What it is about: one line.
    pub(crate) title: Option<Secret>,
    /// Why.
    pub(crate) reason: CallReason,
    /// The wish of how media goes.
    pub(crate) kind: CallType,
    /// Who is called.
    pub(crate) contacts: Vec<Invited>,
    /// Teams, of which everybody is called.
    pub(crate) teams: Vec<TeamId>,
    /// Whether anybody may come in by the call's link.
    pub(crate) anonymous: bool,
    /// Whether the invited ring. Otherwise they find the call in their log, and come when they like.
    pub(crate) directly: bool,
    /// When it begins; without a time, or with one that is over, at once.
    pub(crate) planned: Option<OffsetDateTime>,
    /// Where users who are called are told outside the application as well.
    pub(crate) addresses: HashMap<UserId, Reachable>,
    /// By what whoever asks again gets the same call.
    pub(crate) key: Option<CallKey>,
}

impl NewCall {
    /// A call of this user that rings at once; nobody is called yet.
    pub(crate) fn by(caller: UserId) -> Self {
        Self {
            caller,
            on_behalf_of: None,
            title: None,
            reason: CallReason::default(),
            kind: CallType::default(),
            contacts: Vec::new(),
            teams: Vec::new(),
            anonymous: false,
            directly: true,
            planned: None,
            addresses: HashMap::new(),
            key: None,
        }
    }
}

/// Somebody who is to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Invited {
    /// A member of the staff.
    User(UserId),
    /// Somebody without a login, who comes by a link of which they are told.
    External {
        /// The name that others see.
        name: Secret,
        /// A mail address.
        email: Option<Secret>,
        /// A telephone number.
        phone: Option<Secret>,
    },
}

/// Somebody in a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    /// As the conference knows them: specialists are members of the staff, clients come by links.
    pub(crate) who: Participant,
    /// The name.
    pub(crate) name: Secret,
    /// A mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<Secret>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<Secret>,
    /// Came without being called, by the call's link or from the conference.
    #[serde(default)]
    pub(crate) uncalled: bool,
    /// Cannot sign in any more. Whoever gets the login later is somebody else.
    #[serde(default)]
    pub(crate) removed: bool,
}

impl Person {
    /// A member of the staff.
    pub(crate) fn user(id: UserId, name: Secret) -> Self {
        Self::new(Participant::specialist(id), name)
    }

    /// Somebody by a participant's id and name.
    pub(crate) const fn new(who: Participant, name: Secret) -> Self {
        Self { who, name, email: None, phone: None, uncalled: false, removed: false }
    }

    /// A call that has ended tells nobody any more.
    pub(crate) fn forget_addresses(&mut self) {
        (self.email, self.phone) = (None, None);
    }

    /// The login, of a member of the staff who can sign in.
    pub(crate) fn login(&self) -> Option<&UserId> {
        (self.who.role == Role::Specialist && !self.removed).then_some(&self.who.id)
    }
}

/// What never changes about a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CallRecord {
    /// The call.
    pub(crate) id: CallId,
    /// The conference that carries it.
    pub(crate) conference: ConferenceId,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) created_at: OffsetDateTime,
    /// When it was to begin, when that was later.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub(crate) planned_at: Option<OffsetDateTime>,
    /// Who has made it for somebody else.
    #[serde(default)]
    pub(crate) broker: Option<UserId>,
    /// What it is about.
    #[serde(default)]
    pub(crate) title: Option<Secret>,
    /// Why.
    #[serde(default)]
    pub(crate) reason: CallReason,
    /// The wish of how media goes.
    #[serde(default)]
    pub(crate) kind: CallType,
    /// Whether anybody may come in by the call's link.
    #[serde(default)]
    pub(crate) anonymous: bool,
}

/// A line of a call's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LoggedEvent {
    /// Grows over the whole server, in the order in which things happened.
    pub(crate) id: u64,
    /// When.
    pub(crate) at: OffsetDateTime,
    /// What.
    pub(crate) kind: EventKind,
    /// Of whom.
    pub(crate) party: PartyId,
}

/// A call at one moment, with everything that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// Grows over the whole server.
    pub(crate) number: u64,
    /// What never changes.
    pub(crate) record: Arc<CallRecord>,
    /// Whoever has made it for somebody else cannot sign in any more. Whoever gets the login later is somebody else.
    pub(crate) broker_removed: bool,
    /// Everybody, by [`PartyId`]: whoever calls first.
    pub(crate) people: Vec<Person>,
    /// How it goes.
    pub(crate) ringing: Ringing,
    /// So many events of the conference it has taken in.
    pub(crate) seen: u64,
    /// What has happened, oldest first.
    pub(crate) events: Vec<LoggedEvent>,
    /// With which sign-in somebody has accepted or declined, since the server started.
    pub(crate) hands: BTreeMap<PartyId, Digest>,
}

impl Snapshot {
    /// Whoever calls.
    pub(crate) fn creator(&self) -> &Person {
        self.person(PartyId::CREATOR)
    }

    /// Whoever was called, without those who came uncalled.
    pub(crate) fn invited(&self) -> impl Iterator<Item = (PartyId, &Person)> {
        self.parties().skip(1).filter(|(_, person)| !person.uncalled)
    }

    /// Everybody.
    pub(crate) fn parties(&self) -> impl Iterator<Item = (PartyId, &Person)> {
        (0..).map(PartyId).zip(&self.people)
    }

    /// One of them.
    pub(crate) fn person(&self, party: PartyId) -> &Person {
        &self.people[party.0 as usize]
    }

    /// Which of them a user is.
    pub(crate) fn party_of(&self, user: &UserId) -> Option<PartyId> {
        self.parties().find(|(_, person)| person.login() == Some(user)).map(|(party, _)| party)
    }

    /// Where it stands.
    pub(crate) const fn status(&self) -> CallStatus {
        match self.ringing.stage() {
            Stage::Planned { .. } => CallStatus::Planned,
            Stage::Started { .. } => CallStatus::Started,
            Stage::Ended { .. } => CallStatus::Ended,
        }
    }

    /// Whether the call is any business of this user: whoever calls, has made it for somebody else, or was called.
    pub(crate) fn may_see(&self, user: &UserId) -> bool {
        self.is_callers(user) || self.party_of(user).is_some()
    }

    /// Who has made it for somebody else and can sign in.
    pub(crate) fn broker(&self) -> Option<&UserId> {
        self.record.broker.as_ref().filter(|_| !self.broker_removed)
    }

    /// Whether this user has made the call; whoever a broker calls for has not.
    pub(crate) fn is_made_by(&self, user: &UserId) -> bool {
        match &self.record.broker {
            Some(_) => self.broker() == Some(user),
            None => self.creator().login() == Some(user),
        }
    }

    /// Whether this user calls, or has made the call for somebody else.
    pub(crate) fn is_callers(&self, user: &UserId) -> bool {
        self.creator().login() == Some(user) || self.broker() == Some(user)
    }
}

/// What only this face knows of a conference: that it carries a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placed {
    /// The call.
    pub(crate) call: CallId,
    /// Who calls.
    pub(crate) creator: UserId,
    /// Who has made it: whoever calls, or a broker.
    pub(crate) maker: UserId,
    /// The wish of how media goes.
    pub(crate) kind: CallType,
}

impl Placed {
    /// Nobody knocks: whoever was called, or has the link of a call that is open to anybody, comes in.
    #[expect(clippy::unused_self, reason = "every face is asked the same")]
    pub(crate) const fn entry_of(&self, _: &Participant) -> Entry {
        Entry::Free
    }

    /// Whoever calls gives up for everybody; others leave.
    pub(crate) fn may_cancel(&self, who: &Participant) -> bool {
        *who == Participant::specialist(self.creator.clone())
    }

    /// Whoever calls ends it for everybody, and so does anybody who is in. Who was called and has not come has no say.
    pub(crate) fn may_finish(&self, who: &Participant, joined: &BTreeSet<Participant>) -> bool {
        self.may_cancel(who) || joined.contains(who)
    }

    /// What a participant may do.
    #[expect(clippy::unused_self, reason = "every face is asked the same")]
    pub(crate) fn rights_of(&self, who: &Participant) -> Rights {
        Rights { admit: who.role == Role::Specialist, ..Rights::GUEST }
    }

    /// Whoever comes by a link has an account for this call only.
    #[expect(clippy::unused_self, reason = "every face is asked the same")]
    pub(crate) fn made_account(&self, who: &Participant) -> bool {
        who.role == Role::Client
    }
}
