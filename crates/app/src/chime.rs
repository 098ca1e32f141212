//! The sounds of the application, made and not recorded: so they are nobody's.

use bytes::Bytes;
use std::f32::consts::TAU;

/// Samples a second.
const RATE: u32 = 48_000;
/// Of full scale. A sound that calls is heard, and startles nobody with a headset on.
const LOUDNESS: f32 = 0.3;
/// A bell is quieter by two thirds after so many seconds.
const FADES: f32 = 0.18;

/// A sound of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chime {
    /// Somebody asks to be let in: two notes up, once.
    Knock,
    /// Somebody calls: two notes and the same again, with a rest; repeated for as long as it rings.
    Call,
    /// The user is called back to the screen: four times the same.
    Ring,
    /// Something was written to the user: one note.
    Note,
    /// To hear whether the speaker works: a scale, long enough to turn a knob.
    Test,
}

/// A note: when it begins and how high it is, in seconds and hertz.
type Note = (f32, f32);

impl Chime {
    /// A file of linear samples (RIFF, WAVE).
    pub(crate) fn file(self) -> Bytes {
        wav(&self.samples())
    }

    fn notes(self) -> Vec<Note> {
        let (c, e, g, a, high) = (523.25, 659.25, 783.99, 880.0, 1046.5);
        match self {
            Self::Knock => vec![(0.0, g), (0.22, high)],
            Self::Call => {
                vec![(0.0, e), (0.18, a), (0.36, e), (0.54, a), (1.3, e), (1.48, a), (1.66, e), (1.84, a)]
            }
            Self::Ring => {
                (0..4_u8).map(f32::from).flat_map(|n| [(n * 1.1, a), (n * 1.1 + 0.25, e)]).collect()
            }
            Self::Note => vec![(0.0, high)],
            Self::Test => vec![(0.0, c), (0.4, e), (0.8, g), (1.2, high), (1.6, g), (2.0, c)],
        }
    }

    fn samples(self) -> Vec<i16> {
        let notes = self.notes();
        let last = notes.iter().map(|(start, _)| *start).fold(0.0, f32::max);
        let count = ((last + 5.0 * FADES) * RATE as f32) as u32;
        let at = |sample: u32| {
            let time = sample as f32 / RATE as f32;
            let sum: f32 = notes.iter().map(|(start, height)| bell(time - start, *height)).sum();
            ((sum * LOUDNESS).clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16
        };
        (0..count).map(at).collect()
    }
}

/// A struck bell: it begins within five milliseconds, so that nothing clicks, and fades.
fn bell(time: f32, height: f32) -> f32 {
    if time < 0.0 {
        return 0.0;
    }
    let envelope = (time / 0.005).min(1.0) * (-time / FADES).exp();
    envelope * ((TAU * height * time).sin() + 0.3 * (TAU * 2.0 * height * time).sin()) / 1.3
}

fn wav(samples: &[i16]) -> Bytes {
    let data = u32::try_from(samples.len() * 2).expect("a chime is a few seconds long");
    let mut file = Vec::with_capacity(44 + samples.len() * 2);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + data).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    // Linear samples of one channel, 16 bits each.
    for word in [1_u16, 1] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&(RATE * 2).to_le_bytes());
    for word in [2_u16, 16] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    file.extend_from_slice(b"data");
    file.extend_from_slice(&data.to_le_bytes());
    samples.iter().for_each(|sample| file.extend_from_slice(&sample.to_le_bytes()));
    file.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_media::audio::Voice;

    #[test]
    fn every_chime_can_be_played_and_neither_clips_nor_lasts() {
        for chime in [Chime::Knock, Chime::Call, Chime::Ring, Chime::Note, Chime::Test] {
            let voice = Voice::read(chime.file()).unwrap();
            assert!((0.5..6.0).contains(&voice.length().as_secs_f32()), "{chime:?}");
            let loudest = chime.samples().iter().map(|sample| sample.unsigned_abs()).max().unwrap();
            assert!((5_000..i16::MAX as u16).contains(&loudest), "{chime:?}: {loudest}");
            assert!(chime.samples().last().unwrap().unsigned_abs() < 500, "{chime:?} ends with a click");
        }
    }
}
