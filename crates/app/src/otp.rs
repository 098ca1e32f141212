//! The one-time password that a visit may ask for first.

use crate::stage::Retry;
use crate::view::{OtpStep, ProblemCode};
use crate::visit::VisitKey;
use consilium_client::MedMe;
use consilium_model::Secret;
use std::ops::RangeInclusive;

/// How many digits a password usually has.
pub(crate) const DIGITS: u32 = 6;
/// How many digits are sent: other servers may have shorter or longer ones.
const SENT: RangeInclusive<usize> = 4..=10;

/// The form for the one-time password.
pub(crate) struct Otp {
    pub(crate) key: VisitKey,
    /// What is opened afterwards.
    pub(crate) then: Retry,
    pub(crate) medme: MedMe,
    pub(crate) busy: Option<OtpStep>,
    pub(crate) sent: bool,
    pub(crate) problem: Option<ProblemCode>,
}

/// The first digits of the scripts that people type numbers in; the other nine of a script follow its first.
const ZEROS: [char; 13] = ['0', '٠', '۰', '߀', '०', '০', '੦', '૦', '௦', '๐', '០', '᠐', '０'];

/// The digits of a password as typed or pasted, in ASCII. `None` when it cannot be one.
pub(crate) fn digits(typed: &Secret) -> Option<Secret> {
    let mut digits = String::with_capacity(typed.expose().len());
    for letter in typed.expose().chars().filter(|letter| !is_separator(*letter)) {
        digits.push(ascii_digit(letter)?);
    }
    SENT.contains(&digits.len()).then(|| digits.into())
}

fn ascii_digit(letter: char) -> Option<char> {
    let value = |zero: &char| u32::from(letter).checked_sub(u32::from(*zero)).filter(|value| *value < 10);
    ZEROS.iter().find_map(value).and_then(|value| char::from_digit(value, 10))
}

/// Spaces, dashes, and the marks of direction that come along when a number is copied out of a Hebrew message.
fn is_separator(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '-' | '.' | '−' | '\u{2010}'..='\u{2015}')
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_number_however_it_was_typed() {
        for typed in
            ["123456", " 123 456 ", "123-456", "١٢٣٤٥٦", "۱۲۳۴۵۶", "１２３４５６", "\u{200f}12–34–56\u{2069}"]
        {
            assert_eq!(digits(&typed.into()), Some("123456".into()), "{typed}");
        }
    }

    #[test]
    fn refuses_what_is_no_number() {
        for typed in ["", "   ", "12", "12345678901", "12345x", "½23456", "one two"] {
            assert_eq!(digits(&typed.into()), None, "{typed}");
        }
    }
}
