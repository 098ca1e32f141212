//! Who is who: specialists by their login, patients by the id of the booking system behind `patient:`, so that equal
//! ids of the two never meet. And who may begin a conversation with whom.
//!
//! Names come from the staff and from the visits that the server knows: those whose links are still good.

use super::{Asker, Refused, session_behind};
use crate::domain::{Live, Ticket};
use crate::medme;
use crate::server::App;
use crate::store::{ChatUser, PassScope, Reach};
use consilium_model::{Participant, Role, Secret, UserId};
use consilium_wire::im::{PATIENT_PREFIX, UserRole};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A participant of a visit as a user; `None` for a specialist whose id would be a patient's.
pub(crate) fn user_of(who: &Participant) -> Option<UserId> {
    match who.role {
        Role::Client => Some(UserId::new(format!("{PATIENT_PREFIX}{}", who.id))),
        Role::Specialist => (role_of(&who.id) == UserRole::Doctor).then(|| who.id.clone()),
    }
}

/// Who a user is in visits.
pub(super) fn participant_of(user: &UserId) -> Participant {
    match user.as_str().strip_prefix(PATIENT_PREFIX) {
        Some(client) => Participant::client(client),
        None => Participant::specialist(user.clone()),
    }
}

/// Doctor or patient.
pub(super) fn role_of(user: &UserId) -> UserRole {
    if user.as_str().starts_with(PATIENT_PREFIX) { UserRole::Patient } else { UserRole::Doctor }
}

/// A person as the clinic knows it now: of the staff, or of the newest visit.
pub(super) async fn known(app: &App, id: &UserId) -> Result<Option<ChatUser>, Refused> {
    let role = role_of(id);
    let staff = match role {
        UserRole::Doctor => app.staff.member(id).await?,
        UserRole::Patient => None,
    };
    let name = staff.map(|staff| staff.name).or_else(|| name_in_visits(app, id));
    Ok(name.map(|name| ChatUser { id: id.clone(), role, name }))
}

fn name_in_visits(app: &App, id: &UserId) -> Option<Secret> {
    let who = participant_of(id);
    newest_booked(app, &who)?.name_of(&who)
}

/// The newest conference of somebody that knows them by more than what they call themselves.
pub(crate) fn newest_booked(app: &App, who: &Participant) -> Option<Arc<Live>> {
    let theirs = app.clinic.of(who).into_iter().filter(|live| session_behind(live).is_none());
    theirs.max_by_key(|live| live.record().created_at)
}

/// Puts a person into the messenger, or gives it its name of now. Somebody whom the clinic does not know any more
/// stays as they were.
pub(super) async fn meet(app: &App, id: &UserId) -> Result<(), Refused> {
    if let Some(user) = known(app, id).await?
        && app.chats.chat_user(id.clone()).await?.as_ref() != Some(&user)
    {
        app.chats.put_chat_user(user).await?;
    }
    Ok(())
}

/// Gives somebody who is in the messenger already the name of now.
pub(crate) async fn rename(app: &App, id: &UserId) -> Result<(), Refused> {
    match app.chats.chat_user(id.clone()).await? {
        Some(_) => meet(app, id).await,
        None => Ok(()),
    }
}

/// A person as the messenger knows it, or else the clinic.
pub(super) async fn find(app: &App, id: &UserId) -> Result<Option<ChatUser>, Refused> {
    match app.chats.chat_user(id.clone()).await? {
        Some(user) => Ok(Some(user)),
        None => known(app, id).await,
    }
}

/// How far a token reaches now; `None` when the link that it was made from opens nothing any more, or nothing yet: a
/// one-time password was asked for since.
///
/// A link opens its visit. Somebody who has no other way to the visit's people reaches, by it, the conversations with
/// them that are of no visit, but for those with people of another visit that still expects a one-time password: there
/// they may have spoken of it.
pub(super) fn reach(app: &App, user: &UserId, scope: &PassScope) -> Option<Reach> {
    let Some(visit) = scope.visit() else { return Some(Reach::Everything) };
    let who = participant_of(user);
    let ticket = Ticket { live: app.clinic.conference(visit)?, who: who.clone() };
    let ticket = ticket.unless_expired(app.clinic.clock().now()).ok()?;
    if !ticket.takes_part() || medme::expects_otp(&app.clinic, &ticket) {
        return None;
    }
    let (mut with, mut without) = (Vec::new(), Vec::new());
    if let PassScope::OnlyLink(_) = scope {
        let is_locked = |live: &Arc<Live>| {
            medme::expects_otp(&app.clinic, &Ticket { live: Arc::clone(live), who: who.clone() })
        };
        without = others(user, app.clinic.of(&who).into_iter().filter(is_locked));
        with = others(user, [ticket.live]);
        with.retain(|other| !without.contains(other));
    }
    Some(Reach::Visit { conference: visit.clone(), with, without })
}

