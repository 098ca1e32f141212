//! What the desktop is to show next. Only the newest of a conversation counts, so a desktop that is slow to answer
//! makes nothing grow.

use super::Words;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// What a conversation's notification is to become.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// Shown with these words.
    Show(Words),
    /// Gone.
    Withdraw,
}

/// One wish a conversation, by its id.
#[derive(Default)]
pub(super) struct Wishes {
    pending: Mutex<BTreeMap<String, Wish>>,
    made: Notify,
}

impl Wishes {
    /// Takes the place of an earlier wish for the same conversation.
    pub(super) fn make(&self, conversation: String, wish: Wish) {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).insert(conversation, wish);
        self.made.notify_one();
    }

    /// Waits for wishes and takes them. Nothing is lost when the wait is given up.
    pub(super) async fn next(&self) -> BTreeMap<String, Wish> {
        loop {
            let pending = std::mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner));
            if !pending.is_empty() {
                return pending;
            }
            self.made.notified().await;
        }
    }
}
