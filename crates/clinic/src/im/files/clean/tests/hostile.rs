//! Films that lie, and files that hide what is not understood.

use super::super::samples::{self, TELLTALE, part, tells};
use super::super::{Clean, Format, NotThat, OCTETS, mp4};
use super::{most, work};
use consilium_wire::im::AttachmentKind;
use proptest::prelude::*;

/// What a track says of its samples.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// The length of all, or zero.
    uniform: u32,
    lengths: Vec<u32>,
    /// The first chunk of each run, and the samples of its chunks.
    runs: Vec<(u32, u32)>,
    chunks: Vec<u32>,
}

/// Numbers that are small, far too large, or next to an end.
fn number() -> impl Strategy<Value = u32> {
    prop_oneof![0..40u32, 0..4000u32, Just(u32::MAX), Just(u32::MAX - 1), Just(1 << 31)]
}

prop_compose! {
    pub(super) fn table()(
        uniform in prop_oneof![Just(0), number()],
        lengths in prop::collection::vec(number(), 0..200),
        starts in prop::collection::vec(1..300u32, 0..200),
        samples in number(),
        chunks in prop::collection::vec(number(), 0..300),
    ) -> Table {
        let runs = starts.into_iter().map(|start| (start, samples)).collect();
        Table { uniform, lengths, runs, chunks }
    }
}

fn list(entries: &[Vec<u8>]) -> Vec<u8> {
    [&[0; 4], u32::try_from(entries.len()).unwrap().to_be_bytes().as_slice(), &entries.concat()].concat()
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    list(&numbers.iter().map(|number| number.to_be_bytes().to_vec()).collect::<Vec<_>>())
}

fn run((first, samples): &(u32, u32)) -> Vec<u8> {
    [first.to_be_bytes(), samples.to_be_bytes(), 1u32.to_be_bytes()].concat()
}

fn track(handler: &[u8; 4], id: u32, table: &Table) -> Vec<u8> {
    let lengths = numbers(&table.lengths);
    let lengths = [&lengths[..4], &table.uniform.to_be_bytes(), &lengths[4..]].concat();
    let runs = list(&table.runs.iter().map(run).collect::<Vec<_>>());
    let table = part(
        b"stbl",
        &[&part(b"stsz", &[&lengths]), &part(b"stsc", &[&runs]), &part(b"stco", &[&numbers(&table.chunks)])],
    );
    let handler = part(b"hdlr", &[&[0; 8], handler, &[0; 12]]);
    let header = part(b"tkhd", &[&[0; 12], &id.to_be_bytes(), &[0; 8]]);
    part(b"trak", &[&header, &part(b"mdia", &[&handler, &part(b"minf", &[&table])])])
}

/// A film with a picture, and a track that is neither picture nor sound for each table.
pub(super) fn film(tables: &[Table]) -> Vec<u8> {
    film_with(tables, &[])
}

fn film_with(tables: &[Table], more: &[&[u8]]) -> Vec<u8> {
    let mut tracks = track(b"vide", 1, &Table::default());
    for (id, table) in (2..).zip(tables) {
        tracks.extend(track(b"meta", id, table));
    }
    let start = part(b"ftyp", &[b"isom\0\0\0\0isom"]);
    [start, part(b"moov", &[&tracks]), part(b"mdat", &[TELLTALE]), more.concat()].concat()
}

fn refused_soon(bytes: Vec<u8>) {
    let length = bytes.len();
    let (cleaned, work) = work::of(|| mp4::clean(bytes));
    assert_eq!(cleaned, Err(NotThat));
    assert!(work <= most(length), "{work} for {length} bytes");
}

#[test]
fn samples_that_are_more_than_the_file_are_refused_at_once() {
    // Every chunk claims all the bytes there are, thousands of times.
    let table =
        Table { uniform: u32::MAX, runs: vec![(1, u32::MAX)], chunks: vec![0; 5000], ..Table::default() };
    refused_soon(film(&[table]));
    // So do many tracks, each of which could be true.
    let table = Table { uniform: 8000, runs: vec![(1, 1)], chunks: vec![0], ..Table::default() };
    refused_soon(film(&vec![table; 100]));
}

