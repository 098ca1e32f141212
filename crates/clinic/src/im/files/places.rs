//! Who may upload at the same time: so many of everyone, and few of each, so that nobody is in the way of others.

use consilium_model::UserId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many uploads are under way at once.
const ALL: usize = 32;
/// And so many of one user.
const OF_ONE: usize = 2;

type Counts = Arc<Mutex<HashMap<UserId, usize>>>;

/// The places for uploads.
pub(super) struct Places {
    free: Arc<Semaphore>,
    counts: Counts,
}

/// A place among the uploads, until it is dropped.
pub(super) struct Place {
    user: UserId,
    counts: Counts,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    /// All are free.
    pub(super) fn new() -> Self {
        Self { free: Arc::new(Semaphore::new(ALL)), counts: Arc::default() }
    }

    /// A place for one more upload of that user, if there is one.
    pub(super) fn take(&self, user: &UserId) -> Option<Place> {
        let permit = Arc::clone(&self.free).try_acquire_owned().ok()?;
        let mut counts = self.counts.lock().expect("no one panics with this lock");
        let count = counts.get(user).copied().unwrap_or_default();
        if count >= OF_ONE {
            return None;
        }
        counts.insert(user.clone(), count + 1);
        Some(Place { user: user.clone(), counts: Arc::clone(&self.counts), _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().expect("no one panics with this lock");
        if let Some(count) = counts.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_the_places_of_others() {
        let places = Places::new();
        let user = |number: usize| UserId::from(format!("u{number}").as_str());
        let one = [places.take(&user(0)), places.take(&user(0))];
        assert!(one.iter().all(Option::is_some) && places.take(&user(0)).is_none());
        let others: Vec<_> = (1..ALL - 1).map(|number| places.take(&user(number))).collect();
        assert!(others.iter().all(Option::is_some) && places.take(&user(ALL)).is_none());
        drop(one);
        assert!(places.take(&user(0)).is_some() && places.counts.lock().unwrap().len() == ALL - 2);
    }
}
