//! What is done to the captured sound is switched while it runs.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod audio_support;

use audio_support::{Noise, amplitude_at, rms, sine};
use consilium_media::EncodedAudio;
use consilium_media::audio::{
    AudioSpec, CaptureEvent, CaptureMode, LocalAudio, LocalAudioOptions, OpusDecoder, VoicePolicy,
    VoiceProcessing,
};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

const NOTHING: VoiceProcessing =
    VoiceProcessing { echo_cancellation: false, noise_suppression: false, gain_control: false };

/// A capture of a sound, and what comes out of it.
struct Capture {
    local: LocalAudio,
    packets: mpsc::Receiver<EncodedAudio>,
    decoder: OpusDecoder,
}

impl Capture {
    fn start(file: PathBuf, voice: VoiceProcessing) -> Self {
        let (sender, packets) = mpsc::channel();
        let sink = move |event| match event {
            CaptureEvent::Packet(packet) => drop(sender.send(packet)),
            CaptureEvent::Lost(error) => panic!("{error}"),
        };
        let options = LocalAudioOptions { voice: VoicePolicy::Always(voice), ..Default::default() };
        let local = LocalAudio::start(AudioSpec::File(file), options, sink, None).unwrap();
        Self { local, packets, decoder: OpusDecoder::new().unwrap() }
    }

    /// What is heard from now on: a second, after a second in which the processing settles.
    fn heard(&mut self) -> Vec<f32> {
        self.packets.try_iter().for_each(drop);
        let mut samples = Vec::new();
        while samples.len() < 2 * 48_000 {
            let packet = self.packets.recv_timeout(Duration::from_secs(5)).unwrap();
            self.decoder.decode(&packet.data, &mut samples).unwrap();
        }
        samples.split_off(48_000)
    }

    /// Timestamps of the packets that wait.
    fn timestamps(&self) -> Vec<u32> {
        self.packets.try_iter().map(|packet| packet.rtp_timestamp).collect()
    }
}

fn wav(folder: &Path, mut sample: impl FnMut() -> f32) -> PathBuf {
    let path = folder.join("sound.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(&path, spec).unwrap();
    (0..48_000).for_each(|_| writer.write_sample(sample()).unwrap());
    writer.finalize().unwrap();
    path
}

#[test]
fn a_heartbeat_is_sent_as_it_is_in_the_clinical_mode() {
    let folder = tempfile::tempdir().unwrap();
    // Of the pitch of a heart sound, which speech processing takes for rumble.
    let mut frames = sine(40.0, 0.3);
    let mut rest = Vec::new();
    let file = wav(folder.path(), || {
        if rest.is_empty() {
            rest = frames().into_iter().rev().collect();
        }
        rest.pop().unwrap()
    });
    let mut capture = Capture::start(file, VoiceProcessing::default());
    let as_speech = amplitude_at(&capture.heard(), 40.0);
    capture.local.set_mode(CaptureMode::Clinical);
    let as_it_is = amplitude_at(&capture.heard(), 40.0);
    capture.local.set_mode(CaptureMode::Voice);
    let as_speech_again = amplitude_at(&capture.heard(), 40.0);
    println!("40 Hz at 0.3: {as_speech} as speech, {as_it_is} as it is, then {as_speech_again}");
    assert!((0.27..0.33).contains(&as_it_is), "{as_it_is}");
    assert!(as_speech < 0.15 && as_speech_again < 0.15, "{as_speech} {as_speech_again}");
}

#[test]
fn noise_suppression_is_switched_off_and_on_while_it_runs_without_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let mut noise = Noise(7);
    let file = wav(folder.path(), || 0.1 * noise.sample());
    let suppressing = VoiceProcessing { noise_suppression: true, ..NOTHING };
    let mut capture = Capture::start(file, suppressing);
    let quiet = rms(&capture.heard());
    capture.local.set_processing(NOTHING);
    let loud = rms(&capture.heard());
    capture.local.set_processing(suppressing);
    let quiet_again = rms(&capture.heard());
    println!("noise: {quiet}, {loud}, {quiet_again}");
    assert!(quiet * 2.0 < loud && quiet_again * 2.0 < loud, "{quiet} {loud} {quiet_again}");

    capture.packets.try_iter().for_each(drop);
    capture.local.set_mode(CaptureMode::Clinical);
    std::thread::sleep(Duration::from_millis(500));
    let timestamps = capture.timestamps();
    let steps: Vec<u32> = timestamps.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    assert!(steps.len() > 10 && steps.iter().all(|step| *step == 960 || *step == 1440), "{steps:?}");
}
