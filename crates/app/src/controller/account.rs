//! Signing in, the home page, and links.

use super::Controller;
use crate::account::{Account, Session, server_at};
use crate::problem;
use crate::requests::Done;
use crate::stage::{Retry, Stage};
use crate::view::{NoticeCode, ProblemCode};
use consilium_client::{ClientError, Kept, KeychainError};
use consilium_model::{Secret, UserId};
use consilium_wire::home::{SignIn, Visits};
use consilium_wire::link::Link;
use std::time::{Duration, Instant};

/// How often the home page reads the list of the day.
pub(super) const LIST_AGAIN: Duration = Duration::from_secs(5);

impl Controller {
    pub(super) fn read_keychain(&mut self) {
        let (keychain, profile) = (self.config.keychain.clone(), self.config.profile.clone());
        self.requests.begin(async move {
            let kept = keychain.load(&profile).await.unwrap_or_else(|error| {
                tracing::info!(%error, "no sign-in from the keychain");
                None
            });
            let session = kept.and_then(|kept| serde_json::from_str::<Session>(kept.expose()).ok());
            Done::Remembered(session.and_then(|session| Account::resume(session, true)))
        });
    }

    pub(super) fn remembered(&mut self, account: Option<Account>) {
        // A sign-in by link may have been quicker.
        if self.account.is_none() {
            self.account = account;
        }
        if matches!(self.stage, Stage::Starting) {
            self.show_home();
        }
    }

    /// Home when signed in, else the form.
    pub(super) fn show_home(&mut self) {
        if self.account.is_none() {
            self.stage = Stage::SignIn { busy: false, problem: None };
            return;
        }
        self.stage = Stage::Home;
        self.list_visits();
    }

    pub(super) fn list_visits(&mut self) {
        self.listed = Instant::now();
        let Some(account) = &self.account else { return };
        let (home, token) = (account.server.home(), account.session.token.clone());
        self.requests.begin(async move { Done::Visits { visits: home.visits(&token).await, token } });
    }

    pub(super) fn listed(&mut self, token: &Secret, visits: Result<Visits, ClientError>) {
        // Somebody else may have signed in meanwhile.
        let Some(account) = self.account.as_mut().filter(|account| account.session.token == *token) else {
            return;
        };
        match visits {
            Ok(visits) => {
                account.visits = visits;
                account.problem = None;
            }
            Err(error) if error.requires_sign_in() => {
                self.forget_account();
                if matches!(self.stage, Stage::Home) {
                    self.stage = Stage::SignIn { busy: false, problem: Some(ProblemCode::SignInAgain) };
                }
            }
            Err(error) => account.problem = Some(problem::of_client(&error)),
        }
    }

    pub(super) fn sign_in(&mut self, server: String, user: &str, password: Secret) {
        let sign_in = SignIn::Password { user_id: UserId::new(user.trim()), password };
        let address = server.trim().to_owned();
        self.server.clone_from(&address);
        self.begin_sign_in(&address, sign_in);
    }

    fn begin_sign_in(&mut self, address: &str, sign_in: SignIn) {
        match server_at(address) {
            Ok(server) => {
                self.stage = Stage::SignIn { busy: true, problem: None };
                self.requests.begin(async move { Done::SignedIn(Account::sign_in(server, sign_in).await) });
            }
            Err(problem) => self.stage = self.sign_in_failed(problem),
        }
    }

    pub(super) fn signed_in(&mut self, account: Result<Account, ProblemCode>) {
        match account {
            Ok(account) => {
                self.keep(&account.session);
                self.server.clone_from(&account.session.server);
                self.account = Some(account);
                if matches!(self.stage, Stage::SignIn { .. }) {
                    self.stage = Stage::Home;
                }
            }
            Err(problem) => {
                if matches!(self.stage, Stage::SignIn { .. }) {
                    self.stage = self.sign_in_failed(problem);
                }
            }
        }
    }

    /// The form again; somebody who is signed in already has a home to go back to instead.
    fn sign_in_failed(&self, problem: ProblemCode) -> Stage {
        match self.account {
            Some(_) => Stage::Problem { code: problem, retry: None },
            None => Stage::SignIn { busy: false, problem: Some(problem) },
        }
    }

