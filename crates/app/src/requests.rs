//! Requests under way. Each answer comes back to the Controller as a [`Done`]; leaving a place makes its answers
//! void by its epoch.

use crate::account::Account;
use crate::controller::CallsAnswer;
use crate::length;
use crate::view::{ProblemCode, VisitAction};
use crate::visit::{Facts, VisitKey};
use consilium_client::{ClientError, Home, KeychainError, MedMe, Server};
use consilium_model::{Secret, Status};
use consilium_wire::home::Visits;
use consilium_wire::record::{CallRecord, CallSummary};
use std::future::Future;
use std::time::Duration;
use tokio::task::JoinSet;

/// What a request brought.
pub(crate) enum Done {
    /// The keychain was read at the start.
    Remembered(Option<Account>),
    /// A sign-in ended.
    SignedIn(Result<Account, ProblemCode>),
    /// The keychain has kept, or has forgotten, the sign-in.
    Kept(Result<(), KeychainError>),
    /// The list of the day.
    Visits { token: Secret, visits: Result<Visits, ClientError> },
    /// A link was opened.
    Opened { key: VisitKey, facts: Result<Box<Facts>, ClientError> },
    /// The state of the visit was read again.
    Refreshed { key: VisitKey, reading: u64, facts: Result<Box<Facts>, ClientError> },
    /// A step of the visit was made or refused.
    Stepped { key: VisitKey, action: VisitAction, status: Result<Status, ClientError> },
    /// The visit has so many seconds now; `None` when it cannot be extended by so much any more.
    Extended { key: VisitKey, answer: Result<Option<u32>, ClientError> },
    /// A one-time password is on its way, or not.
    OtpSent { key: VisitKey, sent: Result<(), ClientError> },
    /// A one-time password was right, or not.
    OtpVerified { key: VisitKey, verified: Result<(), ClientError> },
    /// The token for the room.
    RoomToken { key: VisitKey, token: Result<Secret, ClientError> },
    /// The server was told how a call went, or not; nobody waits for it.
    CallTold { key: VisitKey },
    /// How the calls of the visit went.
    RecordRead { key: VisitKey, record: Result<CallRecord, ClientError> },
    /// Somebody who knocks at a visit in which the user is not was answered, or not.
    KnockAnswered { answered: Result<(), ClientError> },
    /// Something about calls.
    Calls { token: Secret, answer: Box<CallsAnswer> },
    /// The chosen devices were kept, or not; nobody waits for it.
    ChoiceKept,
    /// The server was told of the sign-out, or not; nobody waits for it.
    SignedOut,
    /// Histories that nobody needs were deleted, or not; nobody waits for it.
    Swept,
}

/// The Controller's requests: it owns them, stops them and waits for them.
#[derive(Default)]
pub(crate) struct Requests {
    running: JoinSet<Done>,
    lasting: JoinSet<Done>,
}

/// How long a stop waits for requests that have to be carried out.
const STOP_WAIT: Duration = Duration::from_secs(2);

impl Requests {
    /// Begins a request.
    pub(crate) fn begin(&mut self, request: impl Future<Output = Done> + Send + 'static) {
        self.running.spawn(request);
    }

    /// Begins a request that leaves something behind, such as a sign-in that is forgotten: a stop waits for it.
    pub(crate) fn begin_lasting(&mut self, request: impl Future<Output = Done> + Send + 'static) {
        self.lasting.spawn(request);
    }

    /// The next answer; pends while nothing is under way.
    pub(crate) async fn next(&mut self) -> Done {
        loop {
            let ended = tokio::select! {
                Some(ended) = self.running.join_next() => ended,
                Some(ended) = self.lasting.join_next() => ended,
                else => std::future::pending().await,
            };
            match ended {
                Ok(done) => return done,
                Err(error) => {
                    tracing::error!(panicked = error.is_panic(), "a request did not end by itself");
                }
            }
        }
    }

    /// Stops what is under way and waits for it; what has to be carried out gets two seconds.
    pub(crate) async fn stop(&mut self) {
        self.running.shutdown().await;
        let carried_out = async { while self.lasting.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_WAIT, carried_out).await.is_err() {
            tracing::warn!("stopped with requests under way");
        }
        self.lasting.shutdown().await;
    }
}

/// Opens a link: proves the token and reads everything about the visit.
pub(crate) async fn open(server: Server, token: Secret, key: VisitKey) -> Done {
    let medme = server.medme(token);
    let facts = Facts::read(&medme).await.map(Box::new);
    Done::Opened { key, facts }
}

/// Reads the visit again.
pub(crate) async fn refresh(medme: MedMe, key: VisitKey, reading: u64) -> Done {
    Done::Refreshed { key, reading, facts: Facts::read(&medme).await.map(Box::new) }
}

/// Makes the visit longer than the server says that it is now: what is shown may be old.
pub(crate) async fn extend(medme: MedMe, key: VisitKey, minutes: u32) -> Done {
    Done::Extended { key, answer: resize(&medme, minutes).await }
}

async fn resize(medme: &MedMe, minutes: u32) -> Result<Option<u32>, ClientError> {
    let facts = Facts::read(medme).await?;
    let Some(seconds) = length::extended(facts.scheduled(), minutes) else { return Ok(None) };
    medme.resize(Duration::from_secs(u64::from(seconds))).await?;
    Ok(Some(seconds))
}

/// Makes a step.
pub(crate) async fn step(medme: MedMe, key: VisitKey, action: VisitAction) -> Done {
    let status = medme.step(action.step()).await;
    Done::Stepped { key, action, status }
}

/// Tells how a call went. It is figures about something that is over: when it fails, it is not tried again.
pub(crate) async fn tell_call(home: Home, token: Secret, key: VisitKey, summary: CallSummary) -> Done {
    if let Err(error) = home.tell_call(&token, &summary).await {
        tracing::info!(%error, "the server was not told how the call went");
    }
    Done::CallTold { key }
}

/// Reads how the calls of the visit went.
pub(crate) async fn call_record(home: Home, token: Secret, key: VisitKey) -> Done {
    Done::RecordRead { key, record: home.call_record(&token).await }
}
