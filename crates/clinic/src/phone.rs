//! The clinic's telephone number, for those whose line carries no call.

use std::fmt;
use std::str::FromStr;

/// So many digits has a number at least: the shortest ones are for emergencies.
const FEWEST_DIGITS: usize = 3;
/// So many it has at most (ITU-T E.164, with room for an extension).
const MOST_DIGITS: usize = 20;
/// As it is written for people.
const LONGEST: usize = 32;

/// A telephone number as it is written for people: digits, a leading `+`, and what sets groups apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

/// The text is not a telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a telephone number such as \"+1 555 010-0100\"")]
pub struct NotAPhone;

impl FromStr for Phone {
    type Err = NotAPhone;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let groups = text.strip_prefix('+').unwrap_or(text);
        let is_of_number = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.');
        let digits = groups.chars().filter(char::is_ascii_digit).count();
        let fits = text.len() <= LONGEST && (FEWEST_DIGITS..=MOST_DIGITS).contains(&digits);
        if fits && groups.chars().all(is_of_number) { Ok(Self(text.to_owned())) } else { Err(NotAPhone) }
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_as_people_write_them_and_nothing_else_is() {
        for number in ["+1 555 010-0100", "8 (800) 555-01-01", "103"] {
            assert_eq!(number.parse::<Phone>().map(|phone| phone.to_string()), Ok(number.to_owned()));
        }
        for text in
            ["", "+", "12", "call us", "+1 555 +010", "1;ext=5", "<b>103</b>", "1\n03", &"1".repeat(21)]
        {
            assert_eq!(text.parse::<Phone>(), Err(NotAPhone), "{text}");
        }
    }
}
