//! From the messenger's answers to errors.

use crate::error::{BadAnswer, ClientError};
use crate::http::Answer;
use consilium_wire::im::{Failure, FailureCode};

/// Only a 2xx status is a success.
pub(crate) fn accepted(answer: Answer) -> Result<Answer, ClientError> {
    if answer.is_success() {
        return Ok(answer);
    }
    let code = answer.json::<Failure>().map(|failure| failure.error.code);
    Err(declined(answer.http, code))
}

/// What an answer without success says. A status alone is believed only where it cannot come from something between
/// here and the server that knows nothing of the messenger.
pub(crate) fn declined(http: u16, code: Result<FailureCode, ClientError>) -> ClientError {
    match (code, http) {
        (Ok(FailureCode::Unauthorized), _) | (Err(_), 401) => ClientError::Unauthorized,
        (Ok(FailureCode::TooMany), _) | (Err(_), 429) => ClientError::TooManyAttempts,
        (Ok(FailureCode::Internal), _) | (Err(_), 500..) => ClientError::ServerFailed { http },
        (Err(_), 413) => ClientError::Declined(FailureCode::TooLarge),
        (Ok(code), _) => ClientError::Declined(code),
        (Err(error), 400..) => error,
        (Err(_), _) => BadAnswer::WrongSchema.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_without_the_protocols_words_declines_no_message() {
        let not_json = || Err(ClientError::BadAnswer(BadAnswer::NotJson));
        for http in [400, 403, 404, 409, 415] {
            assert!(declined(http, not_json()).is_retryable(), "{http}");
        }
        for http in [500, 502, 599] {
            assert_eq!(declined(http, not_json()), ClientError::ServerFailed { http });
        }
        assert_eq!(declined(413, not_json()), ClientError::Declined(FailureCode::TooLarge));
        assert_eq!(
            declined(409, Ok(FailureCode::TopicEnded)),
            ClientError::Declined(FailureCode::TopicEnded)
        );
        assert_eq!(declined(400, Ok(FailureCode::Unauthorized)), ClientError::Unauthorized);
        // Not at once and not by itself: the user decides what becomes of the file.
        let no_room = declined(507, Ok(FailureCode::NoRoom));
        assert_eq!((no_room.is_retryable(), no_room), (false, ClientError::Declined(FailureCode::NoRoom)));
    }
}
