//! Devices in a call: closed when they are switched off, followed when they come and go.
#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

mod common;

use common::clinic::PATIENT;
use common::sound::SoundServer;
use common::{Clinic, PATIENCE, Person, visit};
use consilium_app::view::{AppView, DeviceProblem, DeviceRow, MyMedia, NoticeCode};
use consilium_app::{Action, DeviceKind, MediaConfig, ProcessingPart, SinkKind};
use consilium_media::audio::{AudioSpec, SpeakerSpec};
use consilium_media::video::{Desktop, VideoSpec};
use consilium_model::{MediaSwitch, Status};
use consilium_wire::room::Rights;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::time::timeout;

fn me(view: &AppView) -> Option<&MyMedia> {
    Some(&visit(view)?.call.as_ref()?.me)
}

const fn turn(switch: MediaSwitch, on: bool) -> Action {
    Action::SetMedia { switch, on }
}

fn media(camera: VideoSpec, microphone: AudioSpec, speaker: SpeakerSpec) -> MediaConfig {
    MediaConfig {
        camera,
        microphone,
        speaker,
        screens: Desktop::current(),
        sink: SinkKind::Native,
        echo: false,
    }
}

fn chosen(rows: &[DeviceRow]) -> Option<&str> {
    rows.iter().find(|row| row.chosen).map(|row| row.id.as_str())
}

async fn in_call(clinic: &Clinic, media: MediaConfig) -> Person {
    let mut person = Person::with_media(&clinic.link(PATIENT), media);
    person.sees("the call", |view| me(view).is_some()).await;
    person
}

/// Whether this process has the file open.
fn is_open(file: &Path) -> bool {
    let open = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    open.filter_map(|entry| std::fs::read_link(entry.path()).ok()).any(|target| target == file)
}

