//! Sockets that have not said who listens: few, so that whoever opens them and says nothing keeps nobody out for long.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

/// So many at once.
const MANY: usize = 1024;
/// So many of them from one address; a whole clinic may share one.
const PER_ADDRESS: usize = 128;

/// The sockets that have not said who listens.
#[derive(Default)]
pub(crate) struct Strangers(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// The place of one of them; free again when it is dropped.
pub(super) struct Doorstep {
    from: IpAddr,
    strangers: Arc<Mutex<Counts>>,
}

impl Strangers {
    /// A place for one more; `None` when there are enough.
    pub(super) fn come(&self, from: IpAddr) -> Option<Doorstep> {
        let mut counts = self.0.lock().expect("no one panics with this lock");
        let theirs = counts.by_address.get(&from).copied().unwrap_or(0);
        if counts.all >= MANY || theirs >= PER_ADDRESS {
            return None;
        }
        counts.all += 1;
        counts.by_address.insert(from, theirs + 1);
        Some(Doorstep { from, strangers: Arc::clone(&self.0) })
    }
}

impl Drop for Doorstep {
    fn drop(&mut self) {
        let mut counts = self.strangers.lock().expect("no one panics with this lock");
        counts.all -= 1;
        if let Some(theirs) = counts.by_address.get_mut(&self.from) {
            *theirs -= 1;
            if *theirs == 0 {
                counts.by_address.remove(&self.from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_fills_its_own_places_and_all_together_no_more_than_there_are() {
        let strangers = Strangers::default();
        let address = |host: usize| IpAddr::from([10, 0, 0, host as u8]);
        let mut places: Vec<_> = (0..PER_ADDRESS).map(|_| strangers.come(address(0)).unwrap()).collect();
        assert!(strangers.come(address(0)).is_none());
        places
            .extend((PER_ADDRESS..MANY).map(|number| strangers.come(address(number / PER_ADDRESS)).unwrap()));
        assert!(strangers.come(address(200)).is_none());
        places.clear();
        assert!(strangers.come(address(0)).is_some());
        let counts = strangers.0.lock().unwrap();
        assert!(counts.all == 0 && counts.by_address.is_empty());
    }
}
