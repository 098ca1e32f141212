//! The little that the mesh reads of a session description. Everything else is the transport's.

/// More media sections than any participant of a mesh needs.
const MAX_SECTIONS: usize = 16;

/// Names the sender's transport: the session of its origin (RFC 8866, section 5.2), which a transport keeps as long as
/// it lives and its successor does not have (RFC 9429, section 5.2.1), with the certificate's fingerprint (RFC 8122,
/// section 5). The fingerprint alone would not do: it stays the same from transport to transport, and from call to
/// call. `None` when this is not a description that a transport could take.
pub(super) fn transport_name(sdp: &str) -> Option<String> {
    let mut lines = sdp.lines().map(str::trim_end);
    if lines.next()? != "v=0" {
        return None;
    }
    let (mut sections, mut mids, mut session, mut fingerprint, mut credentials) = (0, 0, None, None, false);
    for line in lines {
        sections += usize::from(line.starts_with("m="));
        mids += usize::from(line.starts_with("a=mid:"));
        credentials |= line.starts_with("a=ice-ufrag:");
        session = session.or_else(|| line.strip_prefix("o=")?.split(' ').nth(1));
        fingerprint = fingerprint.or_else(|| line.strip_prefix("a=fingerprint:"));
    }
    let whole = credentials && sections > 0 && sections <= MAX_SECTIONS && mids == sections;
    Some(format!("{} {}", session?, fingerprint?)).filter(|_| whole)
}

/// The sender of this description takes a screen: it has a second section for pictures, and receives there. Which
/// section is the screen's follows from the order alone, so that a browser needs no names for it.
pub(super) fn takes_screen(sdp: &str) -> bool {
    let Some(section) = sdp.split("\nm=").skip(1).filter(|section| section.starts_with("video ")).nth(1)
    else {
        return false;
    };
    // A port of 0 is a section that was turned down (RFC 8829, section 5.3.1).
    let refused = section.split(' ').nth(1) == Some("0");
    let mut lines = section.lines().map(str::trim_end);
    !refused && !lines.any(|line| matches!(line, "a=inactive" | "a=sendonly"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_the_transport_of_a_whole_description_only() {
        let sdp = "v=0\r\no=- 71 2 IN IP4 0.0.0.0\r\na=fingerprint:sha-256 AB:CD\r\nm=audio 9 X 111\r\na=mid:0\r\n\
                   a=ice-ufrag:u\r\n";
        assert_eq!(transport_name(sdp).as_deref(), Some("71 sha-256 AB:CD"));
        assert_eq!(
            transport_name(&sdp.replace(" 2 IN", " 3 IN")),
            transport_name(sdp),
            "a later version of it"
        );
        for (part, other) in [("o=-", "x=-"), ("a=mid:0", "a=xyz"), ("a=ice-ufrag", "a=x"), ("v=0", "v=1")] {
            assert_eq!(transport_name(&sdp.replace(part, other)), None, "{part}");
        }
        assert_eq!(transport_name("v=0"), None);
    }

    #[test]
    fn the_second_section_for_pictures_is_the_screen() {
        let video = "m=video 9 X 96\r\na=sendrecv\r\n";
        let head = "v=0\r\nm=audio 9 X 111\r\na=sendrecv\r\n";
        assert!(takes_screen(&format!("{head}{video}{video}")));
        assert!(takes_screen(&format!("{head}{video}{}", video.replace("sendrecv", "recvonly"))));
        assert!(!takes_screen(&format!("{head}{video}")), "an older participant");
        assert!(!takes_screen(&format!("{head}{video}{}", video.replace(" 9 ", " 0 "))));
        assert!(!takes_screen(&format!("{head}{video}{}", video.replace("sendrecv", "inactive"))));
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,200}") {
            let _ = takes_screen(&text);
            let _ = transport_name(&text);
        }
    }
}
