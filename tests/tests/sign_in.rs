//! A specialist signs in, is remembered, and signs out.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Clinic, Person};
use consilium_app::Action;
use consilium_app::view::{AppView, ProblemCode, Stage};
use consilium_client::{Keychain, MemoryStore};
use consilium_model::{Screen, Secret};
use std::sync::Arc;

fn keychain() -> Keychain {
    Keychain::over(Arc::new(MemoryStore::default()))
}

fn at_home(view: &AppView) -> bool {
    matches!(&view.stage, Stage::Home(home) if home.remembered && !home.visits.is_empty())
}

fn at_the_form(view: &AppView, why: Option<ProblemCode>) -> bool {
    matches!(&view.stage, Stage::SignIn(form) if !form.busy && form.problem == why)
}

fn sign_in(clinic: &Clinic, password: Secret) -> Action {
    let user_id = clinic.demo().home.as_ref().unwrap().users[0].user_id.clone();
    Action::SignIn { server: clinic.demo().base_url.clone(), user_id, password }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_opens_the_day_and_is_remembered_until_the_sign_out() {
    let clinic = Clinic::start().await;
    let keychain = keychain();
    let mut person = Person::at_desk(&keychain);
    person.sees("the form", |view| at_the_form(view, None)).await;
    person
        .does(Action::SignIn { server: "mailto:x".into(), user_id: "x".into(), password: "x".into() })
        .await;
    person.sees("no server", |view| at_the_form(view, Some(ProblemCode::BadServer))).await;
    person.does(sign_in(&clinic, "wrong".into())).await;
    person.sees("a refusal", |view| at_the_form(view, Some(ProblemCode::WrongPassword))).await;
    let password = clinic.demo().home.as_ref().unwrap().users[0].password.clone();
    person.does(sign_in(&clinic, password)).await;
    person.sees("the day", at_home).await;
    person.closes().await;

    let mut person = Person::at_desk(&keychain);
    let view = person.sees("the day", at_home).await;
    let Stage::Home(home) = view.stage else { unreachable!("seen above") };
    person.does(Action::OpenVisit { id: home.visits[0].id.clone() }).await;
    person.sees_screen(Screen::PendingSpecialist).await;
    person.does(Action::GoHome).await;
    person.sees("the day", at_home).await;
    person.does(Action::SignOut).await;
    person.sees("the form", |view| at_the_form(view, None)).await;
    person.closes().await;

    let mut person = Person::at_desk(&keychain);
    person.sees("the form", |view| at_the_form(view, None)).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_signs_in_once() {
    let clinic = Clinic::start().await;
    let link = clinic.demo().home.as_ref().unwrap().users[0].sign_in_link.clone();
    let mut first = Person::with_link(&link);
    first.sees("the day", at_home).await;
    let mut second = Person::with_link(&link);
    second.sees("a refusal", |view| at_the_form(view, Some(ProblemCode::UnknownLink))).await;
    first.closes().await;
    second.closes().await;
}
