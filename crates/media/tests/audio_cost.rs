//! What the audio of one participant costs. Run it alone:
//! `cargo test -p consilium-media --test audio_cost -- --ignored --nocapture`

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]
#![cfg(target_os = "linux")]

use consilium_media::ReceivedRtp;
use consilium_media::audio::{
    AudioSpec, CaptureEvent, LocalAudio, LocalAudioOptions, OpusEncoder, Playout, SpeakerSpec, Tone,
    VoicePolicy, VoiceProcessing,
};
use std::time::{Duration, Instant};

/// User and system time of this process so far.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

/// Packets of a tone, made beforehand so that making them is not measured.
fn packets(seed: u64, seconds: usize) -> Vec<ReceivedRtp> {
    let (mut tone, mut encoder) = (Tone::new(seed), OpusEncoder::new(Default::default(), 0).unwrap());
    let mut packets = Vec::new();
    for _ in 0..seconds * 100 {
        if let Some(packet) = encoder.push(&tone.render()).unwrap() {
            packets.push(ReceivedRtp {
                sequence: packets.len() as u16,
                timestamp: packet.rtp_timestamp,
                marker: false,
                payload: packet.data,
                arrived: Instant::now(),
            });
        }
    }
    packets
}

fn cores(remote: usize, voice: Option<VoicePolicy>, seconds: usize) -> f64 {
    let streams: Vec<_> = (0..remote).map(|seed| packets(seed as u64, seconds)).collect();
    let playout = Playout::start(SpeakerSpec::Null).unwrap();
    let inputs: Vec<_> = (0..remote).map(|i| playout.add(i.to_string())).collect();
    let local = voice.map(|voice| {
        let options = LocalAudioOptions { voice, ..Default::default() };
        let sink = |event| assert!(matches!(event, CaptureEvent::Packet(_)));
        LocalAudio::start(AudioSpec::Synthetic { seed: 9 }, options, sink, Some(playout.reference())).unwrap()
    });
    let (start, before) = (Instant::now(), cpu_time());
    for i in 0..seconds * 50 {
        for (input, packets) in inputs.iter().zip(&streams) {
            input.push(ReceivedRtp { arrived: Instant::now(), ..packets[i].clone() });
        }
        let next = start + Duration::from_millis(20) * (i + 1) as u32;
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    let used = (cpu_time() - before).as_secs_f64() / start.elapsed().as_secs_f64();
    for input in &inputs {
        let receiver = input.report().receiver;
        assert!(receiver.concealed_samples < receiver.total_samples / 20, "cannot keep up: {receiver:?}");
    }
    drop(local);
    used
}

#[test]
#[ignore = "takes a minute and measures this machine"]
fn cost_in_cores() {
    let full = Some(VoicePolicy::Always(VoiceProcessing::default()));
    for (name, remote, voice) in [
        ("idle playout", 0, None),
        ("capture without processing", 0, Some(VoicePolicy::Off)),
        ("capture with processing", 0, full),
        ("1 remote stream, no capture", 1, None),
        ("all, 1 remote stream", 1, full),
        ("all, 3 remote streams", 3, full),
    ] {
        println!("{name}: {:.4} core", cores(remote, voice, 10));
    }
}
