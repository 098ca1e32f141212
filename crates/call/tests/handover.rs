//! The machine moves to another network in the middle of a conversation, and the old one is gone at once.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::load::Load;
use common::path::LossyPath;
use common::person::{ON, Person, all_connected, eventually, local_config};
use common::room::TestRoom;
use consilium_call::CallConfig;
use std::sync::Arc;
use std::time::Instant;

#[tokio::test(flavor = "multi_thread")]
async fn the_call_goes_on_over_the_address_that_is_left() {
    let path = LossyPath::new();
    let room = TestRoom::new().over(&path).at("127.0.0.1");
    let bind = ["127.0.0.1:0", "127.0.0.2:0"].map(|address| address.parse().unwrap()).to_vec();
    let config = || CallConfig { bind: bind.clone(), ..local_config() };
    let people = [Person::join_with(&room, "a", config()), Person::join_with(&room, "b", config())];
    let [a, b] = &people;
    let loads = [a, b].map(|person| Load::open(Arc::clone(&person.call), Arc::clone(&person.seen)));
    a.call.set_intent(ON);
    b.call.set_intent(ON);
    all_connected(&[a, b]).await;
    eventually("both see each other", || a.frames_from(b) >= 10 && b.frames_from(a) >= 10).await;

    path.lose(1000);
    room.move_to("127.0.0.2");
    let (cut, before) = (Instant::now(), (a.sounds_from(b), b.sounds_from(a)));
    a.call.network_changed();
    eventually("both hear each other again", || {
        a.sounds_from(b) >= before.0 + 20 && b.sounds_from(a) >= before.1 + 20
    })
    .await;
    println!("20 sounds came {:?} after the change", cut.elapsed());
    assert_eq!((a.stats_of(b).transports, b.stats_of(a).transports), (1, 1), "the same transport");
    assert!(!a.seen().somebody_vanished && !b.seen().somebody_vanished);
    for load in loads {
        load.stop().await;
    }
    for person in people {
        person.close().await;
    }
}
