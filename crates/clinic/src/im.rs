//! The messenger face, `/api/v2`: the care team and its patients write to each other (`family-doctor-im.md`, values in
//! `consilium_wire::im`).
//!
//! REST for everything, and one WebSocket that brings what is new. A message is acknowledged once it is durable, and
//! pushed in the order of its session ([`hub`]); what is stored and counted is the store's ([`crate::store::ChatStore`]).
//! Whether somebody is a member is asked at every step, and whoever is none learns nothing: a session of others answers
//! like one that does not exist. What people write never reaches the log, an error answer or the audit trail.

mod answer;
mod asker;
mod body;
mod draft;
pub(crate) mod files;
mod hub;
mod invitation;
mod login;
mod members;
mod messages;
mod outbox;
mod passes;
mod people;
mod query;
mod reminders;
mod rights;
pub(crate) mod script;
mod sessions;
mod shown;
mod socket;
mod topics;
mod users;
mod visits;

pub(crate) use answer::Refused;
pub(crate) use asker::Asker;
pub use files::FileLimits;
pub(crate) use hub::{Hub, keep_active};
pub(crate) use invitation::{
    Card, Circle, appointment_of, card_title, circle, post_card, session_behind, session_with,
};
pub(crate) use login::{Recognised, let_in, of_link};
pub(crate) use passes::Passes;
pub(crate) use people::{newest_booked, rename, user_of};
pub(crate) use reminders::{AlsoRemind, Reminders, remind_on_time};
pub use script::{NotAnOrigin, WebOrigin};
pub(crate) use visits::{follow_visit, follow_visits, open_visit_chat};

use crate::bucket::{Buckets, Rate};
use crate::clock::Clock;
use crate::keys::Digest;
use crate::server::App;
use crate::staff::Attempts;
use crate::store::ChatStore;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{any, get, post, put};
use consilium_model::UserId;
use consilium_wire::im::FailureCode;
use std::net::IpAddr;
use std::sync::Arc;
use time::Duration;
use tokio::sync::Semaphore;

/// The largest body of a route but the upload of a file, in bytes: the longest text with every character escaped.
const MAX_BODY: usize = 256 * 1024;
/// So many wrong sign-ins a minute from one address; a whole clinic may share one.
const PER_ADDRESS: u32 = 30;
/// So many tokens a minute for one user: each is written down.
const PER_USER: u32 = 60;
/// So many sockets may be open that have not logged in yet.
const LOBBY: usize = 512;
/// The others hear so often that a user writes.
const TYPING: Rate = Rate { burst: 1.0, per_second: 1.0 };
/// Somebody may write so many times as much at once as in a second of the long run.
const BURST: f64 = 4.0;

/// What the routes and the sockets of the messenger share.
pub(crate) struct Messenger {
    /// Who is there, and looks at what.
    pub(crate) hub: Arc<Hub>,
    /// Tokens.
    pub(crate) passes: Passes,
    addresses: Attempts<IpAddr>,
    let_in: Attempts<UserId>,
    writers: Buckets<UserId>,
    typists: Buckets<UserId>,
    lobby: Arc<Semaphore>,
    visit_of: rights::VisitOf,
}

impl Messenger {
    /// Nobody is there yet. From now on the store tells the hub what is new.
    pub(crate) fn new(chats: Arc<dyn ChatStore>, clock: Clock, messages_per_second: u32) -> Self {
        let hub = Arc::new(Hub::default());
        chats.watch_chats(Arc::clone(&hub) as _);
        let per_second = f64::from(messages_per_second);
        Self {
            hub,
            passes: Passes::new(chats, clock),
            addresses: Attempts::new(PER_ADDRESS, Duration::MINUTE),
            let_in: Attempts::new(PER_USER, Duration::MINUTE),
            writers: Buckets::new(Rate { burst: per_second * BURST, per_second }),
            typists: Buckets::new(TYPING),
            lobby: Arc::new(Semaphore::new(LOBBY)),
            visit_of: rights::VisitOf::default(),
        }
    }

    /// A sign-in of that user was ended, and with it the tokens that were made from it.
    pub(crate) fn sign_out(&self, user: &UserId, sign_in: &Digest) {
        self.passes.forget(sign_in);
        self.hub.sign_out(user, sign_in);
    }

    /// Every token of that user was ended in the store.
    pub(crate) fn shut_out(&self, user: &UserId) {
        self.passes.forget_user(user);
        self.hub.shut_out(user);
    }
}

/// The routes below `/api/v2`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .merge(of_users())
        .merge(of_sessions())
        .merge(of_messages())
        .merge(of_members())
        .merge(of_topics())
        .merge(files::router())
        .route("/ws", any(socket::upgrade))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .fallback(async || Refused::NO_SUCH_ROUTE)
        .method_not_allowed_fallback(async || {
            let refused = Refused::new(FailureCode::BadRequest, "no such method of this route");
            refused.with_status(StatusCode::METHOD_NOT_ALLOWED)
        })
        .layer(map_response(async |mut response: Response| {
            let headers = response.headers_mut();
            headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            response
        }))
}

fn of_users() -> Router<Arc<App>> {
    Router::new()
        .route("/application/badge_no", get(sessions::badge))
        .route("/users", get(users::find))
        .route("/users/login", post(login::log_in))
        .route("/users/logout", post(login::log_out))
        .route("/users/{id}", get(users::one))
        .route("/users/{id}/status", get(users::status).put(users::set_status))
        .route("/users/{id}/consult/time", get(users::consult_times).put(users::set_consult_times))
}

fn of_sessions() -> Router<Arc<App>> {
    Router::new()
        .route("/sessions", get(sessions::all).post(sessions::create))
        .route("/sessions/recent", get(sessions::recent))
        .route("/sessions/unread_message_count", get(sessions::badge))
        .route("/sessions/{id}/session", get(sessions::one))
        .route("/sessions/{id}/conference", get(invitation::conference).post(invitation::enter))
        .route("/sessions/{id}/sticky", put(sessions::pin).delete(sessions::unpin))
        .route("/sessions/{id}/status", put(topics::set_status))
        .route("/sessions/{id}/unread_message_count", get(sessions::unread_count))
}

fn of_messages() -> Router<Arc<App>> {
    Router::new()
        .route("/sessions/{id}/messages", get(messages::list).post(messages::send))
        .route("/sessions/{id}/messages/unread", get(messages::unread))
        .route("/sessions/{id}/messages/{message}", get(messages::one))
}

fn of_members() -> Router<Arc<App>> {
    Router::new()
        .route("/sessions/{id}/participants", get(members::all).put(members::add).delete(members::remove))
        .route("/sessions/{id}/participant/update", put(members::replace))
        .route("/sessions/{id}/participants/avatars", get(members::avatars))
        .route("/sessions/{id}/participants/{member}", get(members::one))
        .route("/sessions/{id}/participants/{member}/avatars", get(members::avatar))
        .route("/sessions/{id}/{member}/avatars", get(members::avatar))
}

fn of_topics() -> Router<Arc<App>> {
    Router::new()
        .route("/sessions/topics", get(topics::all).post(topics::open))
        .route("/sessions/topics/count/reply", get(topics::counts))
        .route("/sessions/topics/{topic}", get(topics::one))
        .route("/sessions/{id}/topics", get(topics::of_session_or_one))
        .route("/sessions/{id}/topics/{topic}/ended", get(topics::end_of).put(topics::end))
        .route("/sessions/{id}/topics/{topic}/messages", get(topics::messages_in))
        .route("/sessions/topic/{topic}/messages", get(topics::messages))
}
