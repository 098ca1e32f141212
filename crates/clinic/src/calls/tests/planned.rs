//! Calls that are still to come count for whoever has planned them.

use super::kit::{Clinic, START};
use time::Duration;

#[tokio::test]
async fn count_until_they_begin_or_are_called_off() {
    let clinic = Clinic::start().await;
    let anna = clinic.device("anna").await;
    clinic.device("boris").await;
    let planned = |login: &str| clinic.app().calls.planned_by(&login.into());
    let mut calls = Vec::new();
    for hours in 1..=3 {
        let at = START + Duration::hours(hours);
        calls.push(clinic.place_new("anna", &["boris"], |new| new.planned = Some(at)).await);
    }
    clinic.place_new("anna", &["boris"], |_| {}).await;
    assert_eq!((planned("anna"), planned("boris")), (3, 0));
    assert_eq!(clinic.do_with(&anna, &calls[1], "cancel").await.0, 204);
    assert_eq!(planned("anna"), 2);
    let clinic = clinic.restart_after(0).await;
    assert_eq!(clinic.app().calls.planned_by(&"anna".into()), 2);
    clinic.stop().await;
}
