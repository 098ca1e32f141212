//! What is written is read, by us and by others; what is damaged is found out.

use super::read::Packet;
use super::{HEADER, PacketReader, PageWriter};
use crate::audio::voice::BadVoice;
use proptest::prelude::*;

fn write(packets: &[Vec<u8>], per_page: usize) -> Vec<u8> {
    let mut writer = PageWriter::new(7);
    for (number, packet) in (1_usize..).zip(packets) {
        writer.push(packet, number as u64);
        if number.is_multiple_of(per_page) && number < packets.len() {
            writer.end_page();
        }
    }
    writer.finish()
}

fn read(file: Vec<u8>) -> Result<Vec<Packet>, BadVoice> {
    let mut reader = PacketReader::new(file.into());
    std::iter::from_fn(|| reader.next().transpose()).collect()
}

prop_compose! {
    fn packets()(sizes in prop::collection::vec(0_usize..1200, 1..40)) -> Vec<Vec<u8>> {
        sizes.iter().enumerate().map(|(number, size)| vec![number as u8; *size]).collect()
    }
}

proptest! {
    #[test]
    fn what_was_written_is_read(packets in packets(), per_page in 1_usize..60) {
        let found = read(write(&packets, per_page)).unwrap();
        prop_assert_eq!(found.last().unwrap().granule, Some(packets.len() as u64));
        let found: Vec<Vec<u8>> = found.into_iter().map(|packet| packet.data.to_vec()).collect();
        prop_assert_eq!(found, packets);
    }

    #[test]
    fn the_well_known_reader_reads_the_same(packets in packets(), per_page in 1_usize..60) {
        let file = std::io::Cursor::new(write(&packets, per_page));
        let mut reader = ::ogg::PacketReader::new(file);
        let mut found = Vec::new();
        while let Some(packet) = reader.read_packet().unwrap() {
            prop_assert_eq!(packet.last_in_stream(), found.len() + 1 == packets.len());
            found.push(packet.data);
        }
        prop_assert_eq!(found, packets);
    }

    #[test]
    fn what_the_well_known_writer_splits_over_pages_is_put_together(
        sizes in prop::collection::vec(0_usize..200_000, 1..5),
    ) {
        use ::ogg::PacketWriteEndInfo::{EndStream, NormalPacket};
        let packets: Vec<Vec<u8>> = sizes.iter().map(|size| vec![1; *size]).collect();
        let mut writer = ::ogg::PacketWriter::new(Vec::new());
        for (number, packet) in packets.iter().enumerate() {
            let end = if number + 1 == packets.len() { EndStream } else { NormalPacket };
            writer.write_packet(packet.clone(), 3, end, number as u64).unwrap();
        }
        let found = read(writer.into_inner()).unwrap();
        let found: Vec<Vec<u8>> = found.into_iter().map(|packet| packet.data.to_vec()).collect();
        prop_assert_eq!(found, packets);
    }

    #[test]
    fn no_flipped_bit_goes_unnoticed(packets in packets(), at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let mut file = write(&packets, 10);
        let at = at.index(file.len());
        file[at] ^= 1_u8 << bit;
        prop_assert_eq!(read(file), Err(BadVoice::Damaged));
    }

    #[test]
    fn what_is_cut_off_within_a_page_is_damaged(packets in packets(), at in any::<prop::sample::Index>()) {
        let file = write(&packets, usize::MAX);
        let length = 1 + at.index(HEADER);
        prop_assert_eq!(read(file[..length].to_vec()), Err(BadVoice::Damaged));
        prop_assert_eq!(read(file[..file.len() - 1].to_vec()), Err(BadVoice::Damaged));
    }
}

#[test]
fn a_page_that_is_missing_is_noticed_and_another_stream_is_not() {
    let packets = [vec![1; 10], vec![2; 10], vec![3; 10]];
    let file = write(&packets, 1);
    let page = file.len() / 3;
    let gap = [&file[..page], &file[2 * page..]].concat();
    assert_eq!(read(gap), Err(BadVoice::Damaged));
    let mut other = PageWriter::new(8);
    other.push(b"other", 1);
    let beside = [&file[..page], &other.finish(), &file[page..]].concat();
    assert_eq!(read(beside), read(file));
}
