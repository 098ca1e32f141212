//! A restart in mid-visit keeps the status, the times, the links and the API key.

use crate::kit::Clinic;
use std::time::Duration;

#[tokio::test]
async fn a_visit_goes_on_after_a_restart() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    let key = clinic.running.api_key().clone();
    clinic.start_visit(&specialist, &client).await;
    clinic.pass(100);
    clinic.press("pause", &specialist).await;
    clinic.pass(20);
    let (_, before) = clinic.info(&client).await;

    let clinic = clinic.restart().await;
    assert_eq!(clinic.running.api_key(), &key);
    assert_eq!(clinic.pair("now"), (specialist.clone(), client.clone()));
    let (_, after) = clinic.info(&client).await;
    assert_eq!(before, after);
    clinic.pass(30);
    assert_eq!(clinic.press("resume", &specialist).await, "started");
    let durations = clinic.ok("durations", &client).await;
    let seconds = |name: &str| durations[name].as_u64().expect("seconds");
    assert_eq!((seconds("netDurationSeconds"), seconds("dirtyDurationSeconds")), (100, 150));
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_visit_that_ran_for_days_is_there_for_a_month_after_its_end() {
    const DAY: i64 = 24 * 3600;
    // Its clock does not end it meanwhile.
    let clinic = Clinic::adjusted(|config| config.end_every = Duration::from_secs(3600)).await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    for _ in 0..40 {
        clinic.press("pause", &specialist).await;
        clinic.pass(DAY);
        clinic.press("resume", &specialist).await;
    }
    let clinic = clinic.restart().await;
    assert_eq!(clinic.status(&client).await, "started");
    clinic.press("finish", &specialist).await;
    clinic.pass(29 * DAY);
    let clinic = clinic.restart().await;
    assert_eq!(clinic.status(&client).await, "finished");
    clinic.pass(2 * DAY);
    assert_eq!(clinic.refused("durations", &client).await, (403, "EXPIRED_TOKEN".to_owned()));
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_stop_says_goodbye_to_sockets_and_leaves_the_database_only() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut watching = clinic.watch(&client).await;
    let mut inside = clinic.enter(&client, None).await;
    inside.welcome().await;
    let Clinic { running, folder, .. } = clinic;
    running.stop().await;
    while let Some(text) = watching.next_text().await {
        assert!(text.contains("change_status_callback"));
    }
    assert_eq!(inside.hear().await, None);
    let mut files: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["attachments", "clinic.db", "demo.json"]);
}
