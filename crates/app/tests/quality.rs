//! What a person is told of how the call goes, and what the others are.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::clinic::{DOCTOR, PATIENT};
use common::{Clinic, PATIENCE, Person, visit};
use consilium_app::view::{AppView, CallView, RecordLevel, VisitView};
use consilium_app::{Action, MediaConfig, SinkKind};
use consilium_media::audio::{AudioSpec, SpeakerSpec};
use consilium_media::video::{Desktop, VideoSpec};
use consilium_model::{MediaSwitch, Screen};
use consilium_wire::room::Trouble;
use serde_json::json;
use tokio::time::timeout;

const NUMBER: &str = "+1 555 010-0100";

fn call(view: &AppView) -> Option<&CallView> {
    visit(view)?.call.as_ref()
}

fn has_peers(view: &AppView) -> bool {
    call(view).is_some_and(|call| !call.peers.is_empty())
}

/// A computer whose camera is gone.
fn without_camera() -> MediaConfig {
    MediaConfig {
        camera: VideoSpec::Device(Some("nowhere".to_owned())),
        microphone: AudioSpec::Synthetic { seed: 1 },
        speaker: SpeakerSpec::Null,
        screens: Desktop::x11(":none"),
        sink: SinkKind::Native,
        echo: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_is_offered_when_no_way_to_the_other_one_is_found() {
    let clinic = Clinic::start().await;
    clinic.room().add_silent("silent");
    clinic.room().set_phone(NUMBER);
    let mut patient = Person::with_link(&clinic.link(PATIENT));
    let view = patient.sees("the other one", has_peers).await;
    assert_eq!(call(&view).unwrap().phone, None, "first it is waited for");
    let offered = |view: &AppView| call(view).is_some_and(|call| call.phone.as_deref() == Some(NUMBER));
    patient.sees("the number", offered).await;
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_others_are_told_of_a_device_that_gives_nothing_until_it_is_switched_off() {
    let clinic = Clinic::start().await;
    clinic.room().add_silent("silent");
    let mut told = clinic.room().troubles();
    let mut doctor = Person::with_media(&clinic.link(DOCTOR), without_camera());
    doctor.sees("the other one", has_peers).await;
    doctor.does(Action::SetMedia { switch: MediaSwitch::Camera, on: true }).await;
    let device = ("silent".into(), Some(Trouble::Device));
    let first =
        timeout(PATIENCE, told.wait_for(|told| told.contains(&device))).await.unwrap().unwrap().clone();
    assert_eq!(first.len(), 1, "once");
    doctor.does(Action::SetMedia { switch: MediaSwitch::Camera, on: false }).await;
    let over = [device, ("silent".into(), None)];
    timeout(PATIENCE, told.wait_for(|told| *told == over)).await.unwrap().unwrap();
    doctor.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_worked_out_while_somebody_looks_at_them() {
    let clinic = Clinic::start().await;
    clinic.room().add_silent("silent");
    let mut doctor = Person::with_link(&clinic.link(DOCTOR));
    let view = doctor.sees("the other one", has_peers).await;
    assert_eq!(call(&view).unwrap().details, None);
    doctor.does(Action::ShowDetails { on: true }).await;
    let view = doctor.sees("figures", |view| call(view).is_some_and(|call| call.details.is_some())).await;
    let details = call(&view).unwrap().details.clone().unwrap();
    assert_eq!((details.peers.len(), details.peers[0].id.as_str()), (1, "silent"));
    assert_eq!(details.processor_percent.is_some(), cfg!(target_os = "linux"));
    doctor.does(Action::ShowDetails { on: false }).await;
    doctor.sees("no figures", |view| call(view).is_some_and(|call| call.details.is_none())).await;
    doctor.closes().await;
}

fn is_over(view: &VisitView) -> bool {
    view.screen == Screen::Finish
}

/// The visit ends while this person is in its call.
async fn ends(clinic: &Clinic, person: &mut Person) {
    person.sees("the call", |view| call(view).is_some()).await;
    clinic.says().info["finishedAt"] = "2026-11-22T08:00:00Z".into();
    clinic.push_status("finished");
    person.sees("the end", |view| visit(view).is_some_and(is_over)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_specialist_reads_afterwards_how_the_calls_went() {
    let clinic = Clinic::start().await;
    clinic.says().record = Some(json!({"summaries": [{
        "by": "CLIENT", "at": "2026-11-22T08:00:01Z", "summary": {"peers": [{
            "with": "SPECIALIST", "seconds": 1500, "lost": {"mean": 90, "p95": 200}, "round_trip_ms": null,
            "concealed": 12, "frozen_ms": 900, "worst": "slides", "reconnects": 1,
        }]},
    }]}));
    let mut doctor = Person::with_link(&clinic.link(DOCTOR));
    ends(&clinic, &mut doctor).await;
    let told = |view: &AppView| visit(view).is_some_and(|visit| visit.record.is_some());
    let record = visit(&doctor.sees("the record", told).await).unwrap().record.clone().unwrap();
    assert_eq!((record.level, record.rows.len()), (RecordLevel::Poor, 1));
    assert_eq!((record.rows[0].lost_percent, record.rows[0].round_trip_ms), (Some(9.0), None));
    doctor.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_does_not_ask_how_the_calls_went() {
    let clinic = Clinic::start().await;
    let mut patient = Person::with_link(&clinic.link(PATIENT));
    ends(&clinic, &mut patient).await;
    // Long enough for a specialist's window to have asked.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(clinic.says().count("call_record"), 0);
    assert_eq!(visit(&patient.newest()).unwrap().record, None);
    patient.closes().await;
}
