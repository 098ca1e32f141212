//! Who of a call is told of it outside the application.

use super::record::Person;
use super::ringing::PartyId;
use crate::notifier::Reachable;
use crate::server::App;
use crate::store::Invitation;
use consilium_model::UserId;
use std::collections::HashMap;
use uuid::Uuid;

/// Everybody of them who can be told outside the application.
pub(super) fn invitations(
    app: &App,
    people: &[Person],
    mut addresses: HashMap<UserId, Reachable>,
) -> Vec<Invitation> {
    let everybody = (0..).map(PartyId).zip(people).skip(1);
    let told = everybody.filter_map(|(party, person)| {
        let given = match person.login() {
            Some(login) => addresses.remove(login).unwrap_or_default(),
            None => Reachable { name: None, email: person.email.clone(), phone: person.phone.clone() },
        };
        let contact = Reachable { name: Some(person.name.clone()), ..given };
        let id = Uuid::new_v4().simple().to_string();
        app.notifier.reaches(&contact).then_some(Invitation { id, party, contact })
    });
    told.collect()
}
