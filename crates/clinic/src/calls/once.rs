//! A call is made once, however often it is asked for by one key: by a second press, or by somebody who has lost the answer.

use super::CallError;
use super::desk::Calls;
use super::record::{NewCall, Snapshot};
use crate::server::App;
use crate::store::CallKey;
use consilium_model::UserId;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// So many who ask by keys at the same time do not wait for each other, if they are lucky.
const TURNS: usize = 64;

/// Whoever asks by keys has one turn at a time: the second of two hears what the first has made.
pub(super) struct Turns {
    turns: Vec<Arc<Mutex<()>>>,
    hasher: RandomState,
}

impl Default for Turns {
    fn default() -> Self {
        let turns = std::iter::repeat_with(Arc::default).take(TURNS).collect();
        Self { turns, hasher: RandomState::new() }
    }
}

impl Turns {
    pub(super) async fn of(&self, user: &UserId) -> OwnedMutexGuard<()> {
        let place = self.hasher.hash_one(user) % TURNS as u64;
        let turn = &self.turns[usize::try_from(place).expect("a place of few")];
        Arc::clone(turn).lock_owned().await
    }
}

impl Calls {
    /// The call that was made by this key, if one was; it may be over. [`CallError::KeyReused`] when something else was
    /// asked by it.
    pub(crate) async fn placed(app: &App, key: &CallKey) -> Result<Option<Arc<Snapshot>>, CallError> {
        let _turn = app.calls.turns.of(&key.user).await;
        made_by(app, key).await
    }
}

/// The same, for whoever has the turn.
pub(super) async fn made_by(app: &App, key: &CallKey) -> Result<Option<Arc<Snapshot>>, CallError> {
    let now = app.clinic.clock().now();
    let Some(made) = app.calls.store.call_by_key(key.user.clone(), key.key, now).await? else {
        return Ok(None);
    };
    if made.request != key.request {
        return Err(CallError::KeyReused);
    }
    Ok(app.calls.by_id(&made.call).await?)
}

/// Makes a call, unless it was made by the same key before. Whoever asks by a key does so in turn.
pub(super) async fn place(app: Arc<App>, new: NewCall) -> Result<Arc<Snapshot>, CallError> {
    let _turn = match &new.key {
        Some(key) => Some(app.calls.turns.of(&key.user).await),
        None => None,
    };
    if let Some(key) = &new.key
        && let Some(made) = made_by(&app, key).await?
    {
        return Ok(made);
    }
    Ok(Calls::make(&app, new).await?.snapshot())
}
