//! What can go wrong between the app and a clinic server, and what follows from it.

use consilium_model::Secret;
use consilium_wire::im::FailureCode;
use consilium_wire::medme::Code;

/// Why a request or a connection failed. Holds neither URL nor token nor body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// No connection: wrong name, closed port, no network, or the connection broke off.
    #[error("the server is not reached")]
    Unreachable,
    /// No whole answer in time.
    #[error("the server did not answer in time")]
    Timeout,
    /// The server's certificate is not trusted.
    #[error("the server's certificate is not trusted")]
    Certificate,
    /// An answer that is not of the protocol: another service, a captive portal, a proxy's page.
    #[error("the answer is not of the protocol: {0:?}")]
    BadAnswer(BadAnswer),
    /// The server understood and said no.
    #[error("refused with HTTP {}", .0.http)]
    Refused(Refusal),
    /// The messenger understood and said no. Never `unauthorized`, `too_many` or `internal`: those are
    /// [`ClientError::Unauthorized`], [`ClientError::TooManyAttempts`] and [`ClientError::ServerFailed`] here, too.
    #[error("the messenger declined: {0:?}")]
    Declined(FailureCode),
    /// The server does not call, or lets nobody into a call, and says why.
    #[error("not called: {0:?}")]
    NotCalled(CallRefusal),
    /// The server failed.
    #[error("the server failed with HTTP {http}")]
    ServerFailed {
        /// The HTTP status.
        http: u16,
    },
    /// The sign-in is wrong or over.
    #[error("not signed in")]
    Unauthorized,
    /// Tried too often.
    #[error("tried too often")]
    TooManyAttempts,
}

/// In which way an answer is not of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadAnswer {
    /// Not JSON.
    NotJson,
    /// JSON of another shape.
    WrongSchema,
    /// Larger than [`crate::Timing`] allows.
    TooLarge,
    /// Leads to another host.
    Redirected,
    /// No TLS, or a TLS that this client does not speak.
    NoTls,
    /// An HTTP answer where a WebSocket should be: there is none.
    NoWebSocket,
}

/// Why the server does not call, or lets nobody into a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallRefusal {
    /// Another device of the same user has taken the call.
    AnsweredElsewhere,
    /// The call does not ring any more, or the visit does not run.
    Over,
    /// Nobody who could be called was named.
    NobodyToCall,
    /// More people than a call takes.
    TooManyPeople,
    /// A name is missing, too long or not a line of text.
    BadName,
    /// There is no such call, visit or person, or it is none of the asker's business; or the server has no calls.
    NotFound,
}

/// A refusal in the protocol's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status; 200 when the body alone says no.
    pub http: u16,
    /// The code, when this client knows it.
    pub code: Option<Code>,
    /// The code as it came, at most 64 letters; it came from outside and is therefore not printed.
    pub name: Secret,
}

impl ClientError {
    /// The same request may succeed later although nobody changes anything.
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable | Self::Timeout | Self::BadAnswer(_) => true,
            Self::ServerFailed { .. } | Self::TooManyAttempts => true,
            Self::Certificate | Self::Unauthorized => false,
            Self::Refused(_) | Self::Declined(_) | Self::NotCalled(_) => false,
        }
    }

    /// The specialist has to sign in again.
    pub const fn requires_sign_in(&self) -> bool {
        matches!(self, Self::Unauthorized)
    }

    /// The link's token is unknown, missing, its time is over, or its user takes no part any more: asking again with
    /// it is useless.
    pub fn is_gone(&self) -> bool {
        let Self::Refused(refusal) = self else { return false };
        match refusal.code {
            Some(code) => {
                matches!(
                    code,
                    Code::AccessTokenNotFound
                        | Code::ExpiredToken
                        | Code::ExpectAccessToken
                        | Code::UserShouldBeInConference
                )
            }
            None => matches!(refusal.http, 401 | 403 | 404 | 410),
        }
    }

    /// Of [`crate::Home::messenger`] and [`crate::Home::visit_chat`]: this server has no messenger.
    pub const fn means_no_messenger(&self) -> bool {
        matches!(self, Self::Declined(FailureCode::NotFound))
    }

    /// The MedMe code of a refusal, when there is one that this client knows.
    pub const fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(refusal) => refusal.code,
            _ => None,
        }
    }
}

impl From<BadAnswer> for ClientError {
    fn from(answer: BadAnswer) -> Self {
        Self::BadAnswer(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(http: u16, code: Option<Code>) -> ClientError {
        ClientError::Refused(Refusal { http, code, name: "".into() })
    }

    #[test]
    fn a_token_is_gone_only_when_the_server_says_so() {
        for code in Code::ALL {
            let gone = [
                "ACCESS_TOKEN_NOT_FOUND",
                "EXPIRED_TOKEN",
                "EXPECT_ACCESS_TOKEN",
                "USER_SHOULD_BE_IN_CONFERENCE",
            ];
            assert_eq!(refused(401, Some(*code)).is_gone(), gone.contains(&code.as_str()), "{code:?}");
        }
        assert!(refused(404, None).is_gone());
        assert!(!refused(400, None).is_gone());
        assert!(!ClientError::BadAnswer(BadAnswer::NotJson).is_gone());
    }

    #[test]
    fn a_refusal_is_never_worth_repeating() {
        assert!(Code::ALL.iter().all(|code| !refused(400, Some(*code)).is_retryable()));
    }
}
