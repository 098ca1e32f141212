//! The conference to which a conversation's people are invited.

use super::Scene;
use crate::chat::core::{Entering, Inviting, Reached, Standing, Thread, card_of};
use crate::view::{InvitationState, InviteView, MessageBody};
use consilium_wire::im::{JumpContent, Message, UserRole};

/// Whether they can be invited.
pub(super) fn invite(scene: Scene<'_>, thread: &Thread) -> Option<InviteView> {
    let may = scene.core.can_invite();
    may.then(|| match &thread.invitation.inviting {
        Inviting::Asked(_) => InviteView::Asking,
        Inviting::Failed(invite, problem) => {
            InviteView::Failed { title: invite.title.expose().clone(), problem: *problem }
        }
        Inviting::Not if scene.around.in_call => InviteView::InCall,
        Inviting::Not => InviteView::Ready,
    })
}

/// A card of the shown conversation that invites to a conference.
pub(super) fn card(scene: Scene<'_>, key: &str, message: &Message) -> Option<MessageBody> {
    let thread = scene.core.thread().filter(|thread| thread.session == message.session_id)?;
    let card = card_of(message)?;
    let entering = &thread.invitation.entering;
    let is_patient = scene.core.role == Some(UserRole::Patient);
    Some(MessageBody::Invitation {
        state: state(scene, thread, key, &card),
        name: is_patient.then(|| scene.core.rows.name(&scene.core.me)),
        problem: match entering {
            Entering::Failed { key: failed, problem } if failed == key => Some(*problem),
            Entering::Failed { .. } | Entering::Asked { .. } | Entering::Not => None,
        },
        title: card.title.into_inner(),
    })
}

fn state(scene: Scene<'_>, thread: &Thread, key: &str, card: &JumpContent) -> InvitationState {
    let invitation = &thread.invitation;
    let asks = invitation.standing == Standing::Unknown && scene.core.reached != Reached::Not;
    match &invitation.entering {
        _ if invitation.is_over(card) => InvitationState::Over,
        Entering::Asked { key: asked } if asked == key => InvitationState::Entering,
        _ if scene.around.in_call => InvitationState::InCall,
        _ if asks => InvitationState::Checking,
        // Where it is not known, pressing tells.
        _ => InvitationState::Open,
    }
}
