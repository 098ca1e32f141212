//! The device ends against a real sound server: a PulseAudio of the test's own, with a null sink whose monitor is the
//! microphone. Linux only, and skipped (it says so) where PulseAudio or its ALSA plugin is not installed.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]
#![cfg(target_os = "linux")]

mod audio_support;

use audio_support::amplitude_at;
use consilium_media::audio::{
    AudioSpec, CaptureEvent, EncoderOptions, LocalAudio, LocalAudioOptions, OpusDecoder, OpusEncoder,
    Playout, RecorderState, SpeakerSpec, SpeakerState, Tone, Voice, VoicePolicy, VoiceRecorder, microphones,
    speakers,
};
use consilium_media::{DeviceError, ReceivedRtp};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

const SERVER_PID: &str = "AUDIO_DEVICES_TEST_SERVER_PID";

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn has_alsa_plugin() -> bool {
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];
    folders.iter().any(|folder| Path::new(folder).join("alsa-lib/libasound_module_pcm_pulse.so").exists())
}

/// A command that sees only the folder, so that it meets no sound server of the machine.
fn isolated(program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    let server = format!("unix:{}", folder.join("native").display());
    command
        .env("HOME", folder)
        .env("XDG_RUNTIME_DIR", folder)
        .env("XDG_CONFIG_HOME", folder)
        .env("PULSE_RUNTIME_PATH", folder)
        .env("PULSE_SERVER", server)
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY");
    command
}

