//! One-time passwords: `otp_send`, `otp_verify`, and the gate they open.
//!
//! Whoever has a link of a conference with `otp: true` has to show a code as well. We know no telephone numbers, the
//! booking system does: the code goes to its web hook, or to the clinic's gateway ([`crate::Config::otp_hook`]), which
//! comes first. A code is in no answer, no log and no file. That a participant has shown one is a [`MarkKind`].

mod codes;

use super::answer::{Failure, ok};
use super::callbacks::{Call, OtpMessage};
use super::fields::{self, Fields, Problems};
use super::methods::{RawBody, any_ticket_of};
use crate::domain::{Clinic, Ticket};
use crate::keys::{random_code, role};
use crate::server::App;
use crate::store::{ConferenceRecord, Mark, MarkKind};
use axum::extract::State;
use axum::response::Response;
use codes::{Codes, TooSoon};
use consilium_model::{ConferenceId, Participant, Secret};
use consilium_wire::medme::Code;
use serde::Serialize;
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;
use url::Url;

/// The codes that are out, and where they go.
pub(crate) struct OtpDesk {
    gateway: Option<Secret<Url>>,
    codes: Mutex<Codes<(ConferenceId, Participant)>>,
}

impl OtpDesk {
    /// No codes yet. All of them go to the gateway if there is one.
    pub(crate) fn new(gateway: Option<Secret<Url>>) -> Self {
        Self { gateway, codes: Mutex::default() }
    }

    /// Refuses one-time passwords, asked for at `path`, for a conference whose codes could be delivered to nobody: it
    /// would be locked for good.
    pub(super) fn check_reach(&self, web_hook: Option<&Secret<Url>>, path: &str) -> Result<(), Failure> {
        if self.gateway.is_some() || web_hook.is_some() {
            return Ok(());
        }
        let why = "needs a way to deliver the codes: a web hook of the conference (callbackType web_hook and an http \
                   or https webHookUrl in create), or --otp-hook of the server";
        Err(Failure::invalid("delivery", path, why))
    }

    fn call(&self, record: &ConferenceRecord, who: &Participant, code: &Secret) -> Option<Call> {
        let Some(gateway) = &self.gateway else {
            return record.web_hook.as_ref().map(|hook| Call::otp(hook.expose(), who, code));
        };
        let message = OtpMessage {
            appointment_id: &record.info.appointment_id,
            user_id: who.id.as_str(),
            user_role: role(who),
            code: code.expose(),
            l10n: &record.info.l10n,
        };
        Some(Call::otp_message(gateway.expose(), &message))
    }
}

/// Whether the participant has to show a one-time password before anything else.
pub(crate) fn expects_otp(clinic: &Clinic, ticket: &Ticket) -> bool {
    let record = ticket.live.record();
    // The booking system has no way to a visitor.
    record.info.otp && record.visitor(&ticket.who).is_none() && !clinic.marks().has(&verified_mark(ticket))
}

fn verified_mark(Ticket { live, who }: &Ticket) -> Mark {
    Mark { conference: live.id().clone(), kind: MarkKind::Verified(who.clone()) }
}

#[derive(Serialize)]
struct Nothing {}

/// `otp_send`. Without a password to be expected there is nothing to do, and it answers OK like one that was done: a
/// client need not know beforehand whether the clinic wants passwords, and one whose `otp_verify` went well without
/// its hearing of it is not stopped.
pub(super) async fn send(State(app): State<Arc<App>>, body: RawBody) -> Result<Response, Failure> {
    let ticket = any_ticket_of(&app, &fields::read_body(body)?)?;
    if expects_otp(&app.clinic, &ticket) {
        send_code(&app, &ticket)?;
    }
    Ok(ok(Nothing {}))
}

fn send_code(app: &App, Ticket { live, who }: &Ticket) -> Result<(), Failure> {
    let code = random_code();
    let call = app.otp.call(&live.record(), who, &code).ok_or_else(no_way)?;
    let digest = app.clinic.keys().otp_digest(live.id(), who, code.expose());
    let mut codes = app.otp.codes.lock().expect("no one panics with this lock");
    let (to, now) = ((live.id().clone(), who.clone()), app.clinic.clock().now());
    codes.may_give(&to, now).map_err(too_soon)?;
    let wanted = CancellationToken::new();
    // Who delivers it tells the outcome to nobody: who asked cannot do anything about it but ask again.
    let _delivery = app.callbacks.send(call, wanted.clone()).map_err(|_| overrun())?;
    codes.give(to, digest, now, wanted);
    Ok(())
}

/// `otp_verify`. Answers OK when nothing is expected, for the same reasons as [`send`].
pub(super) async fn verify(State(app): State<Arc<App>>, body: RawBody) -> Result<Response, Failure> {
    let body = fields::read_body(body)?;
    let ticket = any_ticket_of(&app, &body)?;
    let code = read_code(&body)?;
    if expects_otp(&app.clinic, &ticket) {
        verify_code(&app, &ticket, &code).await?;
    }
    Ok(ok(Nothing {}))
}

fn read_code(body: &serde_json::Map<String, serde_json::Value>) -> Result<Secret, Failure> {
    let mut problems = Problems::default();
    let code = Fields::of_body(body).text("code", &mut problems);
    match (problems.into_failure(), code) {
        (None, Some(code)) => Ok(Secret::from(code.trim())),
        (failure, _) => Err(failure.unwrap_or(Failure::Code(Code::ValidationError))),
    }
}

async fn verify_code(app: &Arc<App>, ticket: &Ticket, code: &Secret) -> Result<(), Failure> {
    let Ticket { live, who } = ticket;
    let from = (live.id().clone(), who.clone());
    let is_right = |digest: &_| app.clinic.keys().is_otp(live.id(), who, code.expose(), digest);
    let now = app.clinic.clock().now();
    let is_good = {
        let mut codes = app.otp.codes.lock().expect("no one panics with this lock");
        codes.is_good(&from, now, is_right)
    };
    if !is_good {
        // The same code may have come twice, and the other one is done.
        let is_expected = expects_otp(&app.clinic, ticket);
        return if is_expected { Err(Failure::Code(Code::OtpWrongCode)) } else { Ok(()) };
    }
    // To the end also when the one who asks has hung up. The code stays good until that is durable, for whoever sends
    // it once more meanwhile and for another try when the store fails.
    let (mark, tracked) = (verified_mark(ticket), Arc::clone(app));
    let marking = async move {
        tracked.clinic.marks().set(mark).await?;
        tracked.otp.codes.lock().expect("no one panics with this lock").use_up(&from);
        Ok(())
    };
    match app.tasks.spawn(marking).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Failure::from(crate::domain::ClinicError::Store(error))),
        Err(_) => Err(Failure::from(crate::domain::ClinicError::Stopping)),
    }
}

/// The code says what is still true: a password is expected, and an earlier one is on its way.
fn too_soon(TooSoon { wait }: TooSoon) -> Failure {
    let seconds = wait.whole_seconds() + i64::from(wait.subsec_nanoseconds() > 0);
    let why = format!(
        "It is too soon for a new one-time password, ask again in {seconds} s; one that is still good stays so"
    );
    Failure::Because(Code::OtpExpect, why)
}

fn no_way() -> Failure {
    let why = "No way of delivery is set up for one-time passwords: neither a web hook nor --otp-hook";
    Failure::Because(Code::UnknownError, why.to_owned())
}

fn overrun() -> Failure {
    let why = "One-time passwords cannot be delivered now, too many calls wait";
    Failure::Because(Code::UnknownError, why.to_owned())
}
