//! What the audio tests share.

#![allow(dead_code)]

use std::f32::consts::TAU;

/// Amplitude of `frequency` in `samples` (Goertzel's algorithm): about `a` for a sine of amplitude `a`.
pub(crate) fn amplitude_at(samples: &[f32], frequency: f32) -> f32 {
    let coefficient = 2.0 * (TAU * frequency / 48_000.0).cos();
    let (mut s1, mut s2) = (0.0_f32, 0.0_f32);
    for sample in samples {
        (s1, s2) = (sample + coefficient * s1 - s2, s1);
    }
    2.0 * (s1 * s1 + s2 * s2 - coefficient * s1 * s2).max(0.0).sqrt() / samples.len() as f32
}

/// Root mean square.
pub(crate) fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|s| s * s).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

/// The same sequence of numbers for the same seed, between -1 and 1.
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    pub(crate) fn sample(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    }

    /// Between 0 and 1.
    pub(crate) fn chance(&mut self) -> f32 {
        (self.sample() + 1.0) / 2.0
    }
}

/// A steady sine in 10 ms frames.
pub(crate) fn sine(frequency: f32, amplitude: f32) -> impl FnMut() -> [f32; 480] {
    let mut phase = 0.0_f32;
    move || {
        std::array::from_fn(|_| {
            phase = (phase + frequency / 48_000.0).fract();
            amplitude * (TAU * phase).sin()
        })
    }
}
