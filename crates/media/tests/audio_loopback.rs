//! Capture, codec, jitter buffer and playout together, with the synthetic source and without a device.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod audio_support;

use audio_support::{amplitude_at, sine};
use consilium_media::audio::{
    AudioSpec, CaptureEvent, LocalAudio, LocalAudioOptions, Mixer, Playout, SpeakerSpec, SpeakerState, Tone,
    VoicePolicy, VoiceProcessing,
};
use consilium_media::{DeviceError, EncodedAudio, ReceivedRtp};
use std::sync::mpsc;
use std::time::{Duration, Instant};

fn received(packet: EncodedAudio, sequence: u16) -> ReceivedRtp {
    ReceivedRtp {
        sequence,
        timestamp: packet.rtp_timestamp,
        marker: false,
        payload: packet.data,
        arrived: Instant::now(),
    }
}

/// Packets of a source for about `time`, none of them later than the next.
fn capture(spec: AudioSpec, time: Duration) -> Vec<EncodedAudio> {
    let (packets, arrived) = mpsc::channel();
    let local = LocalAudio::start(
        spec,
        LocalAudioOptions::default(),
        move |event| {
            if let CaptureEvent::Packet(packet) = event {
                let _ = packets.send(packet);
            }
        },
        None,
    )
    .unwrap();
    std::thread::sleep(time);
    assert!(local.level() > 0);
    local.stop();
    arrived.iter().collect()
}

#[test]
fn a_tone_passes_from_one_participant_to_the_other() {
    let playout = Playout::start(SpeakerSpec::Null).unwrap();
    let input = playout.add("peer");
    let mut reference = playout.reference();
    let mut sequence = 0;
    let sink = move |event| {
        if let CaptureEvent::Packet(packet) = event {
            input.push(received(packet, sequence));
            sequence += 1;
        }
    };
    let tone = AudioSpec::Synthetic { seed: 2 };
    let local = LocalAudio::start(tone, LocalAudioOptions::default(), sink, None).unwrap();
    std::thread::sleep(Duration::from_millis(2500));

    let (id, report) = playout.reports().remove(0);
    assert_eq!(id, "peer");
    assert!(report.level > 20, "{report:?}");
    assert!(report.total_energy > 0.0 && report.total_duration > Duration::from_secs(1));
    assert!(report.receiver.packets > 50, "{report:?}");
    assert_eq!(report.overflowed, 0);
    let played: Vec<f32> = std::iter::from_fn(|| reference.take()).flatten().collect();
    assert!(amplitude_at(&played[played.len() - 12_000..], Tone::frequency(2)) > 0.005);

    local.stop();
    std::thread::sleep(Duration::from_millis(100));
    assert!(playout.reports().is_empty(), "the input went with the sink");
    playout.stop();
}

