//! What a file is called.

use consilium_model::Secret;
use consilium_wire::im::MAX_FILE_NAME;
use std::fmt::Write;

/// What is called nothing is called this.
const NAMELESS: &str = "file";

/// A name as it is kept: the last part of a path, without control characters and without the letters that turn the
/// direction of what follows, so that `gpj.exe` is not read as `exe.jpg`.
pub(super) fn cleaned(name: &str) -> Secret {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last.chars().filter(|letter| !letter.is_control() && !turns_direction(*letter));
    let kept: String = kept.take(MAX_FILE_NAME).collect();
    match kept.trim() {
        "" | "." | ".." => Secret::from(NAMELESS),
        name => Secret::from(name),
    }
}

/// Embeddings, overrides and isolates (Unicode standard annex 9). Marks turn nothing and stay.
const fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// `Content-Disposition` of a file that is to be saved (RFC 6266, RFC 8187).
pub(super) fn disposition(name: &Secret) -> String {
    let name = name.expose();
    let plain: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let mut header = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            header.push(char::from(byte));
        } else {
            write!(header, "%{byte:02X}").expect("a string takes everything");
        }
    }
    header
}

const fn is_plain(letter: char) -> bool {
    matches!(letter, ' '..='~') && !matches!(letter, '"' | '\\' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folders_and_tricks_go() {
        for (name, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\сыпь.jpg", "сыпь.jpg"),
            ("פריחה 2.jpg", "פריחה 2.jpg"),
            ("photo\u{202E}gpj.exe", "photogpj.exe"),
            ("a\r\nSet-Cookie: b", "aSet-Cookie: b"),
            ("folder/", "file"),
            ("..", "file"),
            (" \u{7}", "file"),
        ] {
            assert_eq!(cleaned(name).expose(), kept);
        }
    }

    #[test]
    fn old_browsers_get_letters_that_they_know() {
        let header = disposition(&cleaned("сыпь \"2\" 100%.jpg"));
        let (plain, all) = header.split_once("; filename*=").unwrap();
        assert_eq!(plain, "attachment; filename=\"____ _2_ 100_.jpg\"");
        assert_eq!(all, "UTF-8''%D1%81%D1%8B%D0%BF%D1%8C%20%222%22%20100%25.jpg");
    }

    proptest! {
        #[test]
        fn every_name_makes_a_header(name in any::<String>()) {
            let cleaned = cleaned(&name);
            prop_assert!((1..=MAX_FILE_NAME).contains(&cleaned.expose().chars().count()));
            prop_assert!(axum::http::HeaderValue::from_str(&disposition(&cleaned)).is_ok());
            prop_assert!(!cleaned.expose().contains(['/', '\\', '\r', '\n']));
        }
    }
}
