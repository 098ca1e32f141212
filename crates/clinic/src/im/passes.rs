//! The messenger's own tokens. A token of another face opens nothing here, and none of these opens anything there.

use crate::clock::Clock;
use crate::keys::{Digest, digest, random_token};
use crate::store::{ChatPass, ChatStore, PassScope, StoreError};
use consilium_model::{Secret, UserId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use time::{Duration, OffsetDateTime};
use tokio::sync::Semaphore;

/// How long a token is good. Short, because whoever shows a sign-in or a link gets another one.
pub(super) const LIFETIME: Duration = Duration::days(1);
/// For so long a token is known without asking the store again, where every question waits for a commit.
const REMEMBERED: Duration = Duration::MINUTE;
/// So many tokens are looked up at once. Whoever shows tokens that are none waits here, and not in the store's queue in
/// front of those who write.
const LOOKUPS: usize = 32;
/// With so many tokens remembered, all are asked for anew.
const MANY: usize = 10_000;

/// Makes tokens, and knows whose they are.
pub(crate) struct Passes {
    chats: Arc<dyn ChatStore>,
    clock: Clock,
    known: Mutex<Known>,
    lookups: Semaphore,
}

#[derive(Default)]
struct Known {
    passes: HashMap<Digest, (ChatPass, OffsetDateTime)>,
    /// How many times tokens were ended: what was asked before an ending is not remembered after it.
    ended: u64,
}

impl Passes {
    /// Tokens of that store.
    pub(super) fn new(chats: Arc<dyn ChatStore>, clock: Clock) -> Self {
        Self { chats, clock, known: Mutex::default(), lookups: Semaphore::new(LOOKUPS) }
    }

    /// A new token for somebody who has been recognised.
    pub(super) async fn issue(&self, user: UserId, scope: PassScope) -> Result<Secret, StoreError> {
        let token = random_token();
        let pass = ChatPass { user, scope, ends: self.clock.now() + LIFETIME };
        self.chats.put_chat_token(digest(token.expose()), pass).await?;
        Ok(token)
    }

    /// What a token is, until it ends.
    pub(super) async fn pass(&self, token: Digest) -> Result<Option<ChatPass>, StoreError> {
        let now = self.clock.now();
        let ended = match self.remembered(&token, now) {
            Ok(pass) => return Ok(Some(pass)),
            Err(ended) => ended,
        };
        let turn = self.lookups.acquire().await.expect("the semaphore is never closed");
        let pass = self.chats.chat_token(token, now).await?;
        drop(turn);
        if let Some(pass) = &pass {
            let mut known = self.known();
            if known.passes.len() >= MANY {
                known.passes.clear();
            }
            if known.ended == ended {
                known.passes.insert(token, (pass.clone(), now));
            }
        }
        Ok(pass)
    }

    /// What a token is, or how many times tokens were ended so far.
    fn remembered(&self, token: &Digest, now: OffsetDateTime) -> Result<ChatPass, u64> {
        let known = self.known();
        match known.passes.get(token) {
            Some((pass, since)) if *since <= now && now - *since < REMEMBERED && now < pass.ends => {
                Ok(pass.clone())
            }
            Some(_) | None => Err(known.ended),
        }
    }

    /// Ends a token.
    pub(super) async fn end(&self, token: Digest) -> Result<(), StoreError> {
        self.chats.drop_chat_token(token).await?;
        let mut known = self.known();
        known.ended += 1;
        known.passes.remove(&token);
        Ok(())
    }

    /// Remembers nothing of the tokens of a sign-in that the store has ended.
    pub(super) fn forget(&self, sign_in: &Digest) {
        let mut known = self.known();
        known.ended += 1;
        known.passes.retain(|_, (pass, _)| pass.scope != PassScope::SignIn(*sign_in));
    }

    /// Remembers nothing of the tokens of a user, all of which the store has ended.
    pub(super) fn forget_user(&self, user: &UserId) {
        let mut known = self.known();
        known.ended += 1;
        known.passes.retain(|_, (pass, _)| pass.user != *user);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().expect("no one panics with this lock")
    }
}
