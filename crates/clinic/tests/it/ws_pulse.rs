//! Pings find the other side of a half-open socket gone; one that answers them stays.

use crate::kit::Clinic;
use std::time::Duration;

#[tokio::test]
async fn a_side_that_answers_no_ping_is_dropped() {
    const EVERY: Duration = Duration::from_millis(100);
    let clinic = Clinic::adjusted(|config| config.ping_every = EVERY).await;
    let (specialist, client) = clinic.pair("now");
    let mut alive = clinic.watch(&client).await;
    // A socket answers pings only while it is read.
    let mut silent = clinic.watch(&specialist).await;
    tokio::select! {
        text = alive.next_text() => panic!("nothing has happened: {text:?}"),
        () = tokio::time::sleep(10 * EVERY) => {}
    }
    assert_eq!(silent.next_text().await, None);
    clinic.press("open_for_join", &specialist).await;
    assert_eq!(alive.next_status().await, "open_for_joining");
    clinic.running.stop().await;
}
