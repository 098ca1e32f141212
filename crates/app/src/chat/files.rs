//! Files of messages: chosen, brought to the server, shown and saved. Each part is owned by the chat's session, which
//! asks for what happened next.
//!
//! A file is what its bytes say, never what its name says. The page gets pictures only. Nothing that came from others
//! is executed, opened or written anywhere but where the user said.

mod fetch;
mod forwards;
mod kind;
mod part;
mod picked;
mod pictures;
mod saves;
mod uploads;

pub(crate) use fetch::{Shelf, Whole};
pub(crate) use forwards::{ForwardNews, Forwards};
pub(crate) use picked::{Picked, look};
pub(crate) use pictures::Pictures;
pub(crate) use saves::{SaveNews, Saves, Saving};
pub(crate) use uploads::{Upload, UploadNews, Uploads};

use crate::problem;
use crate::view::ProblemCode;
use consilium_client::{ClientError, TransferError};
use consilium_wire::im::FailureCode;

/// The most files that are taken at once.
const MOST_FILES: usize = 10;

/// The name of a file for the page that is not on the server yet.
pub(crate) fn local_id(client_id: &str) -> String {
    format!("{LOCAL}{client_id}")
}

/// The client's id of the message that such a name stands for.
pub(crate) fn local_client_id(id: &str) -> Option<&str> {
    id.strip_prefix(LOCAL)
}

const LOCAL: &str = "local-";

/// Why a file could not be sent; `None` when it may get through later.
pub(crate) const fn not_uploaded(error: &TransferError) -> Option<ProblemCode> {
    match error {
        TransferError::File(_) => Some(ProblemCode::FileGone),
        TransferError::Client(error) if error.is_retryable() => None,
        // Another token is on its way.
        TransferError::Client(ClientError::Unauthorized) => None,
        TransferError::Client(error) => Some(refused(error)),
    }
}

/// What a refusal of a file means to the user.
const fn refused(error: &ClientError) -> ProblemCode {
    match error {
        ClientError::Declined(FailureCode::TooLarge) => ProblemCode::FileTooLarge,
        ClientError::Declined(FailureCode::WrongMedia | FailureCode::BadRequest) => ProblemCode::FileRefused,
        ClientError::Declined(FailureCode::Forbidden | FailureCode::NotFound) => {
            ProblemCode::ConversationGone
        }
        error => problem::of_client(error),
    }
}
