//! Notifications over the session bus. One connection carries all of them: servers close a notification whose sender
//! is gone, and some tell clicks only to the connection that sent it.

use super::freedesktop::{Features, PATH, SERVICE, arguments, pressed};
use super::wishes::{Wish, Wishes};
use super::{Pressed, Words};
use futures_util::stream::Peekable;
use futures_util::{FutureExt, StreamExt};
use std::collections::HashMap;
use std::pin::Pin;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use zbus::message::Type;
use zbus::names::OwnedUniqueName;
use zbus::zvariant::DynamicType;
use zbus::{Connection, MatchRule, Message, MessageStream, connection};

/// How long one call may take; the bus may have to start the server first.
const CALL: Duration = Duration::from_secs(5);

/// Which bus.
#[derive(Clone, Debug)]
pub(super) enum Address {
    /// The user's session.
    Session,
    /// One at this address.
    #[cfg(test)]
    At(String),
}

/// Carries wishes out until it is cancelled; then takes away what is shown.
pub(super) async fn serve(
    address: Address,
    clicked: &(impl Fn(String, Pressed) + Sync),
    wishes: &Wishes,
    cancel: &CancellationToken,
) {
    let mut server: Option<Server<'_>> = None;
    loop {
        tokio::select! {
            () = cancel.cancelled() => break,
            wishes = wishes.next() => {
                if server.is_none() && wishes.values().any(|wish| matches!(wish, Wish::Show(_))) {
                    server = connected(&address, clicked).await;
                }
                if let Some(server) = &mut server {
                    server.carry_out(wishes).await;
                }
            }
            signal = signal(&mut server) => match signal {
                Some(signal) => {
                    if let Some(server) = &mut server {
                        server.hear(&signal);
                    }
                }
                // The bus is gone. The next notice looks for it again.
                None => server = None,
            },
        }
    }
    if let Some(mut server) = server {
        server.withdraw_all().await;
    }
}

/// The next signal; without a server there is none.
async fn signal(server: &mut Option<Server<'_>>) -> Option<Message> {
    match server {
        Some(server) => loop {
            match server.signals.next().await {
                Some(Ok(signal)) => return Some(signal),
                Some(Err(_)) => {}
                None => return None,
            }
        },
        None => std::future::pending().await,
    }
}

async fn connected<'a>(address: &Address, clicked: Clicked<'a>) -> Option<Server<'a>> {
    match Server::connect(address, clicked).await {
        Ok(server) => Some(server),
        Err(error) => {
            tracing::debug!(%error, "the desktop shows no notifications");
            None
        }
    }
}

/// Whom to tell what was pressed.
type Clicked<'a> = &'a (dyn Fn(String, Pressed) + Sync);

/// A notification server, and what it shows for us.
struct Server<'a> {
    clicked: Clicked<'a>,
    connection: Connection,
    signals: Peekable<MessageStream>,
    features: Features,
    /// Who answered last: the only one whose signals count.
    owner: Option<OwnedUniqueName>,
    /// The server's number for what is shown, by conversation.
    shown: HashMap<String, u32>,
}

impl<'a> Server<'a> {
    async fn connect(address: &Address, clicked: Clicked<'a>) -> zbus::Result<Self> {
        let builder = match address {
            Address::Session => connection::Builder::session()?,
            #[cfg(test)]
            Address::At(address) => connection::Builder::address(address.as_str())?,
        };
        let connection = within(builder.method_timeout(CALL).build()).await?;
        let rule = MatchRule::builder().msg_type(Type::Signal).path(PATH)?.interface(SERVICE)?.build();
        let signals = MessageStream::for_match_rule(rule, &connection, None).await?.peekable();
        let features = Features::default();
        let mut server = Self { clicked, connection, signals, features, owner: None, shown: HashMap::new() };
        let capabilities: Vec<String> = server.call("GetCapabilities", &()).await?.body().deserialize()?;
        server.features = Features::of(&capabilities);
        Ok(server)
    }

