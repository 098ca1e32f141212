//! Times as `Wed, 08 Jun 2016 13:34:00 GMT` (RFC 1123, section 5.2.14; RFC 9110, section 5.6.7).
//!
//! What is written in that form is read as the same second and written the same again. Clients also send RFC 3339,
//! with what is smaller than a second left out, and the PHP SDK an offset without a colon.

use serde::{Deserialize, Deserializer, Serializer};
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

const RFC_1123: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
const BARE_OFFSET: &[BorrowedFormatItem<'_>] = format_description!(
    "[year]-[month]-[day]T[hour]:[minute]:[second][offset_hour sign:mandatory][offset_minute]"
);
/// Years that leave room for sums.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9000;

/// The time as text. `at` lies in a year with four digits.
pub fn format(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC).format(RFC_1123).expect("a date with four digits has this form")
}

/// The second that a text means; `None` when it is no date of the years 1970 to 9000, or names another weekday than
/// the date has.
pub fn parse(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim();
    let at = parse_http(text)
        .or_else(|| OffsetDateTime::parse(text, &Rfc3339).ok())
        .or_else(|| OffsetDateTime::parse(text, BARE_OFFSET).ok())?;
    let at = at.to_offset(UtcOffset::UTC).replace_nanosecond(0).ok()?;
    YEARS.contains(&at.year()).then_some(at)
}

/// RFC 2822 knows the same names, and besides `GMT` the offsets that some clients write.
fn parse_http(text: &str) -> Option<OffsetDateTime> {
    let at = OffsetDateTime::parse(text, &Rfc2822).ok()?;
    let (weekday, _) = text.split_once(',')?;
    let is_that_day = at.weekday().to_string().get(..3)?.eq_ignore_ascii_case(weekday.trim());
    (is_that_day && at.nanosecond() == 0).then_some(at)
}

/// For `#[serde(with)]`.
pub fn serialize<S: Serializer>(at: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format(*at))
}

/// For `#[serde(with)]`.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OffsetDateTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| serde::de::Error::custom("expected a date of RFC 1123"))
}

/// The same for a time that may be missing.
pub mod option {
    use serde::{Deserialize, Deserializer, Serializer};
    use time::OffsetDateTime;

    /// For `#[serde(with)]`.
    pub fn serialize<S: Serializer>(at: &Option<OffsetDateTime>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => super::serialize(at, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// For `#[serde(with)]`.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<OffsetDateTime>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        let read = |text: String| {
            super::parse(&text).ok_or_else(|| serde::de::Error::custom("expected a date of RFC 1123"))
        };
        text.map(read).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::datetime;

    const EXAMPLE: OffsetDateTime = datetime!(2016-06-08 13:34 UTC);

    fn seconds() -> impl Strategy<Value = i64> {
        datetime!(1970-01-01 00:00 UTC).unix_timestamp()..datetime!(9000-12-31 23:59:59 UTC).unix_timestamp()
    }

    proptest! {
        #[test]
        fn every_second_comes_back_exactly(second in seconds()) {
            let at = OffsetDateTime::from_unix_timestamp(second).unwrap();
            let text = format(at);
            prop_assert_eq!(text.len(), 29);
            prop_assert_eq!(parse(&text), Some(at));
            prop_assert_eq!(format(parse(&text).unwrap()), text);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            if let Some(at) = parse(&text) {
                prop_assert_eq!(parse(&format(at)), Some(at));
            }
        }

        #[test]
        fn rfc_3339_is_read_in_every_offset(second in seconds(), quarters in -56_i32..=56, nano in 0..1_000_000_000_u32) {
            let at = OffsetDateTime::from_unix_timestamp(second).unwrap();
            let offset = UtcOffset::from_whole_seconds(quarters * 900).unwrap();
            let there = at.replace_nanosecond(nano).unwrap().to_offset(offset);
            prop_assume!((1971..9000).contains(&at.year()));
            prop_assert_eq!(parse(&there.format(&Rfc3339).unwrap()), Some(at));
        }
    }

    #[test]
    fn the_forms_that_the_published_clients_send_are_one_time() {
        for text in [
            "Wed, 08 Jun 2016 13:34:00 GMT",
            "wed, 8 jun 2016 13:34:00 gmt",
            "Wed, 08 Jun 2016 16:34:00 +0300",
            "2016-06-08T13:34:00Z",
            "2016-06-08T13:34:00.000Z",
            "2016-06-08T16:34:00+03:00",
            "2016-06-08T16:34:00+0300",
        ] {
            assert_eq!(parse(text), Some(EXAMPLE), "{text}");
        }
        assert_eq!(format(EXAMPLE), "Wed, 08 Jun 2016 13:34:00 GMT");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "noon",
            "Thu, 08 Jun 2016 13:34:00 GMT",
            "Wed, 31 Jun 2016 13:34:00 GMT",
            "Wed, 08 Jun 2016 24:00:00 GMT",
            "Wed, 08 Jun 2016",
            "1465392840",
            "9001-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
