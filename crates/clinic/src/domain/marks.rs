//! What holds for a conference beside what has happened to it, in memory and in the store.

use crate::store::{Mark, MarkKind, Store, StoreError};
use consilium_model::ConferenceId;
use std::collections::HashSet;
use std::sync::{Arc, RwLock};

/// Every mark that is set.
pub(crate) struct Marks {
    store: Arc<dyn Store>,
    set: RwLock<HashSet<Mark>>,
}

impl Marks {
    pub(super) fn new(store: Arc<dyn Store>, set: impl IntoIterator<Item = Mark>) -> Self {
        Self { store, set: RwLock::new(set.into_iter().collect()) }
    }

    /// Whether it is set.
    pub(crate) fn has(&self, mark: &Mark) -> bool {
        self.set.read().expect("no one panics with this lock").contains(mark)
    }

    /// Every mark for which `wanted` is true, in no order.
    pub(crate) fn select(&self, wanted: impl Fn(&Mark) -> bool) -> Vec<Mark> {
        let set = self.set.read().expect("no one panics with this lock");
        set.iter().filter(|mark| wanted(mark)).cloned().collect()
    }

    /// Sets it; it holds once it is durable.
    pub(crate) async fn set(&self, mark: Mark) -> Result<(), StoreError> {
        if !self.has(&mark) {
            self.store.set_mark(mark.clone()).await?;
            self.set.write().expect("no one panics with this lock").insert(mark);
        }
        Ok(())
    }

    /// Nobody has shown a one-time password of that conference any more.
    pub(super) async fn clear_verified(&self, conference: &ConferenceId) -> Result<(), StoreError> {
        let is_of =
            |mark: &Mark| mark.conference == *conference && matches!(mark.kind, MarkKind::Verified(_));
        for mark in self.select(is_of) {
            self.clear(&mark).await?;
        }
        Ok(())
    }

    /// Takes it away.
    pub(crate) async fn clear(&self, mark: &Mark) -> Result<(), StoreError> {
        if self.has(mark) {
            self.store.clear_mark(mark.clone()).await?;
            self.set.write().expect("no one panics with this lock").remove(mark);
        }
        Ok(())
    }
}
