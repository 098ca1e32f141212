//! Calls in which nobody learns another's address: everything goes through the server's own relays.
#![allow(clippy::unwrap_used)]

mod common;

use common::person::starts_visit;
use common::{Clinic, Person};

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_through_relays_only() {
    let clinic = Clinic::adjusted(|config| config.turn.relay_only = true).await;
    let mut people = starts_visit(&clinic.links("now")).await;
    sees_pictures(&mut people).await;
    assert!(clinic.relays() >= 2, "one of each at least");
    for person in people {
        person.closes().await;
    }
}

async fn sees_pictures(people: &mut [Person]) {
    for person in people {
        person.measures("pictures", |figures| figures.decoded().iter().any(|frames| *frames > 60)).await;
    }
}
