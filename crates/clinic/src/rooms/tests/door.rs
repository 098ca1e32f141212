//! When somebody may come to the door at all.

use super::kit::{Clinic, doctor, guest};
use consilium_model::Command;
use consilium_wire::room::{FromServer, RoomError};

#[tokio::test]
async fn the_door_is_open_from_the_start_to_the_end() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p", "q"]).await;
    clinic.set_clock(-1);
    clinic.enter(&live, &guest("p"), None).await.shut(RoomError::NotJoined).await;
    clinic.set_clock(599);
    let (waiting, you) = clinic.knocking(&live, "p").await;
    clinic.set_clock(600);
    clinic.enter(&live, &guest("q"), None).await.shut(RoomError::Ended).await;
    drop(waiting);
    let mut back = clinic.enter(&live, &guest("p"), None).await;
    assert_eq!(back.lobby().await, you, "whoever waited goes on waiting");
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_waits_hears_of_the_end() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p"]).await;
    let (mut patient, _) = clinic.knocking(&live, "p").await;
    clinic.apply(&live, Command::Cancel, &doctor()).await;
    let end = patient.hear_until(|message| matches!(message, FromServer::Error { .. })).await;
    assert_eq!(end, FromServer::Error { code: RoomError::Ended, fatal: true });
    clinic.enter(&live, &guest("p"), None).await.shut(RoomError::Ended).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_lobby_has_twenty_places() {
    let clinic = Clinic::start().await;
    let names: Vec<String> = (0..21).map(|number| format!("p{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let live = clinic.conference("a", true, &names).await;
    let mut guests = Vec::new();
    for name in &names[..20] {
        guests.push(clinic.in_lobby(&live, name).await);
    }
    clinic.enter(&live, &guest(names[20]), None).await.shut(RoomError::Full).await;
    clinic.running.stop().await;
}
