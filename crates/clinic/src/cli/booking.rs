//! Asks a running server what a booking system asks of it (`/home/v1/staff` and `teams`).

use consilium_model::Secret;
use consilium_wire::home::calls::{MAX_INVITED, MAX_TEAM, PutTeam, TeamId, Teams};
use consilium_wire::home::staff::{MAX_LOGIN, MIN_PASSWORD, PutStaff, Roster, StaffLink, StaffPut, is_login};
use consilium_wire::home::{Failure, FailureCode};
use reqwest::{Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use std::time::Duration;
use url::Url;

/// How long a question may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why the server has not done it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BookingError {
    /// There is no server, or no answer.
    #[error("the server cannot be reached: {0}")]
    Unreachable(#[from] reqwest::Error),
    /// That is no login.
    #[error(
        "that cannot be a login: it has 1 to {MAX_LOGIN} characters, no control characters, no space at either end, and \
         does not begin with patient:, coviu: or trueconf:"
    )]
    BadLogin,
    /// That is no id of a team.
    #[error(
        "that cannot be a team: its id has 1 to {MAX_TEAM} characters, no control characters, no space at either end"
    )]
    BadTeam,
    /// It has refused.
    #[error("{}", words(*.0))]
    Refused(FailureCode),
    /// The answer is not one of such a server.
    #[error("the answer is not that of a clinic server (HTTP {0})")]
    Unexpected(u16),
}

/// For whoever reads the terminal.
fn words(code: FailureCode) -> String {
    match code {
        FailureCode::Unauthorized => "the server has another API key".to_owned(),
        FailureCode::TooManyAttempts => "too many wrong API keys; try again in a minute".to_owned(),
        FailureCode::BadRequest => "the server does not understand the question".to_owned(),
        FailureCode::BadLogin => BookingError::BadLogin.to_string(),
        FailureCode::BadName => "a name is missing, too long or not a line of text".to_owned(),
        FailureCode::ShortPassword => format!("the password has fewer than {MIN_PASSWORD} characters"),
        FailureCode::NotFound => "nobody has that login".to_owned(),
        FailureCode::TooManyPeople => format!("a team has {MAX_INVITED} people at most"),
        FailureCode::AnsweredElsewhere
        | FailureCode::CallOver
        | FailureCode::NobodyToCall
        | FailureCode::Internal => "the server has failed; its log says why".to_owned(),
    }
}

/// A running server and its API key.
pub(super) struct Booking {
    http: reqwest::Client,
    server: Url,
    key: Secret,
}

impl Booking {
    /// The key goes to that server only, wherever it points.
    pub(super) fn new(server: Url, key: Secret) -> Result<Self, BookingError> {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("clinic-server/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, server, key })
    }

    /// Adds a specialist or changes one.
    pub(super) async fn put(&self, login: &str, put: &PutStaff) -> Result<StaffPut, BookingError> {
        read(self.ask(Method::PUT, &["staff", known(login)?]).json(put)).await
    }

    /// A link that signs in once.
    pub(super) async fn link(&self, login: &str) -> Result<StaffLink, BookingError> {
        read(self.ask(Method::POST, &["staff", known(login)?, "link"])).await
    }

    /// Takes a specialist away.
    pub(super) async fn remove(&self, login: &str) -> Result<(), BookingError> {
        answer(self.ask(Method::DELETE, &["staff", known(login)?])).await.map(drop)
    }

    /// Everybody who may sign in.
    pub(super) async fn list(&self) -> Result<Roster, BookingError> {
        read(self.ask(Method::GET, &["staff"])).await
    }

    /// Adds a team or changes one.
    pub(super) async fn put_team(&self, id: &str, put: &PutTeam) -> Result<(), BookingError> {
        answer(self.ask(Method::PUT, &["teams", known_team(id)?]).json(put)).await.map(drop)
    }

    /// Takes a team away.
    pub(super) async fn remove_team(&self, id: &str) -> Result<(), BookingError> {
        answer(self.ask(Method::DELETE, &["teams", known_team(id)?])).await.map(drop)
    }

    /// Who is called together.
    pub(super) async fn teams(&self) -> Result<Teams, BookingError> {
        read(self.ask(Method::GET, &["teams"])).await
    }

    fn ask(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.server.clone();
        url.path_segments_mut()
            .expect("an address of a server has a path")
            .pop_if_empty()
            .extend(["home", "v1"])
            .extend(path);
        self.http.request(method, url).bearer_auth(self.key.expose())
    }
}

/// One that is none might name another address.
fn known(login: &str) -> Result<&str, BookingError> {
    if is_login(login) { Ok(login) } else { Err(BookingError::BadLogin) }
}

/// The same of a team.
fn known_team(id: &str) -> Result<&str, BookingError> {
    if TeamId(id.to_owned()).is_sound() { Ok(id) } else { Err(BookingError::BadTeam) }
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, BookingError> {
    let answer = answer(request).await?;
    let status = answer.status().as_u16();
    answer.json().await.map_err(|_| BookingError::Unexpected(status))
}

async fn answer(request: RequestBuilder) -> Result<Response, BookingError> {
    let answer = request.send().await?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    match answer.json::<Failure>().await {
        Ok(failure) => Err(BookingError::Refused(failure.error)),
        Err(_) => Err(BookingError::Unexpected(status.as_u16())),
    }
}