#[test]
fn many_runs_of_many_chunks_are_gone_through_once() {
    let runs = (1..5000).map(|chunk| (chunk, 1)).collect();
    let table = Table { uniform: 1, runs, chunks: vec![0; 5000], ..Table::default() };
    let bytes = film(&[table]);
    let length = bytes.len();
    let (cleaned, work) = work::of(|| mp4::clean(bytes));
    assert!(cleaned.is_ok() && work <= most(length), "{work} for {length} bytes");
}

/// A fragment of that track.
fn fragment(track: u32) -> Vec<u8> {
    let header = part(b"tfhd", &[&[0; 4], &track.to_be_bytes()]);
    let run = part(b"traf", &[&header, &part(b"trun", &[&[0; 8]]), &part(b"uuid", &[TELLTALE])]);
    part(b"moof", &[&part(b"mfhd", &[&[0; 8]]), &run, &part(b"uuid", &[TELLTALE])])
}

#[test]
fn fragments_are_kept_of_tracks_that_are_kept() {
    let start = [film(&[]), fragment(1), part(b"mdat", &[b"PICTURES"])].concat();
    let whole = start.len();
    let (media_type, bytes) = mp4::clean(start).unwrap();
    assert_eq!((media_type, bytes.len()), (Some("video/mp4"), whole));
    // What lies in the film's own samples is nothing that a device has written beside them.
    assert_eq!(bytes.windows(8).filter(|window| *window == TELLTALE).count(), 1);

    let way = || vec![Table { runs: vec![(1, 1)], ..Table::default() }];
    assert!(mp4::clean(film(&way())).is_ok(), "a track of nothing");
    for (tables, track) in [(way(), 2), (Vec::new(), 7)] {
        let hidden = film_with(&tables, &[&fragment(track), &part(b"mdat", &[TELLTALE])]);
        assert_eq!(mp4::clean(hidden), Err(NotThat), "track {track}");
    }
}

#[test]
fn what_lies_where_nothing_looks_is_refused() {
    let places = part(b"iloc", &[&[0; 8]]);
    let notes = part(b"meta", &[&[0; 4], &places]);
    let picture = |brand: &[u8; 4]| {
        let start = part(b"ftyp", &[brand, b"\0\0\0\0mif1"]);
        [start, notes.clone(), part(b"mdat", &[TELLTALE])].concat()
    };
    let moving = [part(b"ftyp", &[b"msf1\0\0\0\0hevc"]), notes.clone(), film(&[])].concat();
    let compressed = [part(b"moov", &[&part(b"cmov", &[TELLTALE])]), part(b"mdat", &[TELLTALE])].concat();
    let twice = [film(&[]), film(&[])].concat();
    for hidden in [picture(b"heic"), picture(b"avif"), moving, compressed, twice] {
        assert_eq!(Format::guess(&hidden), Some(Format::Mp4));
        assert_eq!(Format::Mp4.clean(hidden), Err(NotThat));
    }
}

/// Where a box of that name is.
fn place_of(name: &[u8; 4], bytes: &[u8]) -> usize {
    bytes.windows(4).position(|window| window == name).unwrap()
}

#[test]
fn a_heic_keeps_its_picture_and_loses_everything_else() {
    // Where the encoders say that the pictures lie.
    for (whole, picture) in [(samples::heic(), 566..608), (samples::avif(), 613..662)] {
        let clean = Format::Mp4.clean(whole.clone()).unwrap();
        assert_eq!((clean.kind, clean.media_type), (AttachmentKind::File, OCTETS));
        assert_eq!(clean.bytes.len(), whole.len());
        assert!(!clean.bytes.windows(3).any(|window| window == b"MM\0"), "no Exif");
        assert_eq!(clean.bytes[picture.clone()], whole[picture.clone()]);
        let data = place_of(b"mdat", &whole) + 4..whole.len();
        let others = data.filter(|at| !picture.contains(at));
        assert!(others.into_iter().all(|at| clean.bytes[at] == 0));
        let properties = place_of(b"ipco", &whole)..place_of(b"ipma", &whole);
        assert_eq!(clean.bytes[properties.clone()], whole[properties]);
    }
}

#[test]
fn items_that_are_more_than_the_file_are_refused() {
    let whole = samples::heic();
    let places = place_of(b"iloc", &whole) + 4;
    // The second of three items of eighteen bytes, whose length stands last.
    let length = places + 8 + 2 * 18;
    for claim in [u32::MAX, 0] {
        let mut lies = whole.clone();
        lies[length - 4..length].copy_from_slice(&claim.to_be_bytes());
        refused_soon(lies);
    }
    // What an unknown kind of item is, nobody knows; a list without pictures is none.
    let mut unknown = whole;
    let kind = place_of(b"hvc1", &unknown);
    unknown[kind..kind + 4].copy_from_slice(b"cvh1");
    refused_soon(unknown);
}