    fn keep(&mut self, session: &Session) {
        let (keychain, profile) = (self.config.keychain.clone(), self.config.profile.clone());
        let text = serde_json::to_string(session).expect("a session has string keys only");
        self.requests.begin_lasting(async move {
            let kept = keychain.save(&profile, &Secret::from(text)).await;
            Done::Kept(match kept {
                Kept::InKeychain => Ok(()),
                Kept::UntilExit(error) => Err(error),
            })
        });
    }

    pub(super) fn kept(&mut self, kept: Result<(), KeychainError>) {
        let remembered = kept.is_ok();
        if let Some(account) = &mut self.account {
            account.remembered = remembered;
            if !remembered && !self.config.keychain.is_forgetful() {
                self.tell(NoticeCode::NotRemembered);
            }
        }
    }

    pub(super) async fn sign_out(&mut self) {
        self.give_up_lonely_call();
        self.leave_visit().await;
        self.forget_chat().await;
        if let Some(account) = &self.account {
            let (home, token) = (account.server.home(), account.session.token.clone());
            self.requests.begin_lasting(async move {
                // The server forgets the token by itself in time; the person has gone either way.
                let _ = home.sign_out(&token).await;
                Done::SignedOut
            });
        }
        self.forget_account();
        self.show_home();
    }

    fn forget_account(&mut self) {
        self.account = None;
        let (keychain, profile) = (self.config.keychain.clone(), self.config.profile.clone());
        self.requests.begin_lasting(async move {
            if let Err(error) = keychain.forget(&profile).await {
                tracing::info!(%error, "the keychain may still have the sign-in");
            }
            Done::SignedOut
        });
    }

    /// A link that came while the window was open. A call is not left for a link that leads nowhere, or back to it.
    pub(super) async fn follow_link(&mut self, link: &Secret) {
        if let Stage::Visit(visit) = &mut self.stage {
            match Link::parse(link.expose()) {
                Err(error) => {
                    visit.problem = Some(problem::of_link(error));
                    return;
                }
                Ok(Link::Visit { access_token, .. }) if access_token == visit.token => return,
                Ok(_) => {}
            }
        }
        if let Stage::Otp(otp) = &self.stage
            && let Ok(Link::Visit { access_token, .. }) = Link::parse(link.expose())
            && access_token == *otp.then.token()
        {
            // The password is on its way already.
            return;
        }
        self.leave_visit().await;
        self.open_link(link);
    }

    pub(super) fn open_link(&mut self, link: &Secret) {
        match Link::parse(link.expose()) {
            Ok(Link::Visit { server, access_token }) => match server_at(server.as_str()) {
                Ok(server) => self.begin_opening(Retry::Open { server, token: access_token }),
                Err(code) => self.stage = Stage::Problem { code, retry: None },
            },
            Ok(Link::SignIn { server, code }) => {
                let address = server.as_str().to_owned();
                self.begin_sign_in(&address, SignIn::Code { code });
            }
            Err(error) => self.stage = Stage::Problem { code: problem::of_link(error), retry: None },
        }
    }

    pub(super) fn open_visit(&mut self, id: &str) {
        let Some(account) = self.account.as_ref().filter(|_| matches!(self.stage, Stage::Home)) else {
            return;
        };
        let Some(visit) = account.visits.visits.iter().find(|visit| visit.id.as_str() == id) else { return };
        let retry = Retry::Open { server: account.server.clone(), token: visit.access_token.clone() };
        self.begin_opening(retry);
    }

    pub(super) async fn go_home(&mut self) {
        self.give_up_lonely_call();
        self.leave_visit().await;
        self.show_home();
    }

    pub(super) fn retry(&mut self) {
        match &self.stage {
            Stage::Problem { retry: Some(retry), .. } => {
                let retry = retry.clone();
                self.begin_opening(retry);
            }
            // The clinic may do without the password meanwhile.
            Stage::Otp(otp) => {
                let then = otp.then.clone();
                self.begin_opening(then);
            }
            Stage::Home => self.list_visits(),
            Stage::Visit(_) => self.retry_call(),
            Stage::Starting
            | Stage::SignIn { .. }
            | Stage::Opening { .. }
            | Stage::Problem { retry: None, .. } => {}
        }
    }
}
