//! Patients without a socket are reminded that something waits, and never of what.

use crate::booking::{Booking, Received};
use crate::im_kit::{Person, doctor, patient, text, visit_chat};
use crate::kit::Clinic;
use axum::http::{Method, StatusCode};
use consilium_clinic::{Config, ReminderWay};
use consilium_model::Secret;
use serde_json::json;
use std::sync::OnceLock;
use std::time::Duration;
use url::Url;

/// Longer than somebody who is just coming back is waited for.
const MOMENT: i64 = 31;
const HOUR: i64 = 3601;

/// A clinic whose reminders go to a receiver of ours, and a conversation in it.
struct Scene {
    clinic: Clinic,
    gateway: Booking,
    anna: Person,
    ivan: Person,
    session: String,
}

fn remind(config: &mut Config, hook: &OnceLock<Url>) {
    config.reminders = hook.get().cloned().map(Secret::new).map(ReminderWay::Hook);
    config.remind_every = Duration::from_millis(20);
}

/// Each test has a receiver of its own, and a restart takes it along.
macro_rules! scene {
    () => {{
        static HOOK: OnceLock<Url> = OnceLock::new();
        let gateway = Booking::open().await;
        HOOK.set(gateway.url.clone()).unwrap();
        Scene::with(gateway, Clinic::adjusted(|config| remind(config, &HOOK)).await).await
    }};
}

impl Scene {
    async fn with(gateway: Booking, clinic: Clinic) -> Self {
        let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
        let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
        Self { clinic, gateway, anna, ivan, session }
    }

    async fn anna_says(&self, words: &str) {
        self.anna.say(&self.clinic, &self.session, words).await;
    }

    async fn ivan_reads(&self) {
        self.ivan.get(&self.clinic, &format!("/sessions/{}/messages/unread", self.session)).await;
    }

    async fn restart(self) -> Self {
        Self { clinic: self.clinic.restart().await, ..self }
    }
}

