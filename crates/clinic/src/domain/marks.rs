//! What holds for a conference beside what has happened to it, in memory and in the store.

use crate::store::{Mark, Store, StoreError};
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

    /// Takes it away.
    pub(crate) async fn clear(&self, mark: &Mark) -> Result<(), StoreError> {
        if self.has(mark) {
            self.store.clear_mark(mark.clone()).await?;
            self.set.write().expect("no one panics with this lock").remove(mark);
        }
        Ok(())
    }
}
