//! Who is who: contacts and teams as programs name them, and users with their numbers.

use super::asked::{AskedContact, AskedTeam};
use super::desk::Asker;
use super::refused::Refused;
use crate::calls::Invited;
use crate::server::App;
use crate::store::Staff;
use axum::Json;
use axum::extract::State;
use consilium_model::{Secret, UserId};
use consilium_wire::home::calls::TeamId;
use consilium_wire::xassist::{CallLogContact, FailureCode};
use std::collections::HashMap;
use std::sync::Arc;

/// Whom a program means. A user of the clinic is named by number or by login, which must not contradict each other; whoever
/// is neither has a name and a way to be told.
pub(super) async fn known(app: &App, asked: AskedContact) -> Result<Invited, Refused> {
    match user(app, &asked).await? {
        Some(staff) => Ok(Invited::User(staff.user_id)),
        None if asked.email.is_none() && asked.phone.is_none() => {
            Err(Refused::at(FailureCode::UnknownContact, asked.path))
        }
        None => {
            let AskedContact { path, name, email, phone, .. } = asked;
            let missing = || Refused::at(FailureCode::MissingField, format!("{path}.displayName"));
            Ok(Invited::External { name: name.ok_or_else(missing)?, email, phone })
        }
    }
}

async fn user(app: &App, asked: &AskedContact) -> Result<Option<Staff>, Refused> {
    // Numbers and logins of another domain are of other people.
    if asked.domain.as_ref().is_some_and(|domain| !app.xassist.is_domain(domain)) {
        return Ok(None);
    }
    let login = asked.user_id.as_deref().map(UserId::new);
    let numbered = match asked.user_number {
        Some(number) => app.xassist.store().user_of_number(number).await?,
        None => None,
    };
    let user = match (numbered, login) {
        (Some(one), Some(other)) if one != other => {
            return Err(Refused::at(FailureCode::InvalidField, format!("{}.userDbId", asked.path)));
        }
        (Some(user), _) | (None, Some(user)) => user,
        (None, None) => return Ok(None),
    };
    Ok(app.staff.member(&user).await?)
}

/// The user with that number, who can sign in.
pub(super) async fn user_of_number(app: &App, number: u64) -> Result<Option<UserId>, Refused> {
    let Some(user) = app.xassist.store().user_of_number(number).await? else { return Ok(None) };
    Ok(app.staff.member(&user).await?.map(|staff| staff.user_id))
}

/// The teams, each of which there is.
pub(super) fn teams(app: &App, asked: Vec<AskedTeam>) -> Result<Vec<TeamId>, Refused> {
    let teams = app.contacts.teams();
    let find = |asked: AskedTeam| {
        let id = TeamId(asked.id);
        let is_there = teams.iter().any(|team| team.id == id);
        if is_there { Ok(id) } else { Err(Refused::at(FailureCode::UnknownTeam, asked.path)) }
    };
    asked.into_iter().map(find).collect()
}

/// Users with their numbers.
pub(super) async fn numbers(app: &App, users: Vec<UserId>) -> Result<HashMap<UserId, u64>, Refused> {
    Ok(app.xassist.store().numbers_of(users).await?)
}

/// A user of the clinic as a contact of no call.
pub(super) fn contact(app: &App, user: UserId, name: Secret, number: Option<u64>) -> CallLogContact {
    CallLogContact {
        id: None,
        display_name: Some(name),
        domain: Some(app.xassist.domain().to_owned()),
        email: None,
        phone_number: None,
        user_db_id: number,
        user_id: Some(user),
    }
}

/// Everybody who can be called, the asker among them, by login.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    _: Asker,
) -> Result<Json<Vec<CallLogContact>>, Refused> {
    let mut staff = app.staff.members().await?;
    staff.sort_by(|one, other| one.user_id.cmp(&other.user_id));
    let numbers = numbers(&app, staff.iter().map(|one| one.user_id.clone()).collect()).await?;
    let shown = |one: Staff| {
        let number = numbers.get(&one.user_id).copied();
        contact(&app, one.user_id, one.name, number)
    };
    Ok(Json(staff.into_iter().map(shown).collect()))
}
