//! Two devices of one user.

use super::kit::Clinic;
use crate::calls::ringing::EventKind::{Created, Declined, Join};
use consilium_wire::home::Event;
use consilium_wire::home::calls::RingEnd;
use serde_json::json;

#[tokio::test]
async fn one_accept_stops_the_other_s_ringing() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    let (mut phone, mut desk) = (clinic.device("anna").await, clinic.device("anna").await);
    let entry = clinic.place(&caller, &["anna"]).await;
    clinic.join(&entry).await;
    assert_eq!((phone.rings().await, desk.rings().await), (entry.call.clone(), entry.call.clone()));
    let way = clinic.accept(&phone, &entry.call).await;
    assert_eq!(desk.stops(&entry.call).await, RingEnd::AnsweredElsewhere);
    let (http, body) = clinic.do_with(&desk, &entry.call, "accept").await;
    assert_eq!((http, body), (409, json!({"error": "answered_elsewhere"})));
    assert_eq!(clinic.accept(&phone, &entry.call).await, way, "whoever has lost the answer asks again");
    assert_eq!(clinic.do_with(&desk, &entry.call, "decline").await.0, 204);
    clinic.join(&way).await;
    let events = clinic.events(&entry.call, (Join, "anna")).await;
    assert_eq!(events.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [Created, Join, Join]);
    let mut desk = clinic.reconnect(desk.token).await;
    assert_eq!(desk.before_known, [], "it does not ring any more");
    phone.hears_nothing().await;
    desk.hears_nothing().await;
    clinic.stop().await;
}

#[tokio::test]
async fn of_two_accepts_at_once_one_is_first() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    let (phone, desk) = (clinic.device("anna").await, clinic.device("anna").await);
    for _ in 0..5 {
        let entry = clinic.place(&caller, &["anna"]).await;
        let (one, other) = tokio::join!(
            clinic.do_with(&phone, &entry.call, "accept"),
            clinic.do_with(&desk, &entry.call, "accept")
        );
        let mut codes = [one.0, other.0];
        codes.sort_unstable();
        assert_eq!(codes, [200, 409]);
        clinic.do_with(&caller, &entry.call, "cancel").await;
    }
    clinic.stop().await;
}

#[tokio::test]
async fn one_decline_counts_for_both() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    let (mut phone, mut desk) = (clinic.device("anna").await, clinic.device("anna").await);
    let entry = clinic.place(&caller, &["anna"]).await;
    assert_eq!((phone.rings().await, desk.rings().await), (entry.call.clone(), entry.call.clone()));
    assert_eq!(clinic.do_with(&phone, &entry.call, "decline").await.0, 204);
    assert_eq!(desk.stops(&entry.call).await, RingEnd::DeclinedElsewhere);
    phone.hears_nothing().await;
    clinic.events(&entry.call, (Declined, "anna")).await;
    clinic.stop().await;
}

#[tokio::test]
async fn whoever_comes_without_accepting_stops_it_too() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    let mut desk = clinic.device("anna").await;
    let entry = clinic.place(&caller, &["anna"]).await;
    assert_eq!(desk.rings().await, entry.call);
    let way = clinic.row_of(&desk).await.entry.unwrap();
    clinic.join(&way).await;
    assert_eq!(desk.stops(&entry.call).await, RingEnd::AnsweredElsewhere);
    clinic.stop().await;
}

#[tokio::test]
async fn a_device_that_comes_late_rings_for_the_rest() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    let desk = clinic.device("anna").await;
    let entry = clinic.place(&caller, &["anna"]).await;
    clinic.pass(30);
    let desk = clinic.reconnect(desk.token).await;
    let [Event::Ringing { call, seconds, .. }] = &desk.before_known[..] else { panic!("it does not ring") };
    assert_eq!((call, *seconds), (&entry.call, 15));
    clinic.stop().await;
}
