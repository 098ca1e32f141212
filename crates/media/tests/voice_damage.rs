//! Files of others may be anything: they are refused with a reason, or played to their end.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use bytes::Bytes;
use consilium_media::audio::{
    AudioSpec, BadVoice, PlaybackState, Playout, RecorderState, SpeakerSpec, Voice, VoiceRecorder,
};
use proptest::prelude::*;
use std::io::Cursor;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

static OWN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let source = AudioSpec::Synthetic { seed: 0 };
    let recorder = VoiceRecorder::start_limited(source, Duration::from_millis(400)).unwrap();
    while recorder.state() == RecorderState::Recording {
        std::thread::sleep(Duration::from_millis(10));
    }
    recorder.finish().unwrap().file.to_vec()
});

static WAV: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
    (0..3_200).for_each(|sample| writer.write_sample((sample * 7 % 999) as i16).unwrap());
    writer.finalize().unwrap();
    file.into_inner()
});

const OPUS: &[u8] = include_bytes!("voice_files/opusenc_stereo.opus");
const MP3: &[u8] = include_bytes!("voice_files/lame_mono.mp3");

fn file(which: usize) -> &'static [u8] {
    [OWN.as_slice(), WAV.as_slice(), OPUS, MP3][which]
}

/// Decodes everything as fast as it goes: the mixer of a speaker that waits for nothing would do no other.
fn decode(voice: &Voice) -> PlaybackState {
    let playout = Playout::start(SpeakerSpec::Null).unwrap();
    let Ok(playback) = playout.play(voice) else { return PlaybackState::Failed(BadVoice::Damaged) };
    let start = Instant::now();
    while playback.state() == PlaybackState::Playing && start.elapsed() < Duration::from_millis(150) {
        std::thread::sleep(Duration::from_millis(5));
    }
    playback.state()
}

proptest! {
    #[test]
    fn cut_off_anywhere_it_is_refused_or_shorter(which in 0_usize..4, at in any::<prop::sample::Index>()) {
        let whole = file(which);
        let length = Voice::read(Bytes::from_static(whole)).unwrap().length();
        let cut = Voice::read(whole[..at.index(whole.len())].to_vec().into());
        match cut {
            Ok(voice) => prop_assert!(voice.length() <= length),
            Err(BadVoice::Unsupported | BadVoice::Damaged | BadVoice::Empty) => {}
        }
    }

    #[test]
    fn a_changed_byte_is_no_danger(
        which in 0_usize..4,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        in_the_header in any::<bool>(),
    ) {
        let mut changed = file(which).to_vec();
        let end = if in_the_header { changed.len().min(64) } else { changed.len() };
        changes.iter().for_each(|(at, byte)| changed[at.index(end)] = *byte);
        if let Ok(voice) = Voice::read(changed.into()) {
            prop_assert!(voice.length() < Duration::from_secs(3600));
        }
    }

    #[test]
    fn any_bytes_are_no_danger(
        head in prop::sample::select(vec![&b""[..], b"OggS\0\x02", b"RIFF\0\0\0\0WAVEfmt ", b"ID3", b"\xff\xfb\x90"]),
        rest in prop::collection::vec(any::<u8>(), 0..2000),
    ) {
        let _ = Voice::read([head, &rest].concat().into());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_was_not_refused_is_decoded_without_harm(
        which in 1_usize..4,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut changed = file(which).to_vec();
        changes.iter().for_each(|(at, byte)| {
            let at = at.index(changed.len());
            changed[at] = *byte;
        });
        if let Ok(voice) = Voice::read(changed.into()) {
            prop_assert_ne!(decode(&voice), PlaybackState::Failed(BadVoice::Unsupported));
        }
    }
}

#[test]
fn what_is_no_sound_is_named() {
    assert_eq!(Voice::read(Bytes::new()).map(drop), Err(BadVoice::Unsupported));
    assert_eq!(
        Voice::read(Bytes::from_static(b"MZ\x90\0 not a sound at all")).map(drop),
        Err(BadVoice::Unsupported)
    );
    assert_eq!(Voice::read(Bytes::from_static(b"OggS")).map(drop), Err(BadVoice::Damaged));
}
