//! Room for the messenger's files: each user's share of it, what stays free, and what goes again.

use crate::im_files::{begin, conversation, fetch, in_attachments, refused, samples, stored, upload};
use crate::im_kit::{Person, patient, text, uuid};
use crate::kit::Clinic;
use axum::http::StatusCode;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

#[tokio::test]
async fn a_user_has_a_share_of_the_disk_and_failed_uploads_cost_nothing_of_it() {
    let clinic = Clinic::adjusted(|config| config.files.bytes_a_day = 10_000).await;
    let (anna, ivan, session) = conversation(&clinic).await;
    let no_room = (507, "no_room".to_owned());
    assert_eq!(refused(&clinic, &ivan, &session, vec![1; 10_001]).await, no_room);
    stored(&clinic, &ivan, &session, "a", vec![1; 6_000]).await;
    for _ in 0..3 {
        let bomb = [samples::bomb(100), vec![0; 3_000]].concat();
        assert_eq!(refused(&clinic, &ivan, &session, bomb).await.0, 415);
    }
    let mut under_way = begin(&clinic, &ivan, &session, "content-length: 4000").await;
    under_way.write_all(&[1; 500]).await.unwrap();
    while in_attachments(&clinic, "incoming").is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(
        refused(&clinic, &ivan, &session, vec![1; 1_000]).await,
        no_room,
        "also while it is under way"
    );
    drop(under_way);
    while !in_attachments(&clinic, "incoming").is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(refused(&clinic, &ivan, &session, vec![1; 4_100]).await, no_room);
    // One that hung up may be noticed a little later.
    while upload(&clinic, &ivan, &session, "a", vec![1; 3_900]).await.0 != 201 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(refused(&clinic, &ivan, &session, vec![1; 1_000]).await, no_room);
    stored(&clinic, &anna, &session, "a", vec![1; 9_000]).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_full_disk_takes_no_files_and_goes_on_with_words() {
    let clinic = Clinic::adjusted(|config| config.files.free_bytes = u64::MAX).await;
    let (_, ivan, session) = conversation(&clinic).await;
    // Also a large one hears why, and not only that the connection is gone.
    for size in [1, 8 * 1024 * 1024] {
        let answer = refused(&clinic, &ivan, &session, vec![1; size]).await;
        assert_eq!(answer, (507, "no_room".to_owned()), "{size}");
    }
    assert_eq!(in_attachments(&clinic, ""), Vec::<PathBuf>::new());
    ivan.say(&clinic, &session, "words fit").await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_file_that_no_message_names_goes_after_a_week() {
    const DAY: i64 = 24 * 60 * 60;
    let clinic = Clinic::adjusted(|config| config.files.sweep_every = Duration::from_millis(5)).await;
    let (_, ivan, session) = conversation(&clinic).await;
    let photo = async |who: &Person| {
        text(&stored(&clinic, who, &session, "a.png", samples::png(9, 9, 1)).await["id"])
    };
    let path = format!("/sessions/{session}/messages");
    let about = |id: &str| {
        let content = json!({"file": id}).to_string();
        json!({"type": 2, "content": content, "client_message_id": uuid()})
    };
    let (named, late, never) = (photo(&ivan).await, photo(&ivan).await, photo(&ivan).await);
    ivan.post(&clinic, &path, &about(&named)).await;
    // The message was written, but its sender was away for days.
    clinic.pass(6 * DAY);
    let ivan = patient(&clinic, 0).await;
    ivan.post(&clinic, &path, &about(&late)).await;
    clinic.pass(2 * DAY);
    let ivan = patient(&clinic, 0).await;
    while fetch(&clinic, &ivan, &never, &[]).await.status() != StatusCode::NOT_FOUND {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let refused = ivan.refused(&clinic, reqwest::Method::POST, &path, Some(&about(&never))).await;
    assert_eq!(refused, (404, "not_found".to_owned()));
    let young = photo(&ivan).await;
    let attachments = clinic.folder.path().join("attachments");
    while attachments.join("incoming").join(&never).exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!attachments.join("kept").join(&never).exists());
    for id in [&named, &late, &young] {
        assert_eq!(fetch(&clinic, &ivan, id, &[]).await.status(), StatusCode::OK);
        assert_eq!(fetch(&clinic, &ivan, &format!("{id}/thumbnail"), &[]).await.status(), StatusCode::OK);
    }
    clinic.running.stop().await;
}
