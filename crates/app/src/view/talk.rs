//! A call as a telephone has it.

use serde::Serialize;
use ts_rs::TS;

/// A call as a telephone has it: it has no planned length, and is over when people hang up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TalkView {
    /// How far it is.
    pub state: TalkState,
    /// What hanging up does.
    pub hang_up: HangUp,
    /// The same people can be called again.
    pub can_call_again: bool,
    /// They are being called again.
    pub busy: bool,
}

/// How far a call is. What counts is as of this view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum TalkState {
    /// Nobody has come yet, and somebody may.
    Calling,
    /// Nobody has come, and nobody is known to be on the way.
    Nobody {
        /// In so many milliseconds it ends by itself.
        #[ts(type = "number")]
        ends_ms: u64,
    },
    /// There is somebody to talk to.
    Talking {
        /// Since the first one came, in milliseconds. It counts on.
        #[ts(type = "number")]
        ms: u64,
    },
    /// Nobody is on the line now: somebody is called, has put it on hold, or has lost the line.
    Away {
        /// As above.
        #[ts(type = "number")]
        ms: u64,
    },
    /// Everybody has gone.
    Alone {
        /// In so many milliseconds it ends by itself.
        #[ts(type = "number")]
        ends_ms: u64,
    },
    /// It is over.
    Over {
        /// How long people have talked; missing when nobody has come, or it was not seen from here.
        seconds: Option<u32>,
    },
}

/// What hanging up does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum HangUp {
    /// It ends the call: there is one other end, or none.
    Ends,
    /// The others go on.
    Leaves,
    /// The others go on, or the call ends for everybody: whoever has called chooses.
    Asks,
}
