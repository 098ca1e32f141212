//! The messenger's own tokens. A token of another face opens nothing here, and none of these opens anything there.

use crate::clock::Clock;
use crate::keys::{Digest, digest, random_token};
use crate::store::{ChatStore, StoreError};
use consilium_model::{Secret, UserId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use time::{Duration, OffsetDateTime};

/// How long a token is good. Short, because whoever shows a sign-in or a link gets another one.
pub(super) const LIFETIME: Duration = Duration::days(1);
/// For so long a token is known without asking the store again, where every question waits for a commit.
const REMEMBERED: Duration = Duration::MINUTE;
/// With so many tokens remembered, all are asked for anew.
const MANY: usize = 10_000;

/// Makes tokens, and knows whose they are.
pub(crate) struct Passes {
    chats: Arc<dyn ChatStore>,
    clock: Clock,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    users: HashMap<Digest, (UserId, OffsetDateTime)>,
    /// How many tokens were ended: what was asked before an ending is not remembered after it.
    ended: u64,
}

impl Passes {
    /// Tokens of that store.
    pub(super) fn new(chats: Arc<dyn ChatStore>, clock: Clock) -> Self {
        Self { chats, clock, known: Mutex::default() }
    }

    /// A new token for somebody who has been recognised.
    pub(super) async fn issue(&self, user: UserId) -> Result<Secret, StoreError> {
        let token = random_token();
        self.chats.put_chat_token(digest(token.expose()), user, self.clock.now() + LIFETIME).await?;
        Ok(token)
    }

    /// Whose token it is.
    pub(super) async fn user(&self, token: Digest) -> Result<Option<UserId>, StoreError> {
        let now = self.clock.now();
        let ended = match self.remembered(&token, now) {
            Ok(user) => return Ok(Some(user)),
            Err(ended) => ended,
        };
        let user = self.chats.chat_token(token, now).await?;
        if let Some(user) = &user {
            let mut known = self.known.lock().expect("no one panics with this lock");
            if known.users.len() >= MANY {
                known.users.clear();
            }
            if known.ended == ended {
                known.users.insert(token, (user.clone(), now));
            }
        }
        Ok(user)
    }

    /// Whose token it is, or how many tokens were ended so far.
    fn remembered(&self, token: &Digest, now: OffsetDateTime) -> Result<UserId, u64> {
        let known = self.known.lock().expect("no one panics with this lock");
        match known.users.get(token) {
            Some((user, since)) if *since <= now && now - *since < REMEMBERED => Ok(user.clone()),
            Some(_) | None => Err(known.ended),
        }
    }

    /// Ends a token.
    pub(super) async fn end(&self, token: Digest) -> Result<(), StoreError> {
        self.chats.drop_chat_token(token).await?;
        let mut known = self.known.lock().expect("no one panics with this lock");
        known.ended += 1;
        known.users.remove(&token);
        Ok(())
    }
}
