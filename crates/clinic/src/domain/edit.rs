//! An edit of a conference's information.

use super::ClinicError;
use crate::store::{AuditLine, ConferenceRecord, Face, StoreError, Visitor};
use consilium_model::{Actor, ConferenceId, Refusal, UserId};
use consilium_wire::medme::{Client, ConferenceInfo, Filial, Organization, Service, Specialist};
use time::OffsetDateTime;

/// What is to be different; `None` stays as it is. The appointment's identifier is the booking system's own and stays.
#[derive(Debug, Default)]
pub(crate) struct InfoEdit {
    pub(crate) scheduled_start: Option<OffsetDateTime>,
    pub(crate) scheduled_duration_seconds: Option<u32>,
    pub(crate) opening_duration_seconds: Option<u32>,
    pub(crate) is_open: Option<bool>,
    pub(crate) otp: Option<bool>,
    pub(crate) l10n: Option<String>,
    pub(crate) organization_info: Option<Organization>,
    pub(crate) filial_info: Option<Filial>,
    pub(crate) services: Option<Vec<Service>>,
    pub(crate) clients: Option<Vec<Client>>,
    pub(crate) specialists: Option<Vec<Specialist>>,
    pub(crate) face: Option<Face>,
    pub(crate) visitors: Option<Vec<Visitor>>,
    pub(crate) asked_in: Option<Vec<UserId>>,
}

/// Which kind of method edits; its name is the action in the audit trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EditKind {
    /// Another time.
    Move,
    /// Another length.
    Resize,
    /// Anything.
    Update,
    /// Somebody more is invited.
    Invite,
    /// Somebody more may come by a link.
    GuestLink,
    /// Somebody has another name or role.
    Revise,
    /// Somebody is taken off.
    Remove,
    /// Its doors are open now.
    Run,
}

/// Why an edit was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EditError {
    /// What may stop any step.
    #[error(transparent)]
    Clinic(#[from] ClinicError),
    /// The planned end would be over already.
    #[error("the planned end would be in the past")]
    EndsInPast,
}

impl From<Refusal> for EditError {
    fn from(refusal: Refusal) -> Self {
        Self::Clinic(refusal.into())
    }
}

impl From<StoreError> for EditError {
    fn from(error: StoreError) -> Self {
        Self::Clinic(error.into())
    }
}

impl EditKind {
    const fn action(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Resize => "resize",
            Self::Update => "update_info",
            Self::Invite => "invite",
            Self::GuestLink => "guest_link",
            Self::Revise => "revise",
            Self::Remove => "remove",
            Self::Run => "run",
        }
    }

    /// The line about an edit that was done.
    pub(super) fn audit(self, by: &Actor, at: OffsetDateTime, conference: &ConferenceId) -> AuditLine {
        let actor = match by {
            Actor::Participant(who) => who.id.to_string(),
            Actor::Booking => "booking".to_owned(),
            Actor::Clock => "clock".to_owned(),
        };
        AuditLine { at, actor, action: self.action(), subject: conference.to_string() }
    }
}

impl InfoEdit {
    /// The record as it is after this edit. Visitors stay, whatever the list of clients says: whoever gives it does not
    /// know them.
    pub(super) fn applied_to(mut self, record: &ConferenceRecord) -> ConferenceRecord {
        if let Some(clients) = &mut self.clients {
            let is_kept = |one: &&Client| record.visitors.iter().any(|visitor| visitor.id == one.id);
            for visitor in record.info.clients.iter().filter(is_kept) {
                if !clients.iter().any(|one| one.id == visitor.id) {
                    clients.push(visitor.clone());
                }
            }
        }
        let face = self.face.take().unwrap_or_else(|| record.face.clone());
        let visitors = self.visitors.take().unwrap_or_else(|| record.visitors.clone());
        let asked_in = self.asked_in.take().unwrap_or_else(|| record.asked_in.clone());
        ConferenceRecord {
            info: self.applied_to_info(&record.info),
            face,
            visitors,
            asked_in,
            ..record.clone()
        }
    }

    /// The same edit by somebody who knows nothing of the specialists who were called into the conference: they stay in
    /// it. Whoever is in the list from now on is the booking system's to take off.
    pub(crate) fn beside_the_asked_in(mut self, record: &ConferenceRecord) -> Self {
        let Some(specialists) = &mut self.specialists else { return self };
        let mut unlisted = record.asked_in.clone();
        unlisted.retain(|id| !specialists.iter().any(|one| one.id == *id));
        let is_kept = |one: &&Specialist| unlisted.contains(&one.id);
        specialists.extend(record.info.specialists.iter().filter(is_kept).cloned());
        self.asked_in = Some(unlisted);
        self
    }

    fn applied_to_info(self, info: &ConferenceInfo) -> ConferenceInfo {
        let info = info.clone();
        ConferenceInfo {
            appointment_id: info.appointment_id,
            scheduled_start: self.scheduled_start.unwrap_or(info.scheduled_start),
            scheduled_duration_seconds: self
                .scheduled_duration_seconds
                .unwrap_or(info.scheduled_duration_seconds),
            opening_duration_seconds: self.opening_duration_seconds.unwrap_or(info.opening_duration_seconds),
            is_open: self.is_open.unwrap_or(info.is_open),
            otp: self.otp.unwrap_or(info.otp),
            l10n: self.l10n.unwrap_or(info.l10n),
            organization_info: self.organization_info.unwrap_or(info.organization_info),
            filial_info: self.filial_info.unwrap_or(info.filial_info),
            services: self.services.unwrap_or(info.services),
            clients: self.clients.unwrap_or(info.clients),
            specialists: self.specialists.unwrap_or(info.specialists),
        }
    }
}