#[tokio::test]
async fn a_reminder_says_who_and_how_much_and_is_signed() {
    let mut scene = scene!();
    scene.anna_says("the biopsy").await;
    scene.anna_says("is fine").await;
    assert!(scene.gateway.is_quiet().await, "somebody may just be coming back");
    scene.clinic.pass(MOMENT);
    let Received { method, body, headers, .. } = scene.gateway.next().await;
    assert_eq!(method, Method::POST);
    let told: serde_json::Value = serde_json::from_str(&body).unwrap();
    let expected = json!({
        "event": "reminder", "id": told["id"], "user_id": scene.ivan.id, "session_id": scene.session, "count": 2,
        "link": {"kind": "visit", "appointment_id": told["link"]["appointment_id"], "l10n": told["link"]["l10n"]},
    });
    assert_eq!(told, expected, "and nothing else");
    let info = scene.clinic.info(&scene.clinic.pair("now").1).await.1;
    assert_eq!(told["link"]["appointment_id"], info["conference_info"]["appointmentId"]);
    assert_eq!(told["link"]["l10n"], info["conference_info"]["l10n"]);
    assert_eq!(headers["idempotency-key"], told["id"].as_str().unwrap());
    assert!(headers["consilium-signature"].to_str().unwrap().starts_with("t="));
    assert!(scene.gateway.is_quiet().await, "once");
    scene.clinic.running.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_of_the_clinics_own_gets_them() {
    use std::os::unix::fs::PermissionsExt;
    static PROGRAM: OnceLock<std::path::PathBuf> = OnceLock::new();
    let folder = tempfile::tempdir().unwrap();
    let (program, got) = (folder.path().join("remind"), folder.path().join("got"));
    std::fs::write(&program, format!("#!/bin/sh\ncat > {0}.part && mv {0}.part {0}\n", got.display()))
        .unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    PROGRAM.set(program).unwrap();
    let by_program = |config: &mut Config| {
        config.reminders = PROGRAM.get().cloned().map(ReminderWay::Command);
        config.remind_every = Duration::from_millis(20);
    };
    let scene = Scene::with(Booking::open().await, Clinic::adjusted(by_program).await).await;
    scene.anna_says("1").await;
    scene.clinic.pass(MOMENT);
    while !got.exists() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let told: serde_json::Value = serde_json::from_slice(&std::fs::read(got).unwrap()).unwrap();
    assert_eq!((&told["user_id"], &told["count"]), (&json!(scene.ivan.id), &json!(1)));
    scene.clinic.running.stop().await;
}

#[tokio::test]
async fn one_is_enough_until_it_is_read_or_an_hour_has_passed() {
    let mut scene = scene!();
    scene.anna_says("1").await;
    scene.clinic.pass(MOMENT);
    assert_eq!(scene.gateway.next().await.json()["count"], 1);
    assert!(scene.gateway.is_quiet().await);
    scene.anna_says("2").await;
    scene.clinic.pass(MOMENT);
    assert!(scene.gateway.is_quiet().await, "it knows already");
    scene.clinic.pass(HOUR);
    assert_eq!(scene.gateway.next().await.json()["count"], 2, "it has forgotten");
    assert!(scene.gateway.is_quiet().await);
    scene.clinic.pass(HOUR * 20);
    assert!(scene.gateway.is_quiet().await, "nothing new has come");

    scene.anna_says("3").await;
    scene.clinic.pass(MOMENT);
    assert_eq!(scene.gateway.next().await.json()["count"], 3);
    assert!(scene.gateway.is_quiet().await);
    scene.ivan_reads().await;
    scene.anna_says("4").await;
    scene.clinic.pass(MOMENT);
    assert_eq!(scene.gateway.next().await.json()["count"], 1, "it has read, and does not know");
    scene.clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_there_or_has_read_is_not_reminded_nor_is_a_specialist() {
    let mut scene = scene!();
    // There, and looking elsewhere.
    let socket = scene.ivan.socket(&scene.clinic, None).await;
    scene.anna_says("1").await;
    scene.clinic.pass(MOMENT);
    assert!(scene.gateway.is_quiet().await);
    // It goes without having read.
    drop(socket);
    while !scene.gateway.is_quiet().await {}
    scene.clinic.pass(MOMENT);
    assert_eq!(scene.gateway.next().await.json()["user_id"], scene.ivan.id);
    assert!(scene.gateway.is_quiet().await);

    scene.ivan_reads().await;
    scene.anna_says("2").await;
    scene.ivan_reads().await;
    scene.ivan.say(&scene.clinic, &scene.session, "for the specialist").await;
    scene.clinic.pass(MOMENT);
    assert!(scene.gateway.is_quiet().await);
    scene.clinic.running.stop().await;
}

#[tokio::test]
async fn what_is_not_heard_is_told_again_and_a_restart_neither_forgets_nor_repeats() {
    let mut scene = scene!();
    scene.gateway.answer_status(StatusCode::SERVICE_UNAVAILABLE);
    scene.anna_says("1").await;
    scene.clinic.pass(MOMENT);
    let first = scene.gateway.next().await.json();
    scene.gateway.answer_status(StatusCode::OK);
    assert_eq!(scene.gateway.next().await.json(), first, "the same once more");
    assert!(scene.gateway.is_quiet().await, "it was heard");

    let mut scene = scene.restart().await;
    scene.clinic.pass(MOMENT);
    assert!(scene.gateway.is_quiet().await, "it is known that it was heard");
    scene.anna_says("2").await;
    let mut scene = scene.restart().await;
    scene.clinic.pass(MOMENT);
    assert!(scene.gateway.is_quiet().await, "an hour has not passed");
    scene.clinic.pass(HOUR);
    assert_eq!(scene.gateway.next().await.json()["count"], 2);
    scene.clinic.running.stop().await;
}
