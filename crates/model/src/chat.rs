//! Chat values: what a session, a message and a topic are (family-doctor messenger, "Kinds").
//!
//! The numbers are those of the protocol. A number that it does not know, or keeps for later, is not a value here.

use serde::{Deserialize, Serialize};

/// A number that stands for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} stands for nothing here")]
pub struct UnknownNumber(pub u8);

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $number:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "u8", try_from = "u8")]
        #[repr(u8)]
        pub enum $name {
            $($(#[$variant_doc])* $variant = $number,)*
        }

        impl $name {
            /// All of them, by number.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
        }

        impl From<$name> for u8 {
            fn from(value: $name) -> Self {
                value as Self
            }
        }

        impl TryFrom<u8> for $name {
            type Error = UnknownNumber;

            fn try_from(number: u8) -> Result<Self, UnknownNumber> {
                match number {
                    $($number => Ok(Self::$variant),)*
                    unknown => Err(UnknownNumber(unknown)),
                }
            }
        }
    };
}

numbered! {
    /// What a message is.
    MessageKind {
        /// From the system itself.
        System = 0,
        /// Words.
        Text = 1,
        /// A picture.
        Image = 2,
        /// A voice message.
        Voice = 3,
        /// An article.
        Article = 4,
        /// A card that opens something.
        Jump = 5,
        /// A topic was opened.
        TopicStarted = 6,
        /// A topic was closed.
        TopicEnded = 7,
        /// Somebody's words, forwarded.
        ForwardedText = 8,
        /// Somebody's picture, forwarded.
        ForwardedImage = 9,
        /// Words that closed a topic.
        ClosingText = 10,
        /// A short video.
        Video = 12,
    }
}

impl MessageKind {
    /// A person may send it. The others are written by the server.
    pub const fn is_sent_by_people(self) -> bool {
        match self {
            Self::Text
            | Self::Image
            | Self::Voice
            | Self::Article
            | Self::Jump
            | Self::ForwardedText
            | Self::ForwardedImage
            | Self::Video => true,
            Self::System | Self::TopicStarted | Self::TopicEnded | Self::ClosingText => false,
        }
    }

    /// It is about a file.
    pub const fn has_attachment(self) -> bool {
        matches!(self, Self::Image | Self::Voice | Self::ForwardedImage | Self::Video)
    }
}

numbered! {
    /// What a session is.
    SessionKind {
        /// From the system to one person.
        System = 0,
        /// A patient and a team.
        Consultation = 1,
        /// Two people.
        OneToOne = 2,
        /// A team.
        Group = 3,
    }
}

impl SessionKind {
    /// Where its messages are kept: each kind has a store of its own.
    pub const fn store(self) -> &'static str {
        match self {
            Self::System => "system_messages",
            Self::Consultation => "muc_messages",
            Self::OneToOne => "p2p_messages",
            Self::Group => "group_messages",
        }
    }
}

numbered! {
    /// Whether a patient is in a session.
    BusinessKind {
        /// None is.
        WithoutPatient = 1,
        /// One is.
        WithPatient = 2,
    }
}

/// Where a topic stands. On the wire two numbers, `status` and `reply`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TopicState {
    /// Nobody has answered yet.
    New,
    /// Somebody has answered.
    Answered,
    /// It was closed before anybody answered; not counted as unanswered.
    EndedUnanswered,
    /// It was closed after an answer.
    Ended,
}

impl TopicState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::New, Self::Answered, Self::EndedUnanswered, Self::Ended];

    /// `status` and `reply`.
    pub const fn numbers(self) -> (u8, u8) {
        match self {
            Self::New => (0, 0),
            Self::Answered => (0, 1),
            Self::EndedUnanswered => (10, 0),
            Self::Ended => (10, 1),
        }
    }

    /// From `status` and `reply`.
    pub const fn from_numbers(status: u8, reply: u8) -> Option<Self> {
        match (status, reply) {
            (0, 0) => Some(Self::New),
            (0, 1) => Some(Self::Answered),
            (10, 0) => Some(Self::EndedUnanswered),
            (10, 1) => Some(Self::Ended),
            _ => None,
        }
    }

    /// It is closed.
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::EndedUnanswered | Self::Ended)
    }

    /// After somebody of the team has written.
    pub const fn answered(self) -> Self {
        match self {
            Self::New | Self::Answered => Self::Answered,
            ended @ (Self::EndedUnanswered | Self::Ended) => ended,
        }
    }

    /// After it was closed. Closing it again changes nothing.
    pub const fn ended(self) -> Self {
        match self {
            Self::New | Self::EndedUnanswered => Self::EndedUnanswered,
            Self::Answered | Self::Ended => Self::Ended,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_numbers_are_refused() {
        let known: Vec<u8> = (0..=u8::MAX).filter(|number| MessageKind::try_from(*number).is_ok()).collect();
        assert_eq!(known, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]);
        for kind in MessageKind::ALL {
            assert_eq!(MessageKind::try_from(u8::from(*kind)), Ok(*kind));
        }
        assert!(serde_json::from_str::<MessageKind>("11").is_err());
    }

    #[test]
    fn a_topic_is_two_numbers() {
        for state in TopicState::ALL {
            let (status, reply) = state.numbers();
            assert_eq!(TopicState::from_numbers(status, reply), Some(state));
            assert!(state.ended().is_ended() && state.ended().ended() == state.ended());
            assert_eq!(state.ended().answered(), state.ended(), "an answer that comes late opens nothing");
        }
        assert_eq!(TopicState::New.ended().numbers(), (10, 0));
        assert_eq!(TopicState::New.answered().ended().numbers(), (10, 1));
    }
}