#[test]
fn many_come_and_go_while_the_speaker_is_switched() {
    let playout = Playout::start(SpeakerSpec::Null).unwrap();
    let packets = capture(AudioSpec::Synthetic { seed: 0 }, Duration::from_millis(300));
    std::thread::scope(|scope| {
        for peer in 0..4 {
            let (playout, packets) = (&playout, &packets);
            scope.spawn(move || {
                for round in 0..5 {
                    let input = playout.add(format!("{peer}-{round}"));
                    input.set_volume(0.5);
                    for (sequence, packet) in packets.iter().enumerate() {
                        input.push(received(packet.clone(), sequence as u16));
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
        }
        for _ in 0..5 {
            playout.set_speaker(SpeakerSpec::Null).unwrap();
        }
    });
    assert!(playout.reports().is_empty());
    assert_eq!(*playout.speaker().borrow(), SpeakerState::Playing(SpeakerSpec::Null));
}

#[test]
fn a_stream_made_mute_is_not_in_the_mix_but_has_a_level() {
    let playout = Playout::start(SpeakerSpec::Null).unwrap();
    let input = playout.add("peer");
    input.set_volume(0.0);
    let mut reference = playout.reference();
    let packets = capture(AudioSpec::Synthetic { seed: 0 }, Duration::from_millis(1200));
    for (sequence, packet) in packets.into_iter().enumerate() {
        input.push(received(packet, sequence as u16));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(input.level() > 10);
    let played: Vec<f32> = std::iter::from_fn(|| reference.take()).flatten().collect();
    assert!(!played.is_empty() && played.iter().all(|sample| *sample == 0.0));
}

/// The amplitude of the tone over the last whole swell, played at a volume. It is taken piece by piece: where the jitter
/// buffer stretches, the tone jumps, and what lies on both sides of a jump would cancel out.
fn heard_at(volume: f32) -> f32 {
    let playout = Playout::start(SpeakerSpec::Null).unwrap();
    let input = playout.add("peer");
    input.set_volume(volume);
    let mut reference = playout.reference();
    let packets = capture(AudioSpec::Synthetic { seed: 0 }, Duration::from_millis(2500));
    let mut played: Vec<f32> = Vec::new();
    for (sequence, packet) in packets.into_iter().enumerate() {
        input.push(received(packet, sequence as u16));
        std::thread::sleep(Duration::from_millis(20));
        played.extend(std::iter::from_fn(|| reference.take()).flatten());
    }
    assert!(played.iter().all(|sample| sample.abs() <= 1.0));
    let pieces = played[played.len() - 96_000..].chunks_exact(2_400);
    pieces.map(|piece| amplitude_at(piece, Tone::frequency(0))).sum::<f32>() / 40.0
}

#[test]
fn a_person_is_heard_as_loud_as_wanted() {
    let (soft, plain, loud) = std::thread::scope(|scope| {
        let [soft, plain, loud] = [0.5, 1.0, 2.0].map(|volume| scope.spawn(move || heard_at(volume)));
        (soft.join().unwrap(), plain.join().unwrap(), loud.join().unwrap())
    });
    // The jitter buffer stretches a little, differently from run to run.
    assert!((0.35..0.7).contains(&(soft / plain)), "{soft} {plain}");
    assert!((1.5..2.7).contains(&(loud / plain)), "{loud} {plain}");
}

#[test]
fn a_capture_keeps_its_relation_to_real_time_over_a_restart() {
    let first = capture(AudioSpec::Synthetic { seed: 0 }, Duration::from_millis(200));
    std::thread::sleep(Duration::from_millis(300));
    let second = capture(AudioSpec::Synthetic { seed: 0 }, Duration::from_millis(200));
    assert!(first.windows(2).all(|w| w[1].rtp_timestamp.wrapping_sub(w[0].rtp_timestamp) == 960));
    let pause = second[0].rtp_timestamp.wrapping_sub(first.last().unwrap().rtp_timestamp);
    assert!((12_000..48_000).contains(&pause), "{pause}");
}

#[test]
fn processing_can_be_forced_on_a_synthetic_source() {
    let playout = Playout::start(SpeakerSpec::Null).unwrap();
    let options =
        LocalAudioOptions { voice: VoicePolicy::Always(VoiceProcessing::default()), ..Default::default() };
    let (packets, arrived) = mpsc::channel();
    let sink = move |event| drop(packets.send(event));
    let tone = AudioSpec::Synthetic { seed: 0 };
    let local = LocalAudio::start(tone, options, sink, Some(playout.reference())).unwrap();
    for _ in 0..10 {
        assert!(matches!(arrived.recv_timeout(Duration::from_secs(2)), Ok(CaptureEvent::Packet(_))));
    }
    drop(local);
    assert!(arrived.iter().count() < 10, "nothing comes after the drop");
}

#[test]
fn a_wav_file_of_any_rate_is_played_in_a_loop() {
    let folder = tempfile::tempdir().unwrap();
    for (rate, channels, bits, format) in
        [(44_100, 2, 16, hound::SampleFormat::Int), (8_000, 1, 32, hound::SampleFormat::Float)]
    {
        let path = folder.path().join(format!("{rate}.wav"));
        let spec =
            hound::WavSpec { channels, sample_rate: rate, bits_per_sample: bits, sample_format: format };
        let mut file = hound::WavWriter::create(&path, spec).unwrap();
        for i in 0..rate / 10 {
            let sample = 0.3 * (std::f32::consts::TAU * 440.0 * i as f32 / rate as f32).sin();
            for _ in 0..channels {
                match format {
                    hound::SampleFormat::Int => file.write_sample((sample * 32_767.0) as i16).unwrap(),
                    hound::SampleFormat::Float => file.write_sample(sample).unwrap(),
                }
            }
        }
        file.finalize().unwrap();
        let packets = capture(AudioSpec::File(path), Duration::from_millis(500));
        assert!(packets.len() >= 15, "{rate}: {}", packets.len());
        assert!(packets.iter().all(|packet| (10..=15).contains(&packet.level)), "{rate}");
    }
}

#[test]
fn what_cannot_be_opened_says_why() {
    let start = |spec| LocalAudio::start(spec, LocalAudioOptions::default(), |_| {}, None).map(drop);
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.wav");
    std::fs::write(&text, "not a sound").unwrap();
    assert_eq!(start(AudioSpec::File(text)), Err(DeviceError::BadFile));
    assert_eq!(start(AudioSpec::File(folder.path().join("none.wav"))), Err(DeviceError::Missing));
    assert_eq!(start(AudioSpec::Device(Some("no such thing".into()))), Err(DeviceError::Missing));
    let playout = Playout::start(SpeakerSpec::Null).unwrap();
    let nowhere = SpeakerSpec::Device(Some("alsa:plughw:CARD=nowhere".into()));
    assert_eq!(playout.set_speaker(nowhere), Err(DeviceError::Missing));
    assert_eq!(*playout.speaker().borrow(), SpeakerState::Playing(SpeakerSpec::Null));
}

#[test]
fn loud_sines_are_mixed_without_clipping_or_harmonics() {
    let mut sources: Vec<_> = [300.0, 500.0, 700.0].map(|f| sine(f, 0.7)).into();
    let mut mixer = Mixer::new();
    let mut mixed = Vec::new();
    for _ in 0..200 {
        for source in &mut sources {
            mixer.add(&source());
        }
        mixed.extend(mixer.finish());
    }
    assert!(mixed.iter().all(|sample| sample.abs() <= 1.0));
    let steady = &mixed[48_000..];
    let wanted = amplitude_at(steady, 300.0);
    assert!(wanted > 0.25, "{wanted}");
    for product in [100.0, 900.0, 1100.0, 1500.0, 2100.0] {
        assert!(amplitude_at(steady, product) < wanted / 30.0, "{product} Hz");
    }
}
