//! What the server has answered about calls.

use super::{CONTACTS_FAILED, Controller};
use crate::problem;
use crate::stage::Stage;
use crate::view::{InviteLink, NoticeCode};
use crate::visit::VisitKey;
use consilium_client::{CallRefusal, ClientError};
use consilium_model::Secret;
use consilium_wire::home::calls::{CallEntry, CallId, CallLog, Contacts, GuestLink};
use std::time::Instant;
use time::format_description::well_known::Rfc3339;

/// What the server has answered about calls.
pub(crate) enum CallsAnswer {
    /// Whom one can call.
    Contacts(Result<Contacts, ClientError>),
    /// The calls that were.
    Log(Result<CallLog, ClientError>),
    /// A call was placed, or not.
    Placed { title: Option<String>, entry: Result<CallEntry, ClientError> },
    /// A call was taken, or not.
    Taken { call: CallId, entry: Result<CallEntry, ClientError> },
    /// Calls are heard, or not.
    Undisturbed { on: bool, set: Result<(), ClientError> },
    /// People ring into the visit, or not.
    AskedIn { key: VisitKey, asked: Result<(), ClientError> },
    /// Those who have not come into the visit are called again, or not.
    CalledAgain { asked: Result<(), ClientError> },
    /// A link was made, or not.
    LinkMade { key: VisitKey, name: Secret, link: Result<GuestLink, ClientError> },
    /// Nobody waits for it.
    Told,
}

impl Controller {
    pub(in crate::controller) async fn calls_answered(&mut self, token: &Secret, answer: CallsAnswer) {
        // Somebody else may have signed in meanwhile.
        if self.calling.token.as_ref() != Some(token) {
            return;
        }
        match answer {
            CallsAnswer::Contacts(contacts) => self.contacts_read(contacts),
            CallsAnswer::Log(log) => self.log_read(log),
            CallsAnswer::Placed { title, entry } => {
                self.calling.placing = false;
                self.calling.answered(entry.as_ref().is_err_and(|error| error.is_retryable()));
                match entry {
                    Ok(entry) => {
                        self.close_calls();
                        self.enter_call(entry, title, true).await;
                    }
                    Err(error) => {
                        let problem = Some(problem::of_client(&error));
                        match &mut self.stage {
                            Stage::Visit(visit) if self.calling.again => visit.problem = problem,
                            _ => self.calling.problem = problem,
                        }
                    }
                }
                self.calling.again = false;
            }
            CallsAnswer::Taken { call, entry } => self.taken(call, entry).await,
            CallsAnswer::Undisturbed { on, set } => {
                self.calling.switching -= 1;
                if let Err(error) = set {
                    self.calling.set_undisturbed(!on);
                    self.calling.problem = Some(problem::of_client(&error));
                }
            }
            CallsAnswer::AskedIn { key, asked } => self.asked_in(key, asked),
            CallsAnswer::CalledAgain { asked } => {
                self.calling.again = false;
                if let (Err(error), Stage::Visit(visit)) = (asked, &mut self.stage) {
                    visit.problem = Some(problem::of_client(&error));
                }
            }
            CallsAnswer::LinkMade { key, name, link } => self.link_made(key, &name, link),
            CallsAnswer::Told => {}
        }
    }

    fn contacts_read(&mut self, contacts: Result<Contacts, ClientError>) {
        match contacts {
            Ok(mut contacts) => {
                if self.calling.switching > 0 {
                    // Asked before the user's hand moved the switch.
                    contacts.do_not_disturb = self.calling.directory.do_not_disturb;
                }
                self.calling.rings.set_undisturbed(contacts.do_not_disturb);
                self.calling.directory.read(Some(contacts));
            }
            // An older server, or one of another make.
            Err(ClientError::NotCalled(CallRefusal::NotFound)) => self.calling.directory.read(None),
            Err(error) => {
                tracing::info!(%error, "the contacts were not read");
                self.calling.contacts_due = Some(Instant::now() + CONTACTS_FAILED);
                self.calling.contacts_old = true;
            }
        }
    }

    fn log_read(&mut self, log: Result<CallLog, ClientError>) {
        self.calling.reading_log = false;
        match log {
            Ok(log) => self.calling.log.read(log),
            Err(error) => self.calling.problem = Some(problem::of_client(&error)),
        }
    }

    async fn taken(&mut self, call: CallId, entry: Result<CallEntry, ClientError>) {
        match entry {
            Ok(entry) => {
                // Declined meanwhile, or the sign-in is another.
                let Some(ring) = self.calling.rings.take(&call.0) else { return };
                self.close_calls();
                // A visit has a subject of its own.
                let subject = (!ring.into_visit).then(|| ring.subject());
                self.enter_call(entry, subject, false).await;
            }
            Err(ClientError::NotCalled(why)) => {
                self.calling.rings.take(&call.0);
                self.calling.log.outdate();
                self.tell(match why {
                    CallRefusal::AnsweredElsewhere => NoticeCode::AnsweredElsewhere,
                    _ => NoticeCode::CallOver,
                });
            }
            Err(error) => self.calling.rings.refused(&call, problem::of_client(&error)),
        }
    }

    fn asked_in(&mut self, key: VisitKey, asked: Result<(), ClientError>) {
        let Some(invite) = self.calling.invite.as_mut().filter(|invite| invite.key == key) else { return };
        match asked {
            Ok(()) => self.calling.invite = None,
            Err(error) => {
                invite.busy = false;
                invite.problem = Some(problem::of_client(&error));
            }
        }
    }

    fn link_made(&mut self, key: VisitKey, name: &Secret, link: Result<GuestLink, ClientError>) {
        let Some(invite) = self.calling.invite.as_mut().filter(|invite| invite.key == key) else { return };
        invite.busy = false;
        match link {
            Ok(GuestLink { link, expires_at }) => {
                let expires_at = expires_at.format(&Rfc3339).unwrap_or_default();
                invite.link = Some(InviteLink { url: link, name: name.expose().clone(), expires_at });
            }
            Err(error) => invite.problem = Some(problem::of_client(&error)),
        }
    }
}
