//! What a conference is to the vendor's protocol that it was made through, beside what it is to everybody.
//!
//! Kept in the conference's record, so that it changes in the same transaction. What a face keeps is its own business;
//! the domain asks only how somebody comes in, what they may do there, and which names lead to them.

use crate::calls::Placed;
use crate::coviu::Scheduled;
use crate::trueconf::Hosted;
use consilium_model::{Participant, Plan, Role};
use consilium_wire::room::Rights;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use time::OffsetDateTime;

/// The protocol that a conference was made through.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
// What a face keeps is below a name of its own, so that its fields may be called anything.
#[serde(tag = "name", content = "kept", rename_all = "snake_case")]
pub(crate) enum Face {
    /// MedMe Conference.
    #[default]
    Medme,
    /// Coviu.
    Coviu(Box<Scheduled>),
    /// `TrueConf` Server.
    TrueConf(Box<Hosted>),
    /// A call that rings ([`crate::calls`]).
    XAssist(Box<Placed>),
}

impl Face {
    /// Somebody calls: it has no planned length, and is not taken up again.
    pub(crate) const fn is_call(&self) -> bool {
        matches!(self, Self::XAssist(_))
    }
}

/// How somebody comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// By the rules of the status machine, by itself.
    Free,
    /// Somebody who is inside lets it in; that is when it joins.
    Knock,
}

/// Whether somebody who knocks may come to the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Not yet.
    Early,
    /// Now.
    Open,
    /// No longer; those who were let in go on.
    Late,
}

impl Face {
    /// Whether somebody who knocks may come to the door of a conference with this plan.
    pub(crate) fn door_at(&self, plan: &Plan, now: OffsetDateTime) -> Door {
        match self {
            _ if now < plan.scheduled_start => Door::Early,
            Self::Coviu(_) if now >= plan.scheduled_end() => Door::Late,
            Self::Medme | Self::Coviu(_) | Self::TrueConf(_) | Self::XAssist(_) => Door::Open,
        }
    }

    /// How this participant comes in.
    pub(crate) fn entry_of(&self, who: &Participant) -> Entry {
        match self {
            Self::Medme => Entry::Free,
            Self::Coviu(scheduled) => scheduled.entry_of(who),
            Self::TrueConf(hosted) => hosted.entry_of(who),
            Self::XAssist(placed) => placed.entry_of(who),
        }
    }

    /// Whether this participant may call the conference off, for everybody. A client of the clinic's own booking system
    /// may, it is its appointment; whoever has a vendor's guest link may not, before it is let in or after.
    pub(crate) fn may_cancel(&self, who: &Participant) -> bool {
        match self {
            Self::Medme => true,
            Self::Coviu(_) | Self::TrueConf(_) => who.role == Role::Specialist,
            Self::XAssist(placed) => placed.may_cancel(who),
        }
    }

    /// Whether this participant may end the conference or interrupt it, for everybody, when these are in.
    pub(crate) fn may_finish(&self, who: &Participant, joined: &BTreeSet<Participant>) -> bool {
        match self {
            Self::Medme | Self::Coviu(_) | Self::TrueConf(_) => true,
            Self::XAssist(placed) => placed.may_finish(who, joined),
        }
    }

    /// Whether it waits with its start for every client, and says so when one has gone. A call waits for nobody.
    pub(crate) const fn waits_for_clients(&self) -> bool {
        match self {
            Self::Medme | Self::Coviu(_) | Self::TrueConf(_) => true,
            Self::XAssist(_) => false,
        }
    }

    /// Whether its end may be taken back. A call that is over is over: people call again.
    pub(crate) const fn may_restore(&self) -> bool {
        match self {
            Self::Medme | Self::Coviu(_) | Self::TrueConf(_) => true,
            Self::XAssist(_) => false,
        }
    }

    /// What this participant may do once it is in.
    pub(crate) fn rights_of(&self, who: &Participant) -> Rights {
        match self {
            Self::Medme => Rights { admit: who.role == Role::Specialist, ..Rights::GUEST },
            Self::Coviu(scheduled) => scheduled.rights_of(who),
            Self::TrueConf(hosted) => hosted.rights_of(who),
            Self::XAssist(placed) => placed.rights_of(who),
        }
    }

    /// Whether this participant has its account for this conference only.
    pub(crate) fn made_account(&self, who: &Participant) -> bool {
        match self {
            Self::Medme => false,
            Self::Coviu(scheduled) => scheduled.made_account(who),
            Self::TrueConf(hosted) => hosted.made_account(who),
            Self::XAssist(placed) => placed.made_account(who),
        }
    }

    /// Who made it, for the audit trail.
    pub(crate) fn maker(&self) -> String {
        match self {
            Self::Medme | Self::TrueConf(_) => "booking".to_owned(),
            Self::Coviu(scheduled) => scheduled.maker(),
            Self::XAssist(placed) => placed.maker.to_string(),
        }
    }

    /// The list of the vendor's protocol that it stands on; it stays on it for good.
    pub(crate) fn calendar(&self) -> Option<String> {
        match self {
            Self::Medme | Self::TrueConf(_) | Self::XAssist(_) => None,
            Self::Coviu(scheduled) => Some(scheduled.calendar()),
        }
    }

    /// Whether there is a place for this participant beside those who are in.
    pub(crate) fn has_place(&self, who: &Participant, joined: &BTreeSet<Participant>) -> bool {
        match self {
            Self::Medme | Self::Coviu(_) | Self::XAssist(_) => true,
            Self::TrueConf(hosted) => hosted.has_place(who, joined),
        }
    }

    /// The names of the vendor's protocol by which participants come in now, such as `participant_id`. They are as
    /// good as tokens.
    pub(crate) fn doors(&self) -> Vec<(String, Participant)> {
        match self {
            Self::Medme | Self::XAssist(_) => Vec::new(),
            Self::Coviu(scheduled) => scheduled.doors(),
            Self::TrueConf(hosted) => hosted.doors(),
        }
    }
}
