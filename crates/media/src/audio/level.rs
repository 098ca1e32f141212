//! Loudness: for meters, for RFC 6464, for reports.

/// Below this the meter shows nothing.
const METER_FLOOR_DB: f32 = -60.0;

/// Mean square of samples; 1 is a full-scale square wave.
pub(super) fn mean_square(samples: &[f32]) -> f32 {
    if samples.is_empty() {
        return 0.0;
    }
    samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32
}

fn decibels(mean_square: f32) -> f32 {
    10.0 * mean_square.max(1e-13).log10()
}

/// Loudness in -dBov as RFC 6464, section 3, has it: 0 is the loudest, 127 silence.
pub fn dbov(samples: &[f32]) -> u8 {
    (-decibels(mean_square(samples))).round().clamp(0.0, 127.0) as u8
}

/// Loudness for a meter: 0 at or below -60 dBov, 100 at full scale, linear in decibels.
pub fn meter(samples: &[f32]) -> u8 {
    let position = 1.0 - decibels(mean_square(samples)) / METER_FLOOR_DB;
    (position * 100.0).round().clamp(0.0, 100.0) as u8
}

/// A meter that jumps up at once and sinks slowly, so that syllables do not make it flicker.
#[derive(Debug, Default)]
pub(super) struct Meter {
    shown: u8,
}

impl Meter {
    /// Points the meter sinks per 10 ms at most.
    const FALL: u8 = 2;

    /// Takes one frame in and returns what to show.
    pub(super) fn update(&mut self, frame: &[f32]) -> u8 {
        self.shown = meter(frame).max(self.shown.saturating_sub(Self::FALL));
        self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_scale_is_zero_dbov_and_silence_is_127() {
        assert_eq!((dbov(&[1.0; 480]), meter(&[1.0; 480])), (0, 100));
        assert_eq!((dbov(&[0.0; 480]), meter(&[0.0; 480])), (127, 0));
        assert_eq!((dbov(&[]), meter(&[])), (127, 0));
    }

    #[test]
    fn twenty_decibels_less_is_twenty_dbov_more() {
        assert_eq!(dbov(&[0.1; 480]), 20);
        assert_eq!(dbov(&[0.01; 480]), 40);
    }

    #[test]
    fn the_meter_rises_at_once_and_falls_slowly() {
        let mut meter = Meter::default();
        assert_eq!(meter.update(&[1.0; 480]), 100);
        assert_eq!(meter.update(&[0.0; 480]), 98);
        for _ in 0..60 {
            meter.update(&[0.0; 480]);
        }
        assert_eq!(meter.update(&[0.0; 480]), 0);
    }
}
