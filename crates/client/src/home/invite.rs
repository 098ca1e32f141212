//! Inviting a chat's people to a conference.

use super::Home;
use crate::error::ClientError;
use crate::http::{Answer, bearer};
use consilium_model::Secret;
use consilium_wire::home::{Failure, FailureCode, Invite, Invited};

/// Why nobody was invited, as far as somebody can do something about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// The server knows no invitations: it is older, or the clinic has none.
    #[error("the server knows no invitations")]
    NotOffered,
    /// The conversation is not the inviter's, or not theirs to write in.
    #[error("not allowed to invite in this conversation")]
    NotAllowed,
    /// The title is empty, too long or not one line.
    #[error("the title is refused")]
    BadTitle,
    /// Nobody is in the conversation who could be invited.
    #[error("nobody is there to be invited")]
    Nobody,
    /// The server does not understand the invitation: one of both is newer.
    #[error("the invitation is not understood")]
    NotUnderstood,
    /// What can go wrong with every request. [`ClientError::Unauthorized`]: the sign-in is over.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl Home {
    /// Makes a conference for the people of a chat, or finds the one that goes on, and posts a card that opens it. Safe
    /// to repeat with the same `client_message_id`: that gives the same card.
    pub async fn invite(&self, token: &Secret, invite: &Invite) -> Result<Invited, InviteError> {
        let request = self.face.http.post(self.face.endpoint.home("invite")).json(invite);
        let answer = self.face.http.send(bearer(request, token)?).await?;
        if answer.is_success() { Ok(answer.json()?) } else { Err(refused(&answer)) }
    }
}

fn refused(answer: &Answer) -> InviteError {
    let code = answer.json::<Failure>().map(|failure| failure.error).ok();
    match (answer.http, code) {
        (401, _) => ClientError::Unauthorized.into(),
        (429, _) => ClientError::TooManyAttempts.into(),
        (403, _) | (404, Some(FailureCode::NotFound)) => InviteError::NotAllowed,
        // Whatever is not one of its routes a server answers with another code, or without any.
        (404 | 405, _) => InviteError::NotOffered,
        (400, Some(FailureCode::BadName)) => InviteError::BadTitle,
        (400, Some(FailureCode::NobodyToCall)) => InviteError::Nobody,
        (400..500, _) => InviteError::NotUnderstood,
        (http, _) => ClientError::ServerFailed { http }.into(),
    }
}
