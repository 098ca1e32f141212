//! From errors to codes that have words.

use crate::view::ProblemCode;
use consilium_client::{CallRefusal, ClientError, InviteError};
use consilium_wire::im::FailureCode;
use consilium_wire::link::LinkError;
use consilium_wire::medme::Code;
use consilium_wire::room::RoomError;

/// The code for a failed request.
pub(crate) const fn of_client(error: &ClientError) -> ProblemCode {
    match error {
        ClientError::Unreachable => ProblemCode::Unreachable,
        ClientError::Timeout => ProblemCode::Timeout,
        ClientError::Certificate => ProblemCode::Certificate,
        ClientError::BadAnswer(_) => ProblemCode::BadAnswer,
        ClientError::ServerFailed { .. } => ProblemCode::ServerFailed,
        ClientError::Unauthorized => ProblemCode::SignInAgain,
        ClientError::TooManyAttempts => ProblemCode::TooManyAttempts,
        ClientError::Declined(code) => of_messenger(*code),
        ClientError::NotCalled(why) => of_call(*why),
        ClientError::Refused(refusal) => match refusal.code {
            Some(code) => of_code(code),
            None if matches!(refusal.http, 401 | 403 | 404 | 410) => ProblemCode::UnknownLink,
            None => ProblemCode::BadAnswer,
        },
    }
}

const fn of_code(code: Code) -> ProblemCode {
    match code {
        Code::AccessTokenNotFound | Code::ExpectAccessToken | Code::UserShouldBeInConference => {
            ProblemCode::UnknownLink
        }
        Code::ExpiredToken => ProblemCode::ExpiredLink,
        Code::OtpExpect => ProblemCode::OtpExpected,
        Code::OtpWrongCode => ProblemCode::OtpWrong,
        Code::ConferenceCannotBeEdited => ProblemCode::CannotEdit,
        Code::ConferenceIsNotReadyForStart | Code::SpecialistShouldBeJoined => ProblemCode::NotReady,
        Code::ConferenceWrongSpecialist | Code::ConferenceWrongClient => ProblemCode::NotAllowed,
        Code::RestoreFastTimedOut => ProblemCode::RestoreTooLate,
        Code::UnknownError => ProblemCode::ServerFailed,
        Code::Unauthorized
        | Code::ValidationError
        | Code::ExpectRequestFields
        | Code::ExpectConferenceToken => ProblemCode::BadAnswer,
        Code::ConferenceCannotJoin
        | Code::ClientAlreadyJoined
        | Code::ClientShouldBeJoined
        | Code::ConferenceCannotBeStarted
        | Code::ConferenceCannotBeCancelled
        | Code::ConferenceCannotBeFinished
        | Code::ConferenceCannotBeOpenedForJoin
        | Code::ConferenceWrongStatusChange => ProblemCode::NotPossibleNow,
    }
}

/// The code for what the messenger declined.
pub(crate) const fn of_messenger(code: FailureCode) -> ProblemCode {
    match code {
        FailureCode::BadRequest | FailureCode::KindNotAllowed => ProblemCode::MessageRefused,
        FailureCode::Unauthorized => ProblemCode::SignInAgain,
        FailureCode::Forbidden | FailureCode::NotFound => ProblemCode::ConversationGone,
        FailureCode::Conflict => ProblemCode::NotPossibleNow,
        FailureCode::TopicEnded => ProblemCode::TopicEnded,
        FailureCode::TooLarge => ProblemCode::MessageTooLong,
        FailureCode::WrongMedia => ProblemCode::FileRefused,
        FailureCode::TooMany => ProblemCode::TooManyAttempts,
        FailureCode::Internal => ProblemCode::ServerFailed,
        FailureCode::NoRoom => ProblemCode::NoRoomForFile,
    }
}

/// The code for an invitation that did not work.
pub(crate) const fn of_invite(error: &InviteError) -> ProblemCode {
    match error {
        InviteError::NotOffered => ProblemCode::InviteNotSetUp,
        InviteError::NotAllowed => ProblemCode::InviteNotAllowed,
        InviteError::BadTitle => ProblemCode::InviteTitle,
        InviteError::Nobody => ProblemCode::InviteNobody,
        InviteError::NotUnderstood => ProblemCode::BadAnswer,
        InviteError::Client(error) => of_client(error),
    }
}

/// The code for why the server does not call.
pub(crate) const fn of_call(why: CallRefusal) -> ProblemCode {
    match why {
        CallRefusal::AnsweredElsewhere => ProblemCode::AnsweredElsewhere,
        CallRefusal::Over => ProblemCode::CallOver,
        CallRefusal::NobodyToCall => ProblemCode::NobodyToCall,
        CallRefusal::TooManyPeople => ProblemCode::TooManyPeople,
        CallRefusal::BadName => ProblemCode::BadName,
        CallRefusal::NotFound => ProblemCode::NotPossibleNow,
    }
}

/// The code for a room that closed.
pub(crate) const fn of_room(error: RoomError) -> ProblemCode {
    match error {
        RoomError::Full => ProblemCode::RoomFull,
        RoomError::Replaced => ProblemCode::Replaced,
        RoomError::NotAllowed => ProblemCode::NotAllowed,
        RoomError::BadMessage
        | RoomError::TooLarge
        | RoomError::TooFast
        | RoomError::BadToken
        | RoomError::NotJoined
        | RoomError::Ended
        | RoomError::UnknownPeer => ProblemCode::RoomRefused,
    }
}

/// The code for a link that was not understood.
pub(crate) const fn of_link(error: LinkError) -> ProblemCode {
    match error {
        LinkError::TooLong
        | LinkError::NotAUrl
        | LinkError::Foreign
        | LinkError::NoServer
        | LinkError::NoToken => ProblemCode::BadLink,
    }
}
