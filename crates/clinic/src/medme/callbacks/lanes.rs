//! Who waits for whom: calls to one place about one thing wait for each other, and for nobody else.

use super::call::Topic;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use url::Url;

/// So many calls may be unfinished in all; further ones are dropped.
const UNFINISHED_IN_ALL: usize = 4 * UNFINISHED;
/// And so many in one lane.
const UNFINISHED: usize = 4096;
/// So many requests of one lane are under way at a time. The others wait for a place, not for each other's pauses.
const AT_ONCE: usize = 4;

type Place = (Topic, String);

/// Every lane with a call in it.
pub(super) struct Lanes {
    unfinished: Arc<Semaphore>,
    lanes: Mutex<HashMap<Place, Weak<Lane>>>,
}

struct Lane {
    unfinished: Arc<Semaphore>,
    under_way: Semaphore,
}

/// A place in a lane, until it is dropped.
pub(super) struct InLane {
    lane: Arc<Lane>,
    _unfinished: [OwnedSemaphorePermit; 2],
}

impl Default for Lanes {
    fn default() -> Self {
        Self { unfinished: Arc::new(Semaphore::new(UNFINISHED_IN_ALL)), lanes: Mutex::default() }
    }
}

impl Lanes {
    /// Whether there is a place for one more call to that address.
    pub(super) fn has_place(&self, topic: Topic, url: &Url) -> bool {
        let lanes = self.lanes.lock().expect("no one panics with this lock");
        let lane = lanes.get(&(topic, url.origin().ascii_serialization())).and_then(Weak::upgrade);
        let is_full = |places: &Semaphore| places.available_permits() == 0;
        !is_full(&self.unfinished) && !lane.is_some_and(|lane| is_full(&lane.unfinished))
    }

    /// A place for a call to that address; `None` when too many wait.
    pub(super) fn enter(&self, topic: Topic, url: &Url) -> Option<InLane> {
        let place = (topic, url.origin().ascii_serialization());
        let mut lanes = self.lanes.lock().expect("no one panics with this lock");
        let lane = match lanes.get(&place).and_then(Weak::upgrade) {
            Some(lane) => lane,
            None => {
                lanes.retain(|_, lane| lane.strong_count() > 0);
                let lane = Arc::new(Lane {
                    unfinished: Arc::new(Semaphore::new(UNFINISHED)),
                    under_way: Semaphore::new(AT_ONCE),
                });
                lanes.insert(place, Arc::downgrade(&lane));
                lane
            }
        };
        let [here, in_all] = [&lane.unfinished, &self.unfinished];
        let here = Arc::clone(here).try_acquire_owned().ok()?;
        let in_all = Arc::clone(in_all).try_acquire_owned().ok()?;
        Some(InLane { lane, _unfinished: [here, in_all] })
    }
}

impl InLane {
    /// Waits until a request may be made; it is under way until the permit is dropped.
    pub(super) async fn turn(&self) -> SemaphorePermit<'_> {
        self.lane.under_way.acquire().await.expect("the semaphore is never closed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_lane_holds_up_no_other() {
        let lanes = Lanes::default();
        let [slow, other] =
            ["http://slow.example/a", "http://other.example/a"].map(|url| Url::parse(url).unwrap());
        let waiting: Vec<_> = std::iter::from_fn(|| lanes.enter(Topic::Complete, &slow)).collect();
        assert_eq!(waiting.len(), UNFINISHED);
        assert!(!lanes.has_place(Topic::Complete, &slow) && lanes.has_place(Topic::Complete, &other));
        assert!(lanes.enter(Topic::Complete, &other).is_some());
        assert!(lanes.enter(Topic::Otp, &slow).is_some());
        drop(waiting);
        assert!(lanes.enter(Topic::Complete, &slow).is_some());
        assert_eq!(lanes.lanes.lock().unwrap().len(), 1);
    }
}
