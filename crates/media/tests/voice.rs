//! Voice messages are recorded from a source, and played beside what else is heard.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod audio_support;

use audio_support::amplitude_at;
use bytes::Bytes;
use consilium_media::DeviceError;
use consilium_media::audio::{
    AudioSpec, EchoReference, PlaybackState, Playout, RecorderState, Recording, SpeakerSpec, Tone, Voice,
    VoiceFormat, VoicePlayback, VoiceRecorder,
};
use std::path::PathBuf;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);

/// What is recorded of the tone in so long.
fn record(seed: u64, length: Duration) -> Recording {
    let recorder = VoiceRecorder::start_limited(AudioSpec::Synthetic { seed }, length).unwrap();
    wait_until(|| recorder.state() == RecorderState::Full);
    recorder.finish().unwrap()
}

fn wait_until(mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "does not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What the mixer gives to the speaker until the message has ended.
fn heard(playback: &VoicePlayback, reference: &mut EchoReference) -> Vec<f32> {
    let mut samples = Vec::new();
    wait_until(|| {
        samples.extend(std::iter::from_fn(|| reference.take()).flatten());
        playback.state() != PlaybackState::Playing
    });
    samples
}

fn play(voice: &Voice) -> Vec<f32> {
    let playout = Playout::start(SpeakerSpec::Null).unwrap();
    let mut reference = playout.reference();
    let playback = playout.play(voice).unwrap();
    let samples = heard(&playback, &mut reference);
    assert_eq!((playback.state(), playback.position()), (PlaybackState::Ended, voice.length()));
    samples
}

fn file(name: &str) -> Bytes {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/voice_files").join(name);
    std::fs::read(path).unwrap().into()
}

#[test]
fn what_was_said_is_heard_again() {
    let recording = record(1, Duration::from_secs(2));
    assert_eq!(recording.length, Duration::from_secs(2));
    assert!(recording.file.len() < 8_000, "about 24 kbit/s: {}", recording.file.len());
    let voice = Voice::read(recording.file).unwrap();
    // The codec's own delay is cut off.
    assert_eq!((voice.format(), voice.length()), (VoiceFormat::OggOpus, Duration::from_micros(1_993_500)));
    let samples = play(&voice);
    let loud = amplitude_at(&samples[24_000..72_000], Tone::frequency(1));
    assert!(loud > 0.03, "{loud}");
    assert!(samples.len() >= 2 * 48_000 - 480, "{}", samples.len());
}

#[test]
fn a_recording_ends_when_it_is_told_to_or_when_it_is_dropped() {
    let recorder = VoiceRecorder::start(AudioSpec::Synthetic { seed: 0 }).unwrap();
    wait_until(|| recorder.length() >= Duration::from_millis(200));
    assert!(recorder.level() > 0);
    assert_eq!(recorder.state(), RecorderState::Recording);
    let length = recorder.finish().unwrap().length;
    assert!(length >= Duration::from_millis(200), "{length:?}");
    drop(VoiceRecorder::start(AudioSpec::Synthetic { seed: 0 }).unwrap());
}

#[test]
fn a_source_that_is_not_there_is_told_at_once() {
    let missing = AudioSpec::File("/nowhere/voice.wav".into());
    assert_eq!(VoiceRecorder::start(missing).map(drop), Err(DeviceError::Missing));
}

#[test]
fn a_source_that_goes_away_leaves_what_it_gave() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("voice.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&path, spec).unwrap();
    (0..24_000).for_each(|_| writer.write_sample(99_i16).unwrap());
    writer.finalize().unwrap();
    // The header still promises half a second.
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(44 + 24_001).unwrap();
    let recorder = VoiceRecorder::start(AudioSpec::File(path)).unwrap();
    wait_until(|| recorder.state() == RecorderState::Lost(DeviceError::BadFile));
    assert_eq!(recorder.level(), 0);
    assert!(recorder.finish().unwrap().length >= Duration::from_millis(200));
}

#[test]
fn what_other_programs_made_is_played() {
    for (name, format, pitches, length) in [
        ("opusenc_stereo.opus", VoiceFormat::OggOpus, &[440.0, 660.0][..], 1500),
        ("lame_stereo.mp3", VoiceFormat::Mp3, &[440.0, 660.0], 1500),
        ("lame_mono.mp3", VoiceFormat::Mp3, &[440.0], 1500),
    ] {
        let voice = Voice::read(file(name)).unwrap();
        assert_eq!(voice.format(), format, "{name}");
        // An encoder's delay is cut off where the file tells it.
        let slack = if format == VoiceFormat::Mp3 { 100 } else { 0 };
        assert!(voice.length().as_millis().abs_diff(length) <= slack, "{name}: {:?}", voice.length());
        let samples = play(&voice);
        for pitch in pitches {
            let loud = amplitude_at(&samples[14_400..62_400], *pitch);
            let expected = 0.25 / pitches.len() as f32;
            assert!((expected * 0.9..expected * 1.1).contains(&loud), "{name}: {pitch} Hz at {loud}");
        }
    }
}

#[test]
fn wav_of_any_usual_kind_is_played_at_its_pitch() {
    for (rate, channels, bits, format) in [
        (8_000, 1, 8, hound::SampleFormat::Int),
        (44_100, 2, 16, hound::SampleFormat::Int),
        (48_000, 1, 24, hound::SampleFormat::Int),
        (96_000, 1, 32, hound::SampleFormat::Float),
    ] {
        let spec =
            hound::WavSpec { channels, sample_rate: rate, bits_per_sample: bits, sample_format: format };
        let mut file = std::io::Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
        for sample in 0..rate {
            let value = 0.5 * (std::f32::consts::TAU * 440.0 * sample as f32 / rate as f32).sin();
            for _ in 0..channels {
                match format {
                    hound::SampleFormat::Float => writer.write_sample(value).unwrap(),
                    hound::SampleFormat::Int => {
                        writer.write_sample((value * (1_i64 << (bits - 1)) as f32) as i32).unwrap();
                    }
                }
            }
        }
        writer.finalize().unwrap();
        let voice = Voice::read(file.into_inner().into()).unwrap();
        assert_eq!((voice.format(), voice.length()), (VoiceFormat::Wav, Duration::from_secs(1)));
        let samples = play(&voice);
        let loud = amplitude_at(&samples[9_600..38_400], 440.0);
        assert!((0.45..0.55).contains(&loud), "{rate} Hz, {bits} bits: {loud}");
    }
}

#[test]
fn it_stops_when_it_is_dropped_and_two_are_heard_at_once() {
    let playout = Playout::start(SpeakerSpec::Null).unwrap();
    let mut reference = playout.reference();
    let stereo = Voice::read(file("opusenc_stereo.opus")).unwrap();
    let long = Voice::read(record(3, Duration::from_secs(2)).file).unwrap();
    let dropped = playout.play(&stereo).unwrap();
    let kept = playout.play(&long).unwrap();
    let mut both = Vec::new();
    wait_until(|| {
        both.extend(std::iter::from_fn(|| reference.take()).flatten());
        kept.position() >= Duration::from_millis(800)
    });
    drop(dropped);
    assert!(amplitude_at(&both[9_600..], 440.0) > 0.05, "the first is not heard");
    assert!(amplitude_at(&both[9_600..], Tone::frequency(3)) > 0.005, "the second is not heard");
    let one = heard(&kept, &mut reference).split_off(4_800);
    assert!(amplitude_at(&one[..43_200], 440.0) < 0.002, "the first is still heard");
    assert!(amplitude_at(&one[..43_200], Tone::frequency(3)) > 0.02, "the second is not heard");
}

#[test]
fn what_plays_it_may_end_first() {
    let playout = Playout::start(SpeakerSpec::Null).unwrap();
    let playback = playout.play(&Voice::read(file("lame_mono.mp3")).unwrap()).unwrap();
    wait_until(|| playback.position() > Duration::ZERO);
    drop(playout);
    assert_eq!(playback.state(), PlaybackState::Ended);
    assert!(playback.position() < Duration::from_secs(1));
}
