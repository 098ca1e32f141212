//! How a call went, in figures: what each participant tells the server afterwards, for the record of the visit.
//!
//! | route below `/home/v1` | body | answer |
//! | --- | --- | --- |
//! | `POST call_summary` | [`CallSummary`] | 204; 400 when it is not sound or nobody could have called yet; 429 within 5 s of the last |
//! | `GET call_record` | | [`CallRecord`]; for the specialists of the visit only |
//!
//! Both carry `Authorization: Bearer <access token of the visit>`. No media, no names, no addresses: participants are
//! told apart by their role alone.

use consilium_model::Role;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// So many of the others are told of at most; somebody who came again counts as another one.
pub const MAX_PEERS: usize = 16;
/// The server keeps so many summaries of one participant of one visit: the newest.
pub const MAX_SUMMARIES: usize = 8;

/// A participant's figures of one call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSummary {
    /// One row for each of the others who was connected at all, at most [`MAX_PEERS`].
    pub peers: Vec<PeerSummary>,
}

/// The figures of the call with one of the others, as they were at this end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerSummary {
    /// The role of the other one.
    pub with: Role,
    /// How long media could flow.
    pub seconds: u32,
    /// Packets that got lost on the way here, in tenths of a percent.
    pub lost: Option<Spread>,
    /// The round trip in milliseconds.
    pub round_trip_ms: Option<Spread>,
    /// Sound that had to be made up, in tenths of a percent.
    pub concealed: u16,
    /// How long the picture stood still.
    pub frozen_ms: u32,
    /// The least that the other one got of the own camera because of the line.
    pub worst: Sent,
    /// How often the way to the other one was lost and found again.
    pub reconnects: u16,
}

/// A figure over a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// The mean.
    pub mean: u16,
    /// What it stayed below for 95 % of the time.
    pub p95: u16,
}

/// How much of a camera was sent, from the most to the least.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sent {
    /// As much as the other one wanted.
    #[default]
    Full,
    /// A smaller picture, or fewer of them.
    Smaller,
    /// One picture a second.
    Slides,
    /// Sound alone.
    AudioOnly,
}

/// How the calls of a visit went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// The summaries, oldest first.
    pub summaries: Vec<RecordedSummary>,
}

/// A summary with who gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedSummary {
    /// The role of the one who gave it.
    pub by: Role,
    /// When it came.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The summary.
    pub summary: CallSummary,
}

/// Shares are in tenths of a percent.
const WHOLE: u16 = 1000;
/// No call is longer; whoever says so is wrong.
const LONGEST: u32 = 7 * 24 * 3600;

impl CallSummary {
    /// Whether it can be true. A server stores no other.
    pub fn is_sound(&self) -> bool {
        self.peers.len() <= MAX_PEERS && self.peers.iter().all(PeerSummary::is_sound)
    }
}

impl PeerSummary {
    fn is_sound(&self) -> bool {
        self.seconds <= LONGEST
            && self.frozen_ms / 1000 <= LONGEST
            && self.concealed <= WHOLE
            && self.lost.is_none_or(|lost| lost.mean <= WHOLE && lost.p95 <= WHOLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary() -> PeerSummary {
        PeerSummary {
            with: Role::Client,
            seconds: 900,
            lost: Some(Spread { mean: 12, p95: 48 }),
            round_trip_ms: None,
            concealed: 7,
            frozen_ms: 2400,
            worst: Sent::Smaller,
            reconnects: 1,
        }
    }

    #[test]
    fn what_cannot_be_true_is_not_sound() {
        let sound = |peers| CallSummary { peers }.is_sound();
        assert!(sound(vec![]) && sound(vec![summary(); MAX_PEERS]));
        assert!(!sound(vec![summary(); MAX_PEERS + 1]));
        assert!(!sound(vec![PeerSummary { concealed: 1001, ..summary() }]));
        assert!(!sound(vec![PeerSummary { lost: Some(Spread { mean: 0, p95: 1001 }), ..summary() }]));
        assert!(!sound(vec![PeerSummary { seconds: u32::MAX, ..summary() }]));
        assert!(!sound(vec![PeerSummary { frozen_ms: u32::MAX, ..summary() }]));
    }

    #[test]
    fn nothing_but_figures_and_roles_goes_over_the_wire() {
        let json = serde_json::to_value(summary()).unwrap();
        let names: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
        let mut expected =
            ["with", "seconds", "lost", "round_trip_ms", "concealed", "frozen_ms", "worst", "reconnects"];
        expected.sort_unstable();
        assert_eq!(names, expected);
    }
}
