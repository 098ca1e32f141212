//! The languages of the product and the two verticals.

use serde::{Deserialize, Serialize};

/// A language of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Russian, the protocol's default (`medme.md`, `l10n`).
    #[default]
    Ru,
    /// English.
    En,
    /// Hebrew, written from right to left.
    He,
}

/// Which way a language is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

impl Locale {
    /// Every language of the product.
    pub const ALL: [Self; 3] = [Self::Ru, Self::En, Self::He];

    /// The language tag: `ru`, `en` or `he`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
            Self::He => "he",
        }
    }

    /// Reads `he`, `he-IL`, `he_IL.UTF-8` or the old code `iw` alike; the language decides, the region does not.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_', '.']).next()?.to_ascii_lowercase();
        match language.as_str() {
            "ru" => Some(Self::Ru),
            "en" => Some(Self::En),
            "he" | "iw" => Some(Self::He),
            _ => None,
        }
    }

    /// Which way it is written.
    pub const fn direction(self) -> Direction {
        match self {
            Self::Ru | Self::En => Direction::Ltr,
            Self::He => Direction::Rtl,
        }
    }
}

/// The words for the roles: doctor and patient, or specialist and client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Vertical {
    /// Doctor and patient.
    #[default]
    Medicine,
    /// Specialist and client.
    General,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_tags_of_the_api_the_sdk_and_the_system() {
        for (tag, locale) in [
            ("ru", Some(Locale::Ru)),
            ("ru-ru", Some(Locale::Ru)),
            ("en_US.UTF-8", Some(Locale::En)),
            ("iw-IL", Some(Locale::He)),
            ("", None),
            ("de-de", None),
        ] {
            assert_eq!(Locale::from_tag(tag), locale, "{tag}");
        }
    }
}
