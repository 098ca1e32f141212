//! The one-time password that comes before a visit.

use super::Controller;
use crate::otp::{self, Otp};
use crate::problem;
use crate::requests::Done;
use crate::stage::{Retry, Stage};
use crate::view::{OtpStep, ProblemCode};
use crate::visit::VisitKey;
use consilium_client::ClientError;
use consilium_model::Secret;
use consilium_wire::medme::Code;

impl Controller {
    /// The server asks for a password: it is sent at once, and the form is shown.
    pub(super) fn ask_otp(&mut self, then: Retry) {
        self.key = VisitKey(self.key.0 + 1);
        let Retry::Open { server, token } = &then;
        let medme = server.medme(token.clone());
        let otp = Otp { key: self.key, then, medme, busy: None, sent: false, problem: None };
        self.stage = Stage::Otp(Box::new(otp));
        self.send_otp();
    }

    pub(super) fn send_otp(&mut self) {
        let Stage::Otp(otp) = &mut self.stage else { return };
        if otp.busy.is_some() {
            return;
        }
        (otp.busy, otp.problem) = (Some(OtpStep::Sending), None);
        let (medme, key) = (otp.medme.clone(), otp.key);
        self.requests.begin(async move { Done::OtpSent { key, sent: medme.otp_send().await } });
    }

    pub(super) fn otp_sent(&mut self, key: VisitKey, sent: Result<(), ClientError>) {
        let Some(otp) = self.otp(key) else { return };
        otp.busy = None;
        match sent {
            Ok(()) => otp.sent = true,
            // Nothing is shown yet that would be lost: the same screens as for any link.
            Err(error) if error.is_gone() || (!otp.sent && is_out_of_reach(&error)) => {
                let then = otp.then.clone();
                self.stage = Stage::not_opened(&error, then);
            }
            // Too soon for another one, or too many: the last one may still be good, or void.
            Err(error) if error.code() == Some(Code::OtpExpect) => {
                (otp.sent, otp.problem) = (true, Some(ProblemCode::TooManyAttempts));
            }
            Err(error) if is_out_of_reach(&error) || matches!(error, ClientError::TooManyAttempts) => {
                otp.problem = Some(problem::of_client(&error));
            }
            Err(_) => otp.problem = Some(ProblemCode::OtpNotSent),
        }
    }

    pub(super) fn verify_otp(&mut self, typed: &Secret) {
        let Stage::Otp(otp) = &mut self.stage else { return };
        if otp.busy.is_some() {
            return;
        }
        let Some(code) = otp::digits(typed) else {
            otp.problem = Some(ProblemCode::OtpWrong);
            return;
        };
        (otp.busy, otp.problem) = (Some(OtpStep::Verifying), None);
        let (medme, key) = (otp.medme.clone(), otp.key);
        self.requests.begin(async move { Done::OtpVerified { key, verified: medme.otp_verify(code).await } });
    }

    pub(super) fn otp_verified(&mut self, key: VisitKey, verified: Result<(), ClientError>) {
        let Some(otp) = self.otp(key) else { return };
        otp.busy = None;
        match verified {
            Ok(()) => {
                let then = otp.then.clone();
                self.begin_opening(then);
            }
            Err(error) if error.is_gone() => {
                let then = otp.then.clone();
                self.stage = Stage::not_opened(&error, then);
            }
            // The password that it was is void: another one has to be sent.
            Err(error) if error.code() == Some(Code::OtpExpect) => otp.problem = Some(ProblemCode::OtpWrong),
            Err(error) => otp.problem = Some(problem::of_client(&error)),
        }
    }

    fn otp(&mut self, key: VisitKey) -> Option<&mut Otp> {
        match &mut self.stage {
            Stage::Otp(otp) if otp.key == key => Some(otp),
            _ => None,
        }
    }
}

/// The clinic did not answer, or somebody else did.
const fn is_out_of_reach(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::Unreachable
            | ClientError::Timeout
            | ClientError::Certificate
            | ClientError::BadAnswer(_)
    )
}
