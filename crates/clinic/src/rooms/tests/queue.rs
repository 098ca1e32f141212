//! The place in the specialist's queue, over all conferences.

use super::kit::{Clinic, doctor};
use consilium_model::{Command, Participant};
use consilium_wire::room::FromClient;

#[tokio::test]
async fn the_queue_is_the_specialists() {
    let clinic = Clinic::start().await;
    let (first, second) =
        (clinic.conference("a", true, &["p"]).await, clinic.conference("b", true, &["q"]).await);
    let (mut early, _) = clinic.in_lobby(&first, "p").await;
    early.say(&FromClient::Knock { ready: Default::default() }).await;
    assert_eq!(early.standing().await, (1, None), "nothing is known");
    let (mut late, _) = clinic.in_lobby(&second, "q").await;
    late.say(&FromClient::Knock { ready: Default::default() }).await;
    assert_eq!(late.standing().await, (2, Some(600)), "the visit before takes ten minutes");
    early.say(&FromClient::Bye).await;
    assert_eq!(late.standing().await, (1, None));
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_estimate_follows_the_clock_of_the_running_visit() {
    let clinic = Clinic::start().await;
    let (running, next) =
        (clinic.conference("a", true, &["p"]).await, clinic.conference("b", true, &["q"]).await);
    clinic.apply(&running, Command::Join, &doctor()).await;
    clinic.app().clinic.admit(&running, Participant::client("p"), doctor()).await.unwrap();
    clinic.set_clock(200);
    let (mut guest, _) = clinic.in_lobby(&next, "q").await;
    guest.say(&FromClient::Knock { ready: Default::default() }).await;
    assert_eq!(guest.standing().await, (1, Some(420)), "400 seconds, in whole minutes");
    clinic.running.stop().await;
}
