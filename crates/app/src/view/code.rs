//! Codes of what happened. `locales/` has the words for every one.

use serde::Serialize;
use ts_rs::TS;

/// An enum that can be counted through, so that tests miss no code.
macro_rules! codes {
    ($(#[$outer:meta])* pub enum $name:ident { $($(#[$inner:meta])* $code:ident,)+ }) => {
        $(#[$outer])*
        pub enum $name { $($(#[$inner])* $code,)+ }

        impl $name {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$code),+];
        }
    };
}

codes! {
    /// What happened. Each has words in every language: `problem-<code>` and `problem-<code>-hint`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
    #[serde(rename_all = "kebab-case")]
    #[ts(export)]
    pub enum ProblemCode {
        /// The link is not one of ours, or is cut off.
        BadLink,
        /// The server does not know the token.
        UnknownLink,
        /// The link's time is over.
        ExpiredLink,
        /// The server is not there.
        Unreachable,
        /// The server did not answer in time.
        Timeout,
        /// The server's certificate is not trusted.
        Certificate,
        /// The server answered something that is not of the protocol.
        BadAnswer,
        /// The server failed.
        ServerFailed,
        /// Login or password is wrong.
        WrongPassword,
        /// Tried too often.
        TooManyAttempts,
        /// The sign-in is over; sign in again.
        SignInAgain,
        /// The address of the server is not one.
        BadServer,
        /// The one-time password comes first, which this server asks for.
        OtpExpected,
        /// The one-time password was wrong, or is too old.
        OtpWrong,
        /// The one-time password could not be sent.
        OtpNotSent,
        /// The visit has ended: nothing about it can be changed.
        CannotEdit,
        /// The call is in a web room whose address this application was not told.
        NoWebRoom,
        /// The system's browser could not be opened.
        NoBrowser,
        /// Too early to open the visit.
        TooEarly,
        /// Somebody needed is not in yet.
        NotReady,
        /// This step is not possible now; the state was read again.
        NotPossibleNow,
        /// Only another role may do this.
        NotAllowed,
        /// The three minutes for taking the end back are over.
        RestoreTooLate,
        /// The call is full.
        RoomFull,
        /// The same person came in from another place.
        Replaced,
        /// The link lets one person in, and is used on another device.
        LinkInUse,
        /// The call's server closed the room.
        RoomRefused,
        /// The page lost its drawing engine.
        PictureFailed,
        /// More than 20,000 characters.
        MessageTooLong,
        /// The messenger does not take the message as it is.
        MessageRefused,
        /// The user is not, or no longer, in the conversation.
        ConversationGone,
        /// Somebody was quicker to close the topic.
        TopicEnded,
        /// The file is larger than the messenger takes.
        FileTooLarge,
        /// The file is not what such a message carries.
        FileRefused,
        /// The clinic's server has no room for the file now.
        NoRoomForFile,
        /// The file is not there any more, or not as it was.
        FileGone,
        /// More files than are taken at once.
        TooManyFiles,
        /// The file could not be fetched or written.
        FileNotSaved,
        /// There is no microphone, or it is in use.
        NoMicrophone,
        /// The voice message could not be fetched or understood.
        CannotPlay,
        /// There is no speaker, or it cannot be opened.
        NoSpeaker,
        /// The clinic's server knows no invitations from a chat.
        InviteNotSetUp,
        /// The user may not invite in this conversation.
        InviteNotAllowed,
        /// Nobody is in the conversation who could be invited.
        InviteNobody,
        /// The server does not take the title.
        InviteTitle,
        /// Another device of the same user has taken the call.
        AnsweredElsewhere,
        /// The call has ended.
        CallOver,
        /// Nobody who could be called is among those chosen.
        NobodyToCall,
        /// More people than one call takes.
        TooManyPeople,
        /// A name or a role is missing, too long, or not a line of text.
        BadName,
    }
}

codes! {
    /// A notice that does not block. Each has words in every language: `notice-<code>`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
    #[serde(rename_all = "kebab-case")]
    #[ts(export)]
    pub enum NoticeCode {
        /// The clinic has changed the visit's information.
        InfoChanged,
        /// The keychain is not there: the sign-in is forgotten when the app closes.
        NotRemembered,
        /// There is no speaker, or it cannot be opened: the others are not heard.
        NoSpeaker,
        /// Five minutes of the schedule are left.
        FiveMinutesLeft,
        /// One minute of the schedule is left.
        OneMinuteLeft,
        /// A client asks for a longer visit.
        MoreTimeAsked,
        /// The visit is longer now.
        Extended,
        /// The chosen device went away; another one is used.
        DeviceChanged,
        /// What was said to somebody who knocks did not reach the server.
        KnockNotAnswered,
        /// Another device of the same user has taken the call.
        AnsweredElsewhere,
        /// The call had ended before it was taken.
        CallOver,
        /// The visit was paused, or what was shown to the others is gone; they see it no more.
        ShareEnded,
    }
}
