//! Messages of TURN on a stream: one after the other, each with its own length in front (RFC 8656, sections 3.1 and
//! 12.5), where a datagram holds exactly one.

use bytes::{Buf, Bytes, BytesMut};

const STUN_HEADER: usize = 20;
const CHANNEL_DATA_HEADER: usize = 4;
/// The first two bytes of an Allocate and of a Refresh request (RFC 8656, section 17).
const ALLOCATE: [u8; 2] = [0x00, 0x03];
const REFRESH: [u8; 2] = [0x00, 0x04];
const LIFETIME: [u8; 2] = [0x00, 0x0D];

/// What comes is not TURN; where the next message would begin is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a message of TURN")]
pub(super) struct Malformed;

/// How long a message is that begins like this, without and with padding.
fn lengths(header: [u8; 4]) -> Result<(usize, usize), Malformed> {
    let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
    match header[0] {
        0x00..=0x3F if length.is_multiple_of(4) => Ok((STUN_HEADER + length, STUN_HEADER + length)),
        0x40..=0x4F => {
            let length = CHANNEL_DATA_HEADER + length;
            Ok((length, length.next_multiple_of(4)))
        }
        _ => Err(Malformed),
    }
}

/// Appends the message of a datagram to a stream.
pub(super) fn write(datagram: &[u8], stream: &mut Vec<u8>) -> Result<(), Malformed> {
    let (length, padded) = lengths(*datagram.first_chunk().ok_or(Malformed)?)?;
    let message = datagram.get(..length).ok_or(Malformed)?;
    stream.extend_from_slice(message);
    stream.resize(stream.len() + padded - length, 0);
    Ok(())
}

/// Takes the next message from what has come, without its padding; `None` while it is not whole.
pub(super) fn read(stream: &mut BytesMut) -> Result<Option<Bytes>, Malformed> {
    let Some(header) = stream.first_chunk() else { return Ok(None) };
    let (length, padded) = lengths(*header)?;
    if stream.len() < padded {
        return Ok(None);
    }
    let message = stream.split_to(length).freeze();
    stream.advance(padded - length);
    Ok(Some(message))
}

/// Number of a request's transaction (RFC 8489, section 5); `None` for anything else.
pub(super) fn transaction(message: &[u8]) -> Option<[u8; 12]> {
    // The class is in bits 4 and 8 of the type; a request has neither.
    let request = message[0] & 0xC1 == 0 && message[1] & 0x10 == 0;
    request.then(|| message.get(8..STUN_HEADER)?.try_into().ok()).flatten()
}

/// The message asks for an allocation, with which every conversation with a server begins.
pub(super) fn begins(message: &[u8]) -> bool {
    message.len() >= STUN_HEADER && message.starts_with(&ALLOCATE)
}

/// The message gives the allocation up: a Refresh with a lifetime of zero (RFC 8656, section 7).
pub(super) fn ends(message: &[u8]) -> bool {
    if !message.starts_with(&REFRESH) {
        return false;
    }
    let mut attributes = message.get(STUN_HEADER..).unwrap_or_default();
    while let Some([t1, t2, l1, l2]) = attributes.first_chunk() {
        let length = usize::from(u16::from_be_bytes([*l1, *l2]));
        let value = attributes.get(4..4 + length);
        if [*t1, *t2] == LIFETIME {
            return value == Some(&[0; 4]);
        }
        attributes = attributes.get(4 + length.next_multiple_of(4)..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message() -> impl Strategy<Value = Vec<u8>> {
        let channel_data = (0x40u8..0x50, any::<u8>(), proptest::collection::vec(any::<u8>(), 0..1300))
            .prop_map(|(first, second, data)| {
                [&[first, second][..], &(data.len() as u16).to_be_bytes(), &data].concat()
            });
        let stun = (0u8..0x40, any::<u8>(), 0usize..80).prop_map(|(first, second, words)| {
            let mut stun = vec![7; STUN_HEADER + words * 4];
            stun[..2].copy_from_slice(&[first, second]);
            stun[2..4].copy_from_slice(&(words as u16 * 4).to_be_bytes());
            stun
        });
        prop_oneof![channel_data, stun]
    }

    proptest! {
        #[test]
        fn messages_come_out_as_they_went_in_however_the_stream_is_cut(
            messages in proptest::collection::vec(message(), 0..12),
            cuts in proptest::collection::vec(1usize..2000, 1..20),
        ) {
            let mut stream = Vec::new();
            for message in &messages {
                prop_assert_eq!(write(message, &mut stream), Ok(()));
                prop_assert!(stream.len().is_multiple_of(4));
            }
            let (mut come, mut read_so_far) = (Vec::new(), BytesMut::new());
            let (mut rest, mut cuts) = (stream.as_slice(), cuts.iter().cycle());
            while !rest.is_empty() {
                let (piece, later) = rest.split_at(rest.len().min(*cuts.next().unwrap()));
                rest = later;
                read_so_far.extend_from_slice(piece);
                while let Some(message) = read(&mut read_so_far).unwrap() {
                    come.push(message.to_vec());
                }
            }
            prop_assert_eq!(come, messages);
            prop_assert!(read_so_far.is_empty());
        }

        #[test]
        fn nothing_that_comes_does_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut stream = Vec::new();
            if write(&bytes, &mut stream).is_ok() {
                let declared = lengths(*bytes.first_chunk().unwrap()).unwrap().0;
                let (message, padding) = stream.split_at(declared);
                prop_assert!(bytes.starts_with(message));
                prop_assert!(padding.len() < 4 && padding.iter().all(|byte| *byte == 0));
                let _ = (transaction(&bytes), begins(&bytes), ends(&bytes));
            }
            let mut rest = BytesMut::from(bytes.as_slice());
            while let Ok(Some(_)) = read(&mut rest) {}
            prop_assert!(rest.len() <= bytes.len());
        }
    }

    #[test]
    fn what_begins_and_what_ends_an_allocation_is_known() {
        let stun = |kind: [u8; 2], attributes: &[u8]| {
            let mut stun = vec![1; STUN_HEADER];
            stun[..2].copy_from_slice(&kind);
            stun[2..4].copy_from_slice(&(attributes.len() as u16).to_be_bytes());
            stun.extend_from_slice(attributes);
            stun
        };
        let name = [0x00, 0x06, 0, 3, b'a', b'b', b'c', 0];
        let [release, keep] =
            [0, 1].map(|seconds| [&name[..], &[0x00, 0x0D, 0, 4, 0, 0, 0, seconds]].concat());
        assert!(
            ends(&stun(REFRESH, &release)) && !ends(&stun(REFRESH, &keep)) && !ends(&stun(REFRESH, &name))
        );
        assert!(begins(&stun(ALLOCATE, &[])) && !begins(&stun(REFRESH, &[])));
        assert!(transaction(&stun(REFRESH, &[])).is_some());
        // An indication has no answer to wait for.
        assert_eq!(transaction(&stun([0x00, 0x16], &[])), None);
    }
}
