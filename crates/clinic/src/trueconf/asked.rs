//! Whether a conference may be made as it is asked for. What this server cannot do is refused, never left out in
//! silence: a site that wants a recording must not believe there is one.

use super::answer::Refused;
use super::record::Terms;
use consilium_model::Secret;
use consilium_wire::room::MAX_PARTICIPANTS;
use consilium_wire::trueconf::{
    ALL_ON_SCREEN, Invitation, MAX_TOPIC, NewConference, State, WITHOUT_SCHEDULE,
};

/// The most characters of a description.
const MAX_DESCRIPTION: usize = 5000;
/// The most characters of a login, or of a name.
const MAX_NAME: usize = 100;
/// The most people that are asked to come.
const MAX_INVITATIONS: usize = 50;

/// The terms of a conference, and whether it is to be run at once.
pub(super) fn check(new: NewConference) -> Result<(Terms, State), Refused> {
    check_mode(&new)?;
    let description = new.description.unwrap_or_default();
    if description.expose().chars().count() > MAX_DESCRIPTION {
        return Err(Refused::bad_payload("description has at most 5000 characters"));
    }
    let auto_invite = new.auto_invite.unwrap_or(0);
    if auto_invite > 1 {
        return Err(Refused::bad_payload("auto_invite is 0 or 1"));
    }
    let most = new.max_participants.unwrap_or(MAX_PARTICIPANTS as u32);
    if most < 2 {
        return Err(Refused::bad_payload("max_participants is 2 or more"));
    }
    let terms = Terms {
        topic: topic(new.topic)?,
        description,
        owner: new.owner,
        max_participants: most.min(MAX_PARTICIPANTS as u32),
        invitations: invitations(new.invitations.unwrap_or_default())?,
        allow_guests: new.allow_guests.unwrap_or(false),
        auto_invite,
        rights: new.rights.unwrap_or_default(),
        allow_only_planned_participants: new.allow_only_planned_participants.unwrap_or(false),
    };
    Ok((terms, new.state.unwrap_or_default()))
}

fn check_mode(new: &NewConference) -> Result<(), Refused> {
    if new.kind.unwrap_or(ALL_ON_SCREEN) != ALL_ON_SCREEN {
        return Err(Refused::bad_payload("type is 0: everybody sees everybody"));
    }
    if new.schedule.unwrap_or_default().kind != WITHOUT_SCHEDULE {
        return Err(Refused::bad_payload("schedule.type is -1: a conference begins when it is run"));
    }
    if new.recording.unwrap_or(0) != 0 || new.stream_recording_state.unwrap_or(0) != 0 {
        return Err(Refused::bad_payload("recording and stream_recording_state are 0: nothing is recorded"));
    }
    Ok(())
}

fn topic(topic: Secret) -> Result<Secret, Refused> {
    let topic = topic.expose().trim();
    let fits = (1..=MAX_TOPIC).contains(&topic.chars().count()) && !topic.chars().any(char::is_control);
    if fits {
        Ok(topic.into())
    } else {
        Err(Refused::bad_payload("topic is one line of 1 to 240 characters"))
    }
}

fn invitations(invitations: Vec<Invitation>) -> Result<Vec<Invitation>, Refused> {
    if invitations.len() > MAX_INVITATIONS {
        return Err(Refused::bad_payload("invitations has at most 50 entries"));
    }
    let fits = |text: &str| text.chars().count() <= MAX_NAME && !text.chars().any(char::is_control);
    for invitation in &invitations {
        let name = invitation.display_name.as_ref();
        let id = invitation.id.as_str();
        if id.is_empty() || !fits(id) || name.is_some_and(|name| !fits(name.expose())) {
            return Err(Refused::bad_payload("an invitation has an id and a name of at most 100 characters"));
        }
    }
    Ok(invitations)
}
