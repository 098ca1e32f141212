//! Two press at the same moment: one wins, the other is told clearly.

use crate::kit::Clinic;
use serde_json::json;

#[tokio::test]
async fn one_of_two_finishes() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let body = json!({ "access_token": specialist });
    let presses = (0..8).map(|_| clinic.call("finish", &body));
    let answers = futures_util::future::join_all(presses).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(http, _)| *http == 200);
    assert_eq!(won.len(), 1);
    for (http, body) in lost {
        assert_eq!((http, body["status"].as_str()), (400, Some("CONFERENCE_CANNOT_BE_FINISHED")));
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn an_end_and_a_pause_leave_a_conference_that_makes_sense() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let (by_specialist, by_client) =
        (json!({ "access_token": specialist }), json!({ "access_token": client }));
    let ((paused, _), (cancelled, _)) =
        tokio::join!(clinic.call("pause", &by_specialist), clinic.call("cancel", &by_client));
    assert_eq!(cancelled, 200, "a cancel is possible from both");
    assert!(paused == 200 || paused == 400);
    assert_eq!(clinic.status(&client).await, "cancelled_after_start");
    clinic.running.stop().await;
}
