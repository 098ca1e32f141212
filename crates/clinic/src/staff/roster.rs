//! The booking system's part of the desk: who may sign in.

use super::{CODE, SignInError, StaffDesk};
use crate::store::{AuditLine, SignIns, Staff, StoreError};
use consilium_model::{Secret, UserId};
use consilium_wire::home::staff::PutStaff;
use std::net::IpAddr;
use time::OffsetDateTime;
use tokio::sync::watch;

/// Who stands behind the API key in the audit trail.
const BOOKING: &str = "booking";

/// What became of a specialist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// There was none of that login.
    Added,
    /// Every sign-in stays.
    Changed,
    /// There is another password, and every sign-in has ended.
    Locked,
}

impl Put {
    const fn action(self) -> &'static str {
        match self {
            Self::Added => "staff_add",
            Self::Changed => "staff_change",
            Self::Locked => "staff_password",
        }
    }

    const fn sign_ins(self) -> SignIns {
        match self {
            Self::Added | Self::Changed => SignIns::Stay,
            Self::Locked => SignIns::End,
        }
    }
}

impl StaffDesk {
    /// Lets the booking system in, whose key was looked at already. Wrong keys are counted by address.
    pub(crate) async fn admit_booking(&self, is_api_key: bool, from: IpAddr) -> Result<(), SignInError> {
        if !self.keys.begin(from, self.clock.now()) {
            return Err(SignInError::TooManyAttempts);
        }
        if is_api_key {
            self.keys.forgive(&from);
            Ok(())
        } else {
            self.audit("", "key_refused").await?;
            Err(SignInError::Unauthorized)
        }
    }

    /// Adds a specialist or changes one. What is not given stays as it was.
    pub(crate) async fn put(&self, user_id: UserId, put: PutStaff) -> Result<(Staff, Put), StoreError> {
        let _turn = self.changes.lock().await;
        let before = self.store.staff(user_id.clone()).await?;
        let (old_clinic, old_hash) = match &before {
            Some(staff) => (staff.clinic.clone(), staff.password_hash.clone()),
            None => (String::new(), None),
        };
        let password = match put.password {
            Some(password) if !self.passwords.matches(password.clone(), old_hash.clone()).await => {
                Some(password)
            }
            Some(_) | None => None,
        };
        let done = match (&before, &password) {
            (None, _) => Put::Added,
            (Some(_), Some(_)) => Put::Locked,
            (Some(_), None) => Put::Changed,
        };
        let password_hash = match password {
            Some(password) => Some(self.passwords.hash(password).await),
            None => old_hash,
        };
        let clinic = put.clinic.unwrap_or(old_clinic);
        let staff = Staff { user_id, name: put.name, clinic, password_hash };
        let line = self.by_booking(done.action(), &staff.user_id);
        self.store.change_staff(staff.clone(), done.sign_ins(), line).await?;
        match done {
            Put::Added | Put::Changed => {}
            Put::Locked => self.endings.send_modify(|endings| *endings += 1),
        }
        Ok((staff, done))
    }

    /// A code that signs a specialist in once, and until when; `None` when nobody has that login.
    pub(crate) async fn link(&self, user_id: UserId) -> Result<Option<(Secret, OffsetDateTime)>, StoreError> {
        let _turn = self.changes.lock().await;
        if self.member(&user_id).await?.is_none() {
            return Ok(None);
        }
        let expires_at = self.clock.now() + CODE;
        let code = self.invite(user_id.clone()).await?;
        self.store.audit(self.by_booking("staff_link", &user_id)).await?;
        Ok(Some((code, expires_at)))
    }

    /// Takes a specialist away, and in the store every sign-in; whether there was one.
    pub(crate) async fn remove(&self, user_id: UserId) -> Result<bool, StoreError> {
        let _turn = self.changes.lock().await;
        let line = self.by_booking("staff_remove", &user_id);
        let was_there = self.store.remove_staff(user_id, line).await?;
        self.endings.send_modify(|endings| *endings += 1);
        Ok(was_there)
    }

    /// Changes when every sign-in of somebody has ended: whoever keeps one open asks for it again.
    pub(crate) fn endings(&self) -> watch::Receiver<u64> {
        self.endings.subscribe()
    }

    fn by_booking(&self, action: &'static str, login: &UserId) -> AuditLine {
        let (actor, subject) = (BOOKING.to_owned(), login.as_str().to_owned());
        AuditLine { at: self.clock.now(), actor, action, subject }
    }
}
