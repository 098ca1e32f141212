//! Tells those who are called and have an address or a number.

use super::link::{self, Holder};
use crate::calls::{Call, Person};
use crate::notifier::{CallInvitation, Reachable};
use crate::server::App;
use consilium_model::UserId;
use futures_util::future::join_all;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The addresses and numbers of users, as the program has given them. They are not kept.
pub(super) struct Addresses(Vec<(UserId, Reachable)>);

impl Addresses {
    pub(super) const fn none() -> Self {
        Self(Vec::new())
    }

    pub(super) fn add(&mut self, user: UserId, reachable: Reachable) {
        self.0.push((user, reachable));
    }

    fn of(&self, person: &Person) -> Reachable {
        let (email, phone) = match person.login() {
            Some(login) => {
                let given = self.0.iter().find(|(user, _)| user == login).map(|(_, given)| given.clone());
                given.map_or((None, None), |given| (given.email, given.phone))
            }
            None => (person.email.clone(), person.phone.clone()),
        };
        Reachable { name: Some(person.name.clone()), email, phone }
    }
}

/// Tells everybody who was called and can be told. Nobody is told any more when the call has ended.
pub(super) fn tell(app: &Arc<App>, call: &Arc<Call>, addresses: &Addresses) {
    let (snapshot, wanted) = (call.snapshot(), CancellationToken::new());
    let invitation = |(party, person)| {
        let contact = addresses.of(person);
        let link = link::into_call(app, &snapshot.record.id, Holder::Contact(party))?;
        let (call, title) = (snapshot.record.id.clone(), snapshot.record.title.clone());
        Some(CallInvitation { call, contact, link, title })
    };
    // Without a gateway nobody is told, and the call goes on.
    let tell = |invitation| app.notifier.tell(&invitation, wanted.clone()).ok();
    let telling: Vec<_> = snapshot.invited().filter_map(invitation).filter_map(tell).collect();
    if telling.is_empty() {
        return;
    }
    let (tracked, call) = (Arc::clone(app), Arc::clone(call));
    app.tasks.spawn(async move {
        tokio::select! {
            _ = join_all(telling) => {}
            () = ended(&tracked, &call) => wanted.cancel(),
            () = tracked.stop.cancelled() => {}
        }
    });
}

async fn ended(app: &App, call: &Call) {
    let mut changes = app.calls.watch();
    while !call.snapshot().ringing.is_ended() {
        if changes.changed().await.is_err() {
            return;
        }
    }
}