#[test]
fn unused_space_is_empty_afterwards() {
    for name in [b"free", b"skip", b"wide", b"pnot"] {
        let bytes = [part(name, &[TELLTALE]), film(&[])].concat();
        assert_eq!(Format::guess(&bytes), Some(Format::Mp4));
        let clean = Format::Mp4.clean(bytes).unwrap();
        assert_eq!(clean.bytes.windows(8).filter(|window| *window == TELLTALE).count(), 1, "the samples'");
    }
}

#[test]
fn words_are_not_taken_for_a_film() {
    for words in ["The wide ocean", "and free of it", "you skip that", "12. moov", "the ftyp box"] {
        assert_eq!(Format::guess(words.as_bytes()), None, "{words}");
    }
}

#[test]
fn a_picture_needs_a_scan_and_may_lack_its_end() {
    let whole = samples::jpeg(40, 30, 6);
    let Clean { bytes: clean, .. } = Format::Jpeg.clean(whole.clone()).unwrap();
    let scan = whole.windows(2).position(|marker| marker == [0xFF, 0xDA]).unwrap();
    for length in 2..=scan {
        assert_eq!(Format::Jpeg.clean(whole[..length].to_vec()), Err(NotThat), "{length}");
    }
    // Cut off within a segment behind the scan.
    let end = whole.windows(2).rposition(|marker| marker == [0xFF, 0xD9]).unwrap();
    let cut = [&whole[..end], b"\xFF\xE1\x10\x00Exif", TELLTALE].concat();
    let cut = Format::Jpeg.clean(cut).unwrap();
    assert_eq!(cut.bytes, clean);
}

#[test]
fn a_picture_of_very_many_scans_would_keep_a_decoder_busy() {
    let whole = samples::jpeg(40, 30, 6);
    let scan = whole.windows(2).position(|marker| marker == [0xFF, 0xDA]).unwrap();
    let scans =
        |count| [&whole[..scan], &b"\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00\x00".repeat(count)].concat();
    assert!(Format::Jpeg.clean(scans(20)).is_ok());
    assert_eq!(Format::Jpeg.clean(scans(100_000)), Err(NotThat));
}

#[test]
fn a_profile_of_tags_over_each_other_is_not_copied_again_and_again() {
    let mut profile = vec![0; 128];
    profile[16..20].copy_from_slice(b"RGB ");
    profile[36..40].copy_from_slice(b"acsp");
    profile.extend(9u32.to_be_bytes());
    let start = 132 + 9 * 12;
    for name in [b"wtpt", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"chad", b"kTRC"] {
        profile.extend(name);
        profile.extend(u32::try_from(start).unwrap().to_be_bytes());
        profile.extend(1_000_000u32.to_be_bytes());
    }
    profile.extend(b"curv");
    profile.resize(start + 1_000_000, 0);
    let (rebuilt, work) = work::of(|| super::super::icc::rebuilt(&profile));
    assert_eq!(rebuilt, None);
    assert!(work < 1000, "{work}");
}

#[test]
fn a_recording_keeps_nothing_in_its_head_or_beside_its_blocks() {
    let mut bytes = b"\x1A\x45\xDF\xA3\x92\x42\x82\x84webm\xEC\x88".to_vec();
    bytes.extend(TELLTALE);
    bytes[4] = 0x80 | u8::try_from(bytes.len() - 5).unwrap();
    // A segment of unknown length; one track of pictures; a cluster with a group.
    bytes.extend(b"\x18\x53\x80\x67\xFF\x16\x54\xAE\x6B\x88\xAE\x86\xD7\x81\x01\x83\x81\x01");
    bytes.extend(b"\x1F\x43\xB6\x75\xFF\xE7\x81\x00\xA0\x94\xA1\x88PICTURES\xEC\x88");
    bytes.extend(TELLTALE);
    assert!(tells(&bytes));
    let clean = Format::WebM.clean(bytes.clone()).unwrap();
    assert_eq!((clean.media_type, clean.bytes.len()), ("video/webm", bytes.len()));
    assert!(!tells(&clean.bytes));
    assert!(clean.bytes.windows(8).any(|window| window == b"PICTURES"));
}
