//! `/users/login` and `/users/logout`.

use super::body::Body;
use super::{Asker, Refused, passes, people, shown, visits};
use crate::domain::Ticket;
use crate::keys::digest;
use crate::medme;
use crate::server::App;
use crate::staff::SignInError;
use crate::store::{AuditLine, PassScope};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use consilium_model::{Role, Secret, UserId};
use consilium_wire::im::{LoggedIn, Login, UserRole};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// A specialist shows login and password, a patient the access token of one of its visits.
pub(super) async fn log_in(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Body(login): Body<Login>,
) -> Result<Json<LoggedIn>, Refused> {
    let recognised = match people::role_of(&login.user_id) {
        UserRole::Doctor => {
            app.staff.recognise(login.user_id.clone(), login.password, from.ip()).await?;
            Recognised { user: login.user_id, scope: PassScope::Password }
        }
        UserRole::Patient => recognise_patient(&app, &login, from.ip()).await?,
    };
    Ok(Json(let_in(&app, recognised).await?))
}

/// Somebody who has shown who they are.
pub(crate) struct Recognised {
    /// Who.
    pub(crate) user: UserId,
    /// By what.
    pub(crate) scope: PassScope,
}

/// Whoever holds a link to a visit, whose one-time password was shown if it wants one. Whoever can sign in, has to for
/// more than that visit; others have nothing but their links.
pub(crate) async fn of_link(app: &App, ticket: &Ticket) -> Result<Recognised, Refused> {
    let user = people::user_of(&ticket.who).ok_or(Refused::UNAUTHORIZED)?;
    let visit = visits::of_conversation(app, ticket).await?;
    let signs_in = ticket.who.role == Role::Specialist && app.staff.member(&user).await?.is_some();
    let scope = if signs_in { PassScope::Link(visit) } else { PassScope::OnlyLink(visit) };
    Ok(Recognised { user, scope })
}

async fn recognise_patient(app: &App, login: &Login, from: IpAddr) -> Result<Recognised, Refused> {
    if !app.messenger.addresses.begin(from, app.clinic.clock().now()) {
        return Err(SignInError::TooManyAttempts.into());
    }
    let ticket = ticket(app, &login.password);
    match ticket.filter(|ticket| people::user_of(&ticket.who).as_ref() == Some(&login.user_id)) {
        Some(ticket) => {
            app.messenger.addresses.forgive(&from);
            of_link(app, &ticket).await
        }
        None => {
            audit(app, "", "sign_in_refused", "").await?;
            Err(SignInError::Unauthorized.into())
        }
    }
}

/// Whose access token it is, if the visit still is one of theirs and they have shown what it asks for.
fn ticket(app: &App, access_token: &Secret) -> Option<Ticket> {
    let ticket = app.clinic.by_access_token(access_token.expose()).ok()?;
    (ticket.takes_part() && !medme::expects_otp(&app.clinic, &ticket)).then_some(ticket)
}

/// A token for somebody who has been recognised.
pub(crate) async fn let_in(
    app: &App,
    Recognised { user: id, scope }: Recognised,
) -> Result<LoggedIn, Refused> {
    if !app.messenger.let_in.begin(id.clone(), app.clinic.clock().now()) {
        return Err(SignInError::TooManyAttempts.into());
    }
    people::meet(app, &id).await?;
    let user = app.chats.chat_user(id.clone()).await?.ok_or(Refused::UNAUTHORIZED)?;
    let signs_in = scope.is_of_staff();
    let token = app.messenger.passes.issue(id.clone(), scope).await?;
    // A specialist who was removed since would keep a token that came after the others were ended.
    if signs_in && app.staff.member(&id).await?.is_none() {
        app.messenger.passes.end(digest(token.expose())).await?;
        return Err(Refused::UNAUTHORIZED);
    }
    audit(app, id.as_str(), "im_sign_in", "").await?;
    let expires_in = passes::LIFETIME.whole_seconds().unsigned_abs();
    Ok(LoggedIn { token, expires_in, user: shown::user(user) })
}

/// Ends the token, and closes the sockets that logged in with it.
pub(super) async fn log_out(State(app): State<Arc<App>>, asker: Asker) -> Result<StatusCode, Refused> {
    app.messenger.passes.end(asker.token).await?;
    app.messenger.hub.log_out(&asker.id, &asker.token);
    audit(&app, asker.id.as_str(), "im_sign_out", "").await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a line to the audit trail.
pub(super) async fn audit(
    app: &App,
    actor: &str,
    action: &'static str,
    subject: &str,
) -> Result<(), Refused> {
    Ok(app.clinic.audit(line(app, actor, action, subject)).await?)
}

/// A line of the audit trail that says what is done now.
pub(super) fn line(app: &App, actor: &str, action: &'static str, subject: &str) -> AuditLine {
    let at = app.clinic.clock().now();
    AuditLine { at, actor: actor.to_owned(), action, subject: subject.to_owned() }
}
