//! VP8 payloads against an independent implementation, and across layer switches.

use bytes::{Bytes, BytesMut};
use consilium_media::video::rtp::{
    Descriptor, MAX_PAYLOAD, Packetizer, PayloadRewriter, PictureId, TemporalInfo, depacketize,
};
use consilium_media::{EncodedVideo, RtpPayload};
use proptest::prelude::*;
use rtp::codec::vp8::Vp8Packet;
use rtp::packetizer::Depacketizer;

fn picture(temporal: u8, timestamp: u32, data: Vec<u8>) -> EncodedVideo {
    EncodedVideo {
        layer: 0,
        key: false,
        temporal,
        layer_sync: temporal > 0,
        width: 640,
        height: 360,
        rtp_timestamp: timestamp,
        data: data.into(),
    }
}

fn descriptor() -> impl Strategy<Value = Descriptor> {
    let picture_id =
        prop_oneof![(0u8..128).prop_map(PictureId::Short), (0u16..1 << 15).prop_map(PictureId::Long)];
    let temporal = (0u8..4, any::<bool>()).prop_map(|(layer, sync)| TemporalInfo { layer, sync });
    (
        any::<(bool, bool)>(),
        0u8..8,
        prop::option::of(picture_id),
        any::<Option<u8>>(),
        prop::option::of(temporal),
        prop::option::of(0u8..32),
    )
        .prop_map(
            |((non_reference, starts_partition), partition, picture_id, tl0_pic_idx, temporal, key_idx)| {
                Descriptor {
                    non_reference,
                    starts_partition,
                    partition,
                    picture_id,
                    tl0_pic_idx,
                    temporal,
                    key_idx,
                }
            },
        )
}

fn descriptor_of(payload: &RtpPayload) -> Descriptor {
    depacketize(&payload.payload).expect("a descriptor").0
}

proptest! {
    #[test]
    fn descriptors_read_back_as_written(written in descriptor(), piece in prop::collection::vec(any::<u8>(), 4..20)) {
        let mut payload = BytesMut::new();
        written.write(&mut payload);
        payload.extend_from_slice(&piece);
        let payload = payload.freeze();
        let (read, rest) = depacketize(&payload).expect("a descriptor");
        prop_assert_eq!(read, written);
        prop_assert_eq!(&rest[..], &piece[..]);

        let mut other = Vp8Packet::default();
        prop_assert_eq!(&other.depacketize(&payload).expect("a descriptor")[..], &piece[..]);
        prop_assert_eq!((other.n == 1, other.s == 1, other.pid),
            (written.non_reference, written.starts_partition, written.partition));
        let id = written.picture_id.map(|id| match id { PictureId::Short(id) => id.into(), PictureId::Long(id) => id });
        prop_assert_eq!((other.i == 1).then_some(other.picture_id), id);
        prop_assert_eq!((other.l == 1).then_some(other.tl0_pic_idx), written.tl0_pic_idx);
        prop_assert_eq!((other.t == 1).then_some((other.tid, other.y == 1)), written.temporal.map(|t| (t.layer, t.sync)));
        prop_assert_eq!((other.k == 1).then_some(other.key_idx), written.key_idx);
    }

    #[test]
    fn any_bytes_are_read_or_refused(payload: Vec<u8>) {
        if let Ok((_, piece)) = depacketize(&Bytes::from(payload)) {
            prop_assert!(!piece.is_empty());
        }
    }

    #[test]
    fn a_picture_comes_out_of_its_payloads(data in prop::collection::vec(any::<u8>(), 1..9000), layered: bool) {
        let payloads = Packetizer::new(0x7fff, layered).packetize(&picture(0, 7, data.clone()));
        let mut joined = Vec::new();
        for (index, payload) in payloads.iter().enumerate() {
            let (descriptor, piece) = depacketize(&payload.payload).expect("a descriptor");
            prop_assert!(payload.payload.len() <= MAX_PAYLOAD);
            prop_assert_eq!(descriptor.starts_picture(), index == 0);
            prop_assert_eq!(descriptor.picture_id, Some(PictureId::Long(0x7fff)));
            prop_assert_eq!(payload.marker, index + 1 == payloads.len());
            joined.extend_from_slice(&piece);
        }
        prop_assert_eq!(joined, data);
    }

    #[test]
    fn a_switched_peer_sees_one_stream(steps in prop::collection::vec((0usize..3, 0u8..2, any::<bool>()), 1..300)) {
        let mut layers = [0u16, 9000, 0x7ff0].map(|id| Packetizer::new(id, true));
        let mut rewriter = PayloadRewriter::new(0x7ffe);
        let (mut last, mut timestamp): (Option<(u16, u8, u32)>, u32) = (None, u32::MAX - 30_000);
        for (layer, temporal, next_capture) in steps {
            if next_capture {
                timestamp = timestamp.wrapping_add(3000);
            }
            let cut: Vec<Vec<RtpPayload>> =
                layers.iter_mut().map(|layer| layer.packetize(&picture(temporal, timestamp, vec![1; 3000]))).collect();
            let sent = rewriter.rewrite(&cut[layer]);
            prop_assert_eq!(sent.len(), cut[layer].len());
            let first = descriptor_of(&sent[0]);
            let Some(PictureId::Long(id)) = first.picture_id else { panic!("no picture id") };
            let tl0 = first.tl0_pic_idx.expect("a layer-0 index");
            prop_assert!(sent.iter().all(|payload| descriptor_of(payload).picture_id == first.picture_id
                && payload.timestamp == sent[0].timestamp));
            if let Some((last_id, last_tl0, last_timestamp)) = last {
                prop_assert_eq!(id, (last_id + 1) & 0x7fff);
                prop_assert_eq!(tl0, last_tl0.wrapping_add(u8::from(temporal == 0)));
                prop_assert!((sent[0].timestamp.wrapping_sub(last_timestamp) as i32) > 0);
            }
            last = Some((id, tl0, sent[0].timestamp));
        }
    }
}