fn start_server(folder: &Path) -> Option<Server> {
    let socket = folder.join("native");
    let protocol = format!("module-native-protocol-unix auth-anonymous=1 socket={}", socket.display());
    let server = isolated("pulseaudio", folder)
        .env_remove("PULSE_SERVER")
        .args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-target=stderr"])
        .args(["-L", "module-null-sink sink_name=room rate=44100 norewinds=1", "-L", &protocol])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(Server)
        .ok()?;
    let deadline = Instant::now() + Duration::from_secs(10);
    while !socket.exists() {
        if Instant::now() > deadline {
            return None;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Some(server)
}

#[test]
fn a_sound_server_is_played_to_recorded_from_and_lost() {
    let folder = tempfile::tempdir().unwrap();
    let server = if has_alsa_plugin() { start_server(folder.path()) } else { None };
    let Some(server) = server else {
        println!("SKIPPED: needs pulseaudio and its ALSA plugin (Debian: pulseaudio, libasound2-plugins)");
        return;
    };
    let configuration = "pcm.!default { type pulse }\nctl.!default { type pulse }\n";
    std::fs::write(folder.path().join(".asoundrc"), configuration).unwrap();
    // The sound server is chosen by the environment, which belongs to the whole process: hence a process for it.
    let mut child = isolated(std::env::current_exe().unwrap(), folder.path())
        .env(SERVER_PID, server.0.id().to_string())
        .args(["--exact", "with_a_sound_server", "--ignored", "--nocapture"])
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if Instant::now() > deadline => {
                child.kill().unwrap();
                panic!("hangs");
            }
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    assert!(status.success());
}

#[test]
#[ignore = "run by the test above, in an environment of its own"]
fn with_a_sound_server() {
    let Ok(server) = std::env::var(SERVER_PID) else {
        println!("SKIPPED: no sound server of its own");
        return;
    };
    let listing = Instant::now();
    let (microphones, speakers) = (microphones(), speakers());
    println!("listed in {:?}: {microphones:?} {speakers:?}", listing.elapsed());
    assert!(!microphones.is_empty() && !speakers.is_empty());

    let playout = Playout::start(SpeakerSpec::Device(None)).unwrap();
    let (events, arrived) = mpsc::channel();
    let options = LocalAudioOptions { voice: VoicePolicy::Off, ..Default::default() };
    let sink = move |event| drop(events.send(event));
    let local = LocalAudio::start(AudioSpec::Device(None), options, sink, None).unwrap();
    play_tone(&playout, Duration::from_secs(4));
    assert!(local.level() > 20, "{}", local.level());
    let amplitude = amplitude_at(&last_second(&arrived), Tone::frequency(1));
    println!("heard at amplitude {amplitude}");
    assert!(amplitude > 0.01, "{amplitude}");

    let named = SpeakerSpec::Device(Some(speakers[0].id.clone()));
    playout.set_speaker(named.clone()).unwrap();
    assert_eq!(*playout.speaker().borrow(), SpeakerState::Playing(named));
    play_tone(&playout, Duration::from_secs(1));
    let listening = listeners();
    a_voice_message_takes_the_microphone_only_while_it_is_recorded(&playout);
    assert_eq!(listeners(), listening);

    assert!(Command::new("kill").arg(server).status().unwrap().success());
    let lost = arrived.iter().find_map(|event| match event {
        CaptureEvent::Lost(error) => Some(error),
        CaptureEvent::Packet(_) => None,
    });
    println!("the microphone went with {lost:?}");
    assert!(lost.is_some());
    let deadline = Instant::now() + Duration::from_secs(8);
    while matches!(*playout.speaker().borrow(), SpeakerState::Playing(_)) {
        assert!(Instant::now() < deadline, "the speaker's loss goes unnoticed");
        std::thread::sleep(Duration::from_millis(20));
    }
    let state = playout.speaker().borrow().clone();
    println!("the speaker went: {state:?}");
    let started = playout.set_speaker(SpeakerSpec::Device(None));
    assert!(matches!(started, Err(DeviceError::Missing | DeviceError::Failed(_))), "{started:?}");
}

/// How many streams take sound from a microphone; `None` where there is no program that tells.
fn listeners() -> Option<usize> {
    let output = Command::new("pactl").args(["list", "short", "source-outputs"]).output().ok()?;
    Some(String::from_utf8(output.stdout).unwrap().lines().count())
}

fn a_voice_message_takes_the_microphone_only_while_it_is_recorded(playout: &Playout) {
    let before = listeners();
    let recorder = VoiceRecorder::start(AudioSpec::Device(None)).unwrap();
    play_tone(playout, Duration::from_secs(3));
    assert_eq!(listeners(), before.map(|before| before + 1));
    let recording = recorder.finish().unwrap();
    assert_eq!(listeners(), before, "finished");
    println!("recorded {:?} in {} bytes", recording.length, recording.file.len());
    let voice = Voice::read(recording.file).unwrap();
    assert!(voice.length() > Duration::from_secs(2), "{:?}", voice.length());

    // What was recorded is played, and recorded again, and ends by itself.
    let recorder = VoiceRecorder::start_limited(AudioSpec::Device(None), Duration::from_secs(2)).unwrap();
    let playback = playout.play(&voice).unwrap();
    let deadline = Instant::now() + Duration::from_secs(8);
    while recorder.state() == RecorderState::Recording || listeners() != before {
        assert!(Instant::now() < deadline, "{:?}, {:?} instead of {before:?}", recorder.state(), listeners());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(playback.position() > Duration::from_secs(1));
    let again = recorder.finish().unwrap();
    let mut samples = Vec::new();
    let mut decoder = OpusDecoder::new().unwrap();
    for packet in packets(&again.file) {
        decoder.decode(&packet, &mut samples).unwrap();
    }
    let amplitude = amplitude_at(&samples[samples.len() - 48_000..], Tone::frequency(1));
    println!("heard again at amplitude {amplitude}");
    assert!(amplitude > 0.005, "{amplitude}");

    drop(VoiceRecorder::start(AudioSpec::Device(None)).unwrap());
    assert_eq!(listeners(), before, "dropped");
}

/// The sound in an Ogg file, after its two headers.
fn packets(file: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = ogg::PacketReader::new(std::io::Cursor::new(file));
    let packets = std::iter::from_fn(|| reader.read_packet().unwrap());
    packets.skip(2).map(|packet| packet.data).collect()
}

/// Plays a tone as if a peer sent it, in real time.
fn play_tone(playout: &Playout, time: Duration) {
    let input = playout.add("peer");
    // A tone that does not change is silence to DTX.
    let options = EncoderOptions { dtx: false, ..EncoderOptions::default() };
    let (mut tone, mut encoder) = (Tone::new(1), OpusEncoder::new(options, 0).unwrap());
    let start = Instant::now();
    for sequence in 0..(time.as_millis() / 20) as u16 {
        let packet = (0..2).find_map(|_| encoder.push(&tone.render()).unwrap()).unwrap();
        let (timestamp, payload) = (packet.rtp_timestamp, packet.data);
        input.push(ReceivedRtp { sequence, timestamp, marker: false, payload, arrived: Instant::now() });
        let next = start + Duration::from_millis(20) * u32::from(sequence + 1);
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    let report = input.report();
    println!("played: {report:?}");
    assert!(report.receiver.concealed_samples < report.receiver.total_samples / 10);
}

fn last_second(events: &mpsc::Receiver<CaptureEvent>) -> Vec<f32> {
    let (mut decoder, mut samples) = (OpusDecoder::new().unwrap(), Vec::new());
    for event in events.try_iter() {
        let CaptureEvent::Packet(packet) = event else { panic!("{event:?}") };
        decoder.decode(&packet.data, &mut samples).unwrap();
    }
    println!("recorded {} ms", samples.len() / 48);
    samples.split_off(samples.len() - 48_000)
}

#[test]
fn a_machine_without_devices_lists_none_and_says_missing() {
    let listing = Instant::now();
    let (microphones, speakers) = (microphones(), speakers());
    println!("listed in {:?}: {microphones:?} {speakers:?}", listing.elapsed());
    if speakers.is_empty() {
        let error = Playout::start(SpeakerSpec::Device(None)).map(drop).unwrap_err();
        assert_eq!(error, DeviceError::Missing);
    }
    if microphones.is_empty() {
        let start = LocalAudio::start(AudioSpec::Device(None), Default::default(), |_| {}, None);
        assert_eq!(start.map(drop).unwrap_err(), DeviceError::Missing);
    }
}