async fn becomes(open: bool, file: &Path) {
    let deadline = Instant::now() + PATIENCE;
    while is_open(file) != open {
        assert!(
            Instant::now() < deadline,
            "the camera never became {}",
            if open { "open" } else { "closed" }
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn pictures(folder: &Path) -> std::path::PathBuf {
    let file = folder.join("camera.y4m");
    let picture = vec![128_u8; 640 * 360 * 3 / 2];
    std::fs::write(&file, [b"YUV4MPEG2 W640 H360 F30:1\nFRAME\n".as_slice(), &picture].concat()).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn the_camera_is_open_only_while_it_is_on_and_the_visit_runs() {
    let folder = tempfile::tempdir().unwrap();
    let camera = pictures(folder.path());
    let clinic = Clinic::start().await;
    let tone = AudioSpec::Synthetic { seed: 1 };
    let person = in_call(&clinic, media(VideoSpec::File(camera.clone()), tone, SpeakerSpec::Null)).await;
    assert!(!is_open(&camera), "nobody has switched it on");
    person.does(turn(MediaSwitch::Camera, true)).await;
    becomes(true, &camera).await;
    person.does(turn(MediaSwitch::Camera, false)).await;
    becomes(false, &camera).await;
    person.does(turn(MediaSwitch::Camera, true)).await;
    becomes(true, &camera).await;
    clinic.change_room_status(Status::StartedAndPaused);
    becomes(false, &camera).await;
    clinic.change_room_status(Status::Started);
    becomes(true, &camera).await;
    person.closes().await;
    assert!(!is_open(&camera));
}

/// The page's switch is another matter: whatever is asked for, nothing is opened that the clinic does not let out.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_clinic_does_not_allow_stays_closed_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let camera = pictures(folder.path());
    let clinic = Clinic::start().await;
    clinic.room().limit(Rights { video: false, ..Rights::ALL });
    let told = clinic.room().media();
    let tone = AudioSpec::Synthetic { seed: 1 };
    let mut person = in_call(&clinic, media(VideoSpec::File(camera.clone()), tone, SpeakerSpec::Null)).await;
    let forbidden = |view: &AppView| me(view).is_some_and(|me| !me.camera.allowed && me.mic.allowed);
    person.sees("that the camera is not allowed", forbidden).await;
    person.does(turn(MediaSwitch::Camera, true)).await;
    person.does(turn(MediaSwitch::Mic, true)).await;
    let view = person.sees("the microphone on", |view| me(view).is_some_and(|me| me.mic.on)).await;
    assert!(!me(&view).unwrap().camera.on);
    timeout(PATIENCE, told.clone().wait_for(|media| media.mic)).await.unwrap().unwrap();
    assert!(!told.borrow().camera, "the others are not told of a camera");
    assert!(!is_open(&camera));
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_microphone_is_open_only_while_it_is_on_and_the_visit_runs() {
    let Some(sound) = SoundServer::or_run("the_microphone_is_open_only_while_it_is_on_and_the_visit_runs")
    else {
        return;
    };
    sound.plug_in("room");
    let clinic = Clinic::start().await;
    let devices = media(VideoSpec::Synthetic { seed: 1 }, AudioSpec::Device(None), SpeakerSpec::Device(None));
    let mut person = in_call(&clinic, devices).await;
    assert_eq!((sound.recordings(), sound.playbacks()), (0, 1));
    person.does(turn(MediaSwitch::Mic, true)).await;
    sound.records(1).await;
    person.does(turn(MediaSwitch::Mic, false)).await;
    sound.records(0).await;
    person.does(turn(MediaSwitch::Mic, true)).await;
    sound.records(1).await;
    clinic.change_room_status(Status::StartedAndPaused);
    sound.records(0).await;
    clinic.change_room_status(Status::Started);
    sound.records(1).await;
    // Switches of the processing do not close it.
    for (part, on) in [(ProcessingPart::EchoCancellation, false), (ProcessingPart::Clinical, true)] {
        person.does(Action::SetProcessing { part, on }).await;
    }
    let set = |view: &AppView| {
        let processing = view.devices.processing;
        processing.clinical && !processing.echo_cancellation && processing.noise_suppression
    };
    person.sees("the switches", set).await;
    assert_eq!(sound.recordings(), 1);
    person.closes().await;
    assert_eq!((sound.recordings(), sound.playbacks()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_goes_is_missed_and_one_that_comes_is_used() {
    let Some(sound) = SoundServer::or_run("a_device_that_goes_is_missed_and_one_that_comes_is_used") else {
        return;
    };
    let room = sound.plug_in("room");
    let clinic = Clinic::start().await;
    let devices = media(VideoSpec::Synthetic { seed: 1 }, AudioSpec::Device(None), SpeakerSpec::Device(None));
    let mut person = in_call(&clinic, devices).await;
    person.does(turn(MediaSwitch::Mic, true)).await;
    sound.records(1).await;
    let followed = |view: &AppView| chosen(&view.devices.microphones) == Some("system");
    person.sees("the microphone in the list", followed).await;

    sound.unplug(&room);
    let missed = |view: &AppView| {
        let problem = me(view).and_then(|me| me.mic.problem);
        matches!(problem, Some(DeviceProblem::Missing | DeviceProblem::Failed))
    };
    person.sees("that there is none", missed).await;
    person.sees("that nothing is heard", |view| view.notice == Some(NoticeCode::NoSpeaker)).await;

    sound.plug_in("headset");
    sound.records(1).await;
    sound.plays(1).await;
    person.sees("the headset", |view| me(view).is_some_and(|me| me.mic.problem.is_none())).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_best_is_used_in_place_of_a_chosen_device_that_is_gone_and_it_is_said() {
    let test = "the_next_best_is_used_in_place_of_a_chosen_device_that_is_gone_and_it_is_said";
    let Some(sound) = SoundServer::or_run(test) else { return };
    sound.plug_in("room");
    let clinic = Clinic::start().await;
    let devices = media(VideoSpec::Synthetic { seed: 1 }, AudioSpec::Device(None), SpeakerSpec::Device(None));
    let mut person = in_call(&clinic, devices).await;
    person.does(turn(MediaSwitch::Mic, true)).await;
    sound.records(1).await;
    person.sees("the list", |view| !view.devices.microphones.is_empty()).await;
    // It was in a list that is a moment old.
    let id = "alsa:plughw:CARD=Headset,DEV=0".to_owned();
    person.does(Action::ChooseDevice { device: DeviceKind::Microphone, id }).await;
    let changed = |view: &AppView| view.notice == Some(NoticeCode::DeviceChanged);
    let view = person.sees("that another one is used", changed).await;
    assert_eq!(chosen(&view.devices.microphones), Some("system"));
    sound.records(1).await;
    assert_eq!(me(&person.newest()).and_then(|me| me.mic.problem), None);
    // What is there is chosen: the notice is no longer so.
    let id = "system".to_owned();
    person.does(Action::ChooseDevice { device: DeviceKind::Microphone, id }).await;
    person.sees("no notice", |view| view.notice.is_none()).await;
    person.closes().await;
}
