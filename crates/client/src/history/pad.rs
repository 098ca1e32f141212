//! Sizes in steps, so that the length of what was written does not show.

/// Up to [`SMALL`] bytes a value takes a multiple of it.
const SMALL: usize = 256;
const LENGTH: usize = size_of::<u32>();

/// The bytes with their length before them and zeros behind. Larger values grow by at most an eighth.
pub(super) fn pad(plain: &[u8]) -> Vec<u8> {
    let length = u32::try_from(plain.len()).expect("values are far below 4 GB");
    let mut padded = Vec::with_capacity(step(LENGTH + plain.len()) + 16);
    padded.extend_from_slice(&length.to_le_bytes());
    padded.extend_from_slice(plain);
    padded.resize(step(padded.len()), 0);
    padded
}

/// `None` when it was not padded like that.
pub(super) fn unpad(mut padded: Vec<u8>) -> Option<Vec<u8>> {
    let (length, _) = padded.split_first_chunk::<LENGTH>()?;
    let end = LENGTH.checked_add(u32::from_le_bytes(*length) as usize)?;
    if end > padded.len() {
        return None;
    }
    padded.truncate(end);
    padded.drain(..LENGTH);
    Some(padded)
}

fn step(size: usize) -> usize {
    let step = (size.max(1).next_power_of_two() / 16).max(SMALL);
    size.next_multiple_of(step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sizes_are_few_and_little_larger(plain in prop::collection::vec(any::<u8>(), 0..5000)) {
            let padded = pad(&plain);
            prop_assert_eq!(padded.len() % SMALL, 0);
            prop_assert!(padded.len() <= SMALL + plain.len() + LENGTH + plain.len() / 8);
            prop_assert_eq!(unpad(padded), Some(plain));
        }

        #[test]
        fn what_is_not_padded_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
            if let Some(plain) = unpad(bytes.clone()) {
                prop_assert_eq!(&bytes[LENGTH..LENGTH + plain.len()], &plain[..]);
            }
        }
    }
}
