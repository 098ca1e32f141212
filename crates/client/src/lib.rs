//! The app's side of the protocols: MedMe appointments, the specialist's home page, the messenger, the WebSockets, the
//! keychain that remembers a sign-in, and the encrypted history of the chat.
//!
//! [`Server`] is one clinic server; everything that goes over the network starts there. Errors are codes with data
//! ([`ClientError`]) and never hold a URL, a token or a body. Every task belongs to the handle that started it:
//! dropping the handle stops the task, `close` stops it and waits.
//!
//! This crate never decides what a person sees, never repeats a request that changes something by itself, and
//! never follows a redirect to another host.

mod backoff;
mod endpoint;
mod error;
mod history;
mod home;
mod home_events;
mod http;
mod keychain;
mod line;
mod medme;
mod messenger;
mod reconnect;
mod room;
mod server;
mod subscription;
mod task;
mod timing;
mod trust;

pub use backoff::Backoff;
pub use consilium_model::Step;
pub use endpoint::Endpoint;
pub use error::{BadAnswer, CallRefusal, ClientError, Refusal};
pub use history::{
    History, HistoryError, HistoryKey, HistoryKind, HistoryOwner, HistorySettings, KeptSession, Queued,
    QueuedBody, QueuedFile, QueuedSource, fold,
};
pub use home::{Home, InviteError, PressKey};
pub use home_events::{HomeEvent, HomeEvents};
pub use keychain::{Kept, Keychain, KeychainError, MemoryStore, SystemKeychain, TokenStore};
pub use medme::MedMe;
pub use messenger::{
    AttachmentPart, MessagePage, Messenger, MessengerEvent, MessengerSocket, MessengerVoice, SessionsOf,
    TransferError, UploadSource, Window, message_id, message_number,
};
pub use reconnect::Wake;
pub use room::{RoomEvent, RoomSender, RoomSocket, SendError, Unheard};
pub use server::Server;
pub use subscription::{Subscription, SubscriptionEvent};
pub use timing::{Liveness, Timing};
pub use trust::{BadCertificate, Trust};
