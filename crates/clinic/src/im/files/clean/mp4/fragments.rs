//! Films in fragments (ISO/IEC 14496-12, section 8.8), as browsers record them.

use super::super::NotThat;
use super::super::bytes::Reader;
use super::{Part, keep};
use std::collections::BTreeSet;

const FRAGMENT: &[&[u8; 4]] = &[b"mfhd", b"traf"];
const RUNS: &[&[u8; 4]] =
    &[b"tfhd", b"tfdt", b"trun", b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio", b"senc"];

/// Cleans a `moof`. Samples of tracks that are not kept would stay: such a fragment is refused.
pub(super) fn clean(bytes: &mut [u8], fragment: &Part, tracks: &BTreeSet<u32>) -> Result<(), NotThat> {
    for part in keep(bytes, fragment, FRAGMENT)? {
        if &part.name == b"traf" && !tracks.contains(&clean_track(bytes, &part)?) {
            return Err(NotThat);
        }
    }
    Ok(())
}

/// Gives which track it goes on with.
fn clean_track(bytes: &mut [u8], track: &Part) -> Result<u32, NotThat> {
    let parts = keep(bytes, track, RUNS)?;
    let header = parts.into_iter().find(|part| &part.name == b"tfhd").ok_or(NotThat)?;
    let mut body = Reader(&bytes[header.body]);
    // Version and flags.
    body.take(4)?;
    body.u32_be()
}
