//! The little that the mesh reads of a session description. Everything else is the transport's.

/// More media sections than any participant of a mesh needs.
const MAX_SECTIONS: usize = 16;

/// The certificate fingerprint that names the sender's transport (RFC 8122, section 5): a transport that was
/// rebuilt has another one. `None` when this is not a description that a transport could take.
pub(super) fn fingerprint(sdp: &str) -> Option<&str> {
    let mut lines = sdp.lines().map(str::trim_end);
    if lines.next()? != "v=0" {
        return None;
    }
    let (mut sections, mut mids, mut fingerprint, mut credentials) = (0, 0, None, false);
    for line in lines {
        sections += usize::from(line.starts_with("m="));
        mids += usize::from(line.starts_with("a=mid:"));
        credentials |= line.starts_with("a=ice-ufrag:");
        fingerprint = fingerprint.or_else(|| line.strip_prefix("a=fingerprint:"));
    }
    let whole = credentials && sections > 0 && sections <= MAX_SECTIONS && mids == sections;
    fingerprint.filter(|_| whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn finds_the_fingerprint_of_a_whole_description_only() {
        let sdp = "v=0\r\na=fingerprint:sha-256 AB:CD\r\nm=audio 9 X 111\r\na=mid:0\r\na=ice-ufrag:u\r\n";
        assert_eq!(fingerprint(sdp), Some("sha-256 AB:CD"));
        assert_eq!(fingerprint(&sdp.replace("a=mid:0", "a=xyz")), None);
        assert_eq!(fingerprint(&sdp.replace("a=ice-ufrag", "a=x")), None);
        assert_eq!(fingerprint("v=0"), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,200}") {
            let _ = fingerprint(&text);
        }
    }
}
