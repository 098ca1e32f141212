//! How many sockets each specialist has open.

use consilium_model::UserId;
use consilium_wire::home::MAX_SOCKETS;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The open sockets of each specialist.
#[derive(Default)]
pub(crate) struct Listeners(Arc<Mutex<HashMap<UserId, usize>>>);

/// One of a specialist's sockets; free again when it is dropped.
pub(super) struct Place {
    user: UserId,
    listeners: Arc<Mutex<HashMap<UserId, usize>>>,
}

impl Listeners {
    /// A place for one more; `None` when there are enough.
    pub(super) fn sit_down(&self, user: &UserId) -> Option<Place> {
        let mut places = self.0.lock().expect("no one panics with this lock");
        let taken = places.entry(user.clone()).or_default();
        (*taken < MAX_SOCKETS).then(|| {
            *taken += 1;
            Place { user: user.clone(), listeners: Arc::clone(&self.0) }
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.listeners.lock().expect("no one panics with this lock");
        if let Some(taken) = places.get_mut(&self.user) {
            *taken -= 1;
            if *taken == 0 {
                places.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again() {
        let listeners = Listeners::default();
        let user = UserId::new("d");
        let mut places: Vec<_> = (0..MAX_SOCKETS).map(|_| listeners.sit_down(&user).unwrap()).collect();
        assert!(listeners.sit_down(&user).is_none());
        assert!(listeners.sit_down(&UserId::new("e")).is_some());
        places.pop();
        assert!(listeners.sit_down(&user).is_some());
        places.clear();
        assert!(listeners.0.lock().unwrap().is_empty());
    }
}