/// Everyone else of these visits with whom the user may have conversations.
fn others(user: &UserId, visits: impl IntoIterator<Item = Arc<Live>>) -> Vec<UserId> {
    let people = visits.into_iter().flat_map(|live| live.participants());
    let may = |other: &UserId| role_of(user) == UserRole::Doctor || role_of(other) == UserRole::Doctor;
    people.filter_map(|who| user_of(&who)).filter(|other| other != user && may(other)).collect()
}

/// Whether the asker may begin a conversation: specialists with each other, and a specialist and a patient who have or
/// had a visit together.
pub(super) async fn may_begin(app: &App, asker: &Asker, other: &UserId) -> Result<bool, Refused> {
    if !may_meet(asker, other) {
        return Ok(false);
    }
    match (asker.role(), role_of(other)) {
        (UserRole::Doctor, UserRole::Doctor) => Ok(known(app, other).await?.is_some()),
        (UserRole::Doctor, UserRole::Patient) | (UserRole::Patient, UserRole::Doctor) => {
            Ok(have_a_visit(app, &asker.id, other))
        }
        (UserRole::Patient, UserRole::Patient) => Ok(false),
    }
}

/// Whether the asker's token reaches conversations with somebody.
fn may_meet(asker: &Asker, other: &UserId) -> bool {
    match &asker.who.reach {
        Reach::Everything => true,
        Reach::Visit { with, .. } => with.contains(other),
    }
}

/// Whether two have or had a visit together in which the first one may write.
pub(super) fn have_a_visit(app: &App, one: &UserId, other: &UserId) -> bool {
    let other = participant_of(other);
    talking(app, one).iter().any(|live| live.view().conference.plan().roster.contains(&other))
}

/// The visits by which somebody comes to talk with others. Whoever may not write in a visit may not do so beside it
/// either.
fn talking(app: &App, user: &UserId) -> Vec<Arc<Live>> {
    let who = participant_of(user);
    let mut visits = app.clinic.of(&who);
    visits.retain(|live| live.view().rights_of(&who).write);
    visits
}

/// Everyone with whom the asker may begin, by id.
pub(super) async fn within_reach(app: &App, asker: &Asker) -> Result<BTreeMap<UserId, ChatUser>, Refused> {
    let mut people = BTreeMap::new();
    let wanted = match asker.role() {
        UserRole::Doctor => {
            for staff in app.staff.members().await? {
                let user = ChatUser { id: staff.user_id, role: UserRole::Doctor, name: staff.name };
                people.insert(user.id.clone(), user);
            }
            let mut wanted = app.clinic.specialists();
            wanted.extend(partners(app, asker, Role::Client));
            wanted
        }
        UserRole::Patient => partners(app, asker, Role::Specialist),
    };
    for id in wanted.iter().filter_map(user_of) {
        if let Some(name) = (!people.contains_key(&id)).then(|| name_in_visits(app, &id)).flatten() {
            people.insert(id.clone(), ChatUser { role: role_of(&id), id, name });
        }
    }
    people.remove(&asker.id);
    people.retain(|id, _| may_meet(asker, id));
    Ok(people)
}

/// The others of that role in the asker's visits.
fn partners(app: &App, asker: &Asker, role: Role) -> Vec<Participant> {
    talking(app, &asker.id)
        .iter()
        .flat_map(|live| live.participants())
        .filter(|who| who.role == role)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ids_of_the_two_kinds_never_meet() {
        let (client, specialist) = (Participant::client("7"), Participant::specialist("7"));
        let [patient, doctor] = [&client, &specialist].map(|who| user_of(who).unwrap());
        assert_ne!(patient, doctor);
        assert_eq!((participant_of(&patient), participant_of(&doctor)), (client, specialist));
        assert_eq!((role_of(&patient), role_of(&doctor)), (UserRole::Patient, UserRole::Doctor));
        assert_eq!(user_of(&Participant::specialist("patient:7")), None);
    }
}
