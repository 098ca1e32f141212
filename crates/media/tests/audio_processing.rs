//! What the voice processing does to an echo, and what it leaves alone.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod audio_support;

use audio_support::{Noise, rms};
use consilium_media::audio::{Frame, SILENCE, VoiceProcessing, VoiceProcessor};
use std::collections::VecDeque;

const ECHO_ONLY: VoiceProcessing =
    VoiceProcessing { echo_cancellation: true, noise_suppression: false, gain_control: false };

/// Noise in syllables with the spectrum of a voice: falling above some hundred hertz, with pauses.
struct Speech {
    noise: Noise,
    smooth: [f32; 2],
    time: f32,
    pace: f32,
}

impl Speech {
    fn new(seed: u64, pace: f32) -> Self {
        Self { noise: Noise(seed), smooth: [0.0; 2], time: 0.0, pace }
    }

    fn frame(&mut self) -> Frame {
        std::array::from_fn(|_| {
            self.time += 1.0 / 48_000.0;
            let envelope = (std::f32::consts::TAU * self.pace * self.time).sin().max(0.0);
            self.smooth[0] += 0.15 * (self.noise.sample() - self.smooth[0]);
            self.smooth[1] += 0.15 * (self.smooth[0] - self.smooth[1]);
            1.5 * envelope * self.smooth[1]
        })
    }
}

/// A loudspeaker heard by a microphone: a delay and a decaying tail of reflections.
struct Room {
    past: VecDeque<f32>,
    response: Vec<(usize, f32)>,
}

impl Room {
    fn new(delay_ms: usize, gain: f32) -> Self {
        let mut noise = Noise(99);
        let direct = delay_ms * 48;
        let tail =
            (1..60).map(|i| (direct + i * 41, gain * 0.5 * noise.sample() * (-(i as f32) / 15.0).exp()));
        let response: Vec<_> = std::iter::once((direct, gain)).chain(tail).collect();
        let longest = response.iter().map(|(at, _)| *at).max().unwrap();
        Self { past: VecDeque::from(vec![0.0; longest + 1]), response }
    }

    fn hear(&mut self, frame: &Frame) -> Frame {
        frame.map(|sample| {
            self.past.pop_back();
            self.past.push_front(sample);
            self.response.iter().map(|(at, gain)| gain * self.past[*at]).sum()
        })
    }
}

/// Plays for `seconds`; returns the loudness at the microphone and after processing, over the last three seconds.
fn converse(
    voice: VoiceProcessing,
    delay_ms: usize,
    near: Option<&mut Speech>,
    seconds: usize,
) -> (f32, f32) {
    let (mut processor, mut room) = (VoiceProcessor::new(voice), Room::new(delay_ms, 0.4));
    let (mut far, mut near) = (Speech::new(1, 2.7), near);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for i in 0..seconds * 100 {
        let played = far.frame();
        processor.played(&played);
        let mut captured = room.hear(&played);
        let voice = near.as_mut().filter(|_| i >= (seconds - 3) * 100).map_or(SILENCE, |near| near.frame());
        for (sample, voice) in captured.iter_mut().zip(voice) {
            *sample += voice;
        }
        if i >= (seconds - 3) * 100 {
            before.extend_from_slice(&captured);
        }
        processor.captured(&mut captured);
        if i >= (seconds - 3) * 100 {
            after.extend_from_slice(&captured);
        }
    }
    (rms(&before), rms(&after))
}

#[test]
fn an_echo_is_reduced_by_more_than_twenty_decibels() {
    for delay_ms in [10, 60, 150] {
        let (before, after) = converse(ECHO_ONLY, delay_ms, None, 9);
        let reduction = 20.0 * (before / after.max(1e-6)).log10();
        println!("echo {delay_ms} ms late: {reduction:.1} dB less");
        assert!(reduction >= 20.0, "{delay_ms} ms: {reduction} dB");
    }
}

#[test]
fn a_voice_over_an_echo_is_still_heard() {
    let mut near = Speech::new(7, 1.9);
    let (before, after) = converse(ECHO_ONLY, 60, Some(&mut near), 9);
    let loss = 20.0 * (before / after).log10();
    println!("voice and echo: {loss:.1} dB less");
    assert!(loss < 10.0, "{loss} dB");
}

#[test]
fn steady_noise_is_suppressed_and_a_voice_is_not() {
    let voice = VoiceProcessing { echo_cancellation: false, noise_suppression: true, gain_control: false };
    let run = |mut source: Box<dyn FnMut() -> Frame>| {
        let mut processor = VoiceProcessor::new(voice);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for i in 0..600 {
            let mut frame = source();
            if i >= 300 {
                before.extend_from_slice(&frame);
            }
            processor.captured(&mut frame);
            if i >= 300 {
                after.extend_from_slice(&frame);
            }
        }
        20.0 * (rms(&before) / rms(&after).max(1e-6)).log10()
    };
    let mut noise = Noise(3);
    let mut speech = Speech::new(5, 3.1);
    let noise_loss = run(Box::new(move || std::array::from_fn(|_| 0.02 * noise.sample())));
    let voice_loss = run(Box::new(move || speech.frame()));
    println!("noise: {noise_loss:.1} dB less, voice: {voice_loss:.1} dB less");
    assert!(noise_loss > 6.0 && voice_loss < noise_loss / 2.0, "{noise_loss} {voice_loss}");
}
