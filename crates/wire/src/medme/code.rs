//! The error codes and their HTTP statuses.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $http:literal, $description:literal;)*) => {
        /// An error code of the protocol.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Code {
            /// Every code, in the order of the protocol page.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// The HTTP status it is sent with.
            pub const fn http_status(self) -> u16 {
                match self { $(Self::$name => $http),* }
            }

            /// The English description it is sent with.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$name => $description),* }
            }

            /// The code with that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == name)
            }
        }
    };
}

codes! {
    /// The server failed.
    UnknownError = "UNKNOWN_ERROR", 500, "Unknown Error";
    /// The API key is wrong.
    Unauthorized = "UNAUTHORIZED", 401, "Wrong APIKEY";
    /// A field has a wrong form; `errors` says which.
    ValidationError = "VALIDATION_ERROR", 400, "Validation error";
    /// The token's time is over.
    ExpiredToken = "EXPIRED_TOKEN", 403, "Token is expired";
    /// No such token.
    AccessTokenNotFound = "ACCESS_TOKEN_NOT_FOUND", 401, "Access token is not found";
    /// Fields are missing; `expect_fields` says which.
    ExpectRequestFields = "EXPECT_REQUEST_FIELDS", 400, "Expect request fields";
    /// The one-time password comes first.
    OtpExpect = "OTP_EXPECT", 400, "One-time password is expected";
    /// The one-time password is wrong.
    OtpWrongCode = "OTP_WRONG_CODE", 400, "One-time password is wrong";
    /// No token was sent.
    ExpectAccessToken = "EXPECT_ACCESS_TOKEN", 401, "Access token is expected";
    /// No conference token was sent.
    ExpectConferenceToken = "EXPECT_CONFERENCE_TOKEN", 400, "Conference token is expected";
    /// Someone needed is missing.
    ConferenceIsNotReadyForStart = "CONFERENCE_IS_NOT_READY_FOR_START", 400, "Conference is not ready for start";
    /// Joining is not possible in this status.
    ConferenceCannotJoin = "CONFERENCE_CANNOT_JOIN", 400, "Conference cannot be joined";
    /// The participant is in already.
    ClientAlreadyJoined = "CLIENT_ALREADY_JOINED", 400, "Participant has already joined";
    /// The participant is not in.
    ClientShouldBeJoined = "CLIENT_SHOULD_BE_JOINED", 400, "Participant should be joined";
    /// The specialist is not in.
    SpecialistShouldBeJoined = "SPECIALIST_SHOULD_BE_JOINED", 400, "Specialist should be joined";
    /// Only a specialist of this conference may do this.
    ConferenceWrongSpecialist = "CONFERENCE_WRONG_SPECIALIST", 400, "Not a specialist of this conference";
    /// Only a client of this conference may do this.
    ConferenceWrongClient = "CONFERENCE_WRONG_CLIENT", 400, "Not a client of this conference";
    /// Starting is not possible in this status.
    ConferenceCannotBeStarted = "CONFERENCE_CANNOT_BE_STARTED", 400, "Conference cannot be started";
    /// Cancelling is not possible in this status.
    ConferenceCannotBeCancelled = "CONFERENCE_CANNOT_BE_CANCELLED", 400, "Conference cannot be cancelled";
    /// Finishing is not possible in this status.
    ConferenceCannotBeFinished = "CONFERENCE_CANNOT_BE_FINISHED", 400, "Conference cannot be finished";
    /// Opening is not possible in this status or at this time.
    ConferenceCannotBeOpenedForJoin = "CONFERENCE_CANNOT_BE_OPENED_FOR_JOIN", 400, "Conference cannot be opened for joining";
    /// An ended conference cannot be edited.
    ConferenceCannotBeEdited = "CONFERENCE_CANNOT_BE_EDITED", 400, "Conference cannot be edited";
    /// The user does not take part in this conference.
    UserShouldBeInConference = "USER_SHOULD_BE_IN_CONFERENCE", 400, "User should be in the conference";
    /// The status machine has no such step.
    ConferenceWrongStatusChange = "CONFERENCE_WRONG_STATUS_CHANGE", 400, "Wrong status change";
    /// The three minutes of the restore are over, or it was cancelled from outside.
    RestoreFastTimedOut = "RESTORE_FAST_TIMED_OUT", 400, "Restore time is over";
}
