//! What a socket has told of colleagues.

use crate::server::App;
use consilium_model::UserId;
use consilium_wire::home::Event;

/// Everything up to a round of the board.
#[derive(Default)]
pub(super) struct ContactsTold(u64);

impl ContactsTold {
    /// What there is to tell this user now.
    pub(super) fn news(&mut self, app: &App, user: &UserId) -> Vec<Event> {
        let (round, news) = app.contacts.presence().since(self.0);
        self.0 = round;
        let others = news.into_iter().filter(|(other, _)| other != user);
        others.map(|(user_id, availability)| Event::Contact { user_id, availability }).collect()
    }
}
