//! What every format loses, keeps and costs.

use super::bytes::work;
use super::*;
use proptest::prelude::*;

mod hostile;

/// So many times may a byte be gone over.
fn most(length: usize) -> usize {
    16 * length + 1024
}

fn claim() -> impl Strategy<Value = [u8; 4]> {
    prop_oneof![
        Just([0xFF; 4]),
        Just([0, 0, 0, 0]),
        Just([0, 0, 0, 1]),
        (0..4096u32).prop_map(u32::to_be_bytes),
        (0..4096u32).prop_map(u32::to_le_bytes),
        any::<[u8; 4]>(),
    ]
}

fn all() -> Vec<(Format, Vec<u8>)> {
    vec![
        (Format::Jpeg, samples::jpeg(40, 30, 6)),
        (Format::Png, samples::png(40, 30, 6)),
        (Format::WebP, samples::webp(40, 30, 6)),
        (Format::Gif, samples::gif(40, 30)),
        (Format::Ogg, samples::ogg()),
        (Format::Wav, samples::wav()),
        (Format::Mp3, samples::mp3()),
        (Format::Mp4, samples::mp4()),
        (Format::Mp4, samples::heic()),
        (Format::Mp4, samples::avif()),
        (Format::WebM, samples::webm()),
    ]
}

#[test]
fn samples_are_what_they_are_and_lose_what_is_not_seen_or_heard() {
    for (format, sample) in all() {
        assert_eq!(Format::guess(&sample), Some(format));
        assert!(samples::tells(&sample), "{format:?}: there is something to lose");
        let clean = format.clean(sample).unwrap_or_else(|NotThat| panic!("{format:?}"));
        assert!(!samples::tells(&clean.bytes), "{format:?} still tells");
        let again = format.clean(clean.bytes.clone()).unwrap();
        assert_eq!(again.bytes, clean.bytes, "{format:?}: there is nothing more to lose");
    }
}

proptest! {
    #[test]
    fn damaged_files_are_refused_or_cleaned_but_break_nothing(
        which in 0..all().len(),
        cut in 0.0..1.0f64,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        let (format, mut sample) = all().swap_remove(which);
        for (at, byte) in flips {
            let at = at.index(sample.len());
            sample[at] = byte;
        }
        sample.truncate((sample.len() as f64 * cut) as usize + 1);
        let before = sample.len();
        let (cleaned, work) = work::of(|| format.clean(sample));
        prop_assert!(work <= most(before), "{work} for {before} bytes");
        if let Ok(clean) = cleaned {
            prop_assert!(clean.bytes.len() <= before + 64, "nothing swells");
        }
    }

    #[test]
    fn noise_breaks_nothing(noise in prop::collection::vec(any::<u8>(), 0..512)) {
        for (format, sample) in all() {
            let mut bytes = sample[..sample.len().min(16)].to_vec();
            bytes.extend(&noise);
            let length = bytes.len();
            let (_, work) = work::of(|| format.clean(bytes));
            prop_assert!(work <= most(length), "{format:?}: {work} for {length} bytes");
        }
    }

    /// Numbers of a file are what its makers lie about.
    #[test]
    fn no_claim_makes_more_work_than_the_file_is_long(
        which in 0..all().len(),
        times in 1..200usize,
        claims in prop::collection::vec((any::<prop::sample::Index>(), claim()), 1..6),
    ) {
        let (format, sample) = all().swap_remove(which);
        let mut bytes = sample.clone();
        for _ in 0..times {
            bytes.extend(&sample);
        }
        for (at, claim) in claims {
            let at = at.index(bytes.len() - 4);
            bytes[at..at + 4].copy_from_slice(&claim);
        }
        let length = bytes.len();
        let (_, work) = work::of(|| format.clean(bytes));
        prop_assert!(work <= most(length), "{format:?}: {work} for {length} bytes");
    }

    #[test]
    fn no_sample_table_makes_more_work_than_the_file_is_long(
        tables in prop::collection::vec(hostile::table(), 1..6),
    ) {
        let bytes = hostile::film(&tables);
        let length = bytes.len();
        let (_, work) = work::of(|| mp4::clean(bytes));
        prop_assert!(work <= most(length), "{work} for {length} bytes");
    }
}