    async fn carry_out(&mut self, wishes: impl IntoIterator<Item = (String, Wish)>) {
        for (conversation, wish) in wishes {
            let done = match wish {
                Wish::Show(words) => self.show(conversation, &words).await,
                Wish::Withdraw => self.withdraw(&conversation).await,
            };
            if let Err(error) = done {
                // An error may quote what was sent.
                tracing::debug!(code = code(&error), "a notification was not taken");
            }
        }
    }

    async fn show(&mut self, conversation: String, words: &Words) -> zbus::Result<()> {
        let replaces = self.shown.get(&conversation).copied().unwrap_or_default();
        let answer = self.call("Notify", &arguments(words, replaces, self.features)).await?;
        self.shown.insert(conversation, answer.body().deserialize()?);
        Ok(())
    }

    async fn withdraw(&mut self, conversation: &str) -> zbus::Result<()> {
        let Some(number) = self.shown.get(conversation).copied() else { return Ok(()) };
        let done = self.call("CloseNotification", &(number,)).await;
        self.shown.remove(conversation);
        done.map(drop)
    }

    async fn withdraw_all(&mut self) {
        let all: Vec<String> = self.shown.keys().cloned().collect();
        self.carry_out(all.into_iter().map(|conversation| (conversation, Wish::Withdraw))).await;
    }

    async fn call(
        &mut self,
        method: &str,
        body: &(impl serde::Serialize + DynamicType),
    ) -> zbus::Result<Message> {
        let answer = self.connection.call_method(Some(SERVICE), PATH, Some(SERVICE), method, body).await;
        if let Ok(answer) | Err(zbus::Error::MethodError(_, _, answer)) = &answer {
            self.hear_before(answer);
        }
        let answer = answer?;
        self.owner = answer.header().sender().map(|sender| sender.to_owned().into());
        Ok(answer)
    }

    /// What the server has told before it answered was about what it showed until then: numbers are given again.
    fn hear_before(&mut self, answer: &Message) {
        let limit = answer.recv_position();
        while let Some(Some(Ok(signal))) = Pin::new(&mut self.signals)
            .next_if(|told| told.as_ref().is_ok_and(|told| told.recv_position() < limit))
            .now_or_never()
        {
            self.hear(&signal);
        }
    }

    fn hear(&mut self, signal: &Message) {
        if signal.header().sender() == self.owner.as_deref() {
            // Signals of another shape are not of the specification.
            let _ = self.take(signal);
        }
    }

    fn take(&mut self, signal: &Message) -> Option<()> {
        match signal.header().member()?.as_str() {
            "ActionInvoked" => {
                let (number, action): (u32, String) = signal.body().deserialize().ok()?;
                (self.clicked)(self.conversation(number)?, pressed(&action)?);
            }
            "NotificationClosed" => {
                let (number, _reason): (u32, u32) = signal.body().deserialize().ok()?;
                self.shown.remove(&self.conversation(number)?);
            }
            _ => {}
        }
        Some(())
    }

    fn conversation(&self, number: u32) -> Option<String> {
        self.shown.iter().find(|(_, shown)| **shown == number).map(|(conversation, _)| conversation.clone())
    }
}

/// A bus that does not answer is none.
async fn within<T>(work: impl Future<Output = zbus::Result<T>>) -> zbus::Result<T> {
    let timeout = || zbus::Error::InputOutput(std::sync::Arc::new(std::io::ErrorKind::TimedOut.into()));
    tokio::time::timeout(CALL, work).await.unwrap_or_else(|_| Err(timeout()))
}

const fn code(error: &zbus::Error) -> &'static str {
    match error {
        zbus::Error::MethodError(..) => "refused",
        zbus::Error::InputOutput(_) => "line",
        _ => "protocol",
    }
}

#[cfg(test)]
mod tests;
