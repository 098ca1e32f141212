//! The chat of a visit, between two whole applications and the real server: before the visit, in it, and over a restart
//! of the server.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Clinic, Person};
use consilium_app::view::{AppView, ChatPane, ConversationView, MessageBody, MessageState, Stage};
use consilium_app::{Action, ChatStep};
use consilium_client::{Keychain, MemoryStore};
use consilium_model::Screen;
use std::sync::Arc;

fn conversation(view: &AppView) -> Option<&ConversationView> {
    match &view.chat.as_ref()?.pane {
        ChatPane::Conversation(conversation) => Some(conversation),
        _ => None,
    }
}

fn words(view: &AppView) -> Vec<&str> {
    let rows = conversation(view).into_iter().flat_map(|conversation| &conversation.messages);
    rows.filter_map(|row| match &row.body {
        MessageBody::Text { text } => Some(text.as_str()),
        _ => None,
    })
    .collect()
}

fn last_state(view: &AppView) -> Option<&MessageState> {
    conversation(view)?.messages.iter().rfind(|row| row.mine).map(|row| &row.state)
}

async fn chats(person: &Person, step: ChatStep) {
    person.does(Action::Chat { step }).await;
}

async fn says(person: &Person, text: &str) {
    chats(person, ChatStep::Send { text: text.into() }).await;
}

async fn sees_all(person: &Person) {
    let key = conversation(&person.newest()).and_then(|view| view.messages.last()).map(|row| row.key.clone());
    chats(person, ChatStep::Seen { key: key.unwrap() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_and_a_doctor_write_to_each_other() {
    let mut clinic = Clinic::start().await;
    let links = clinic.links("now");
    let mut doctor = Person::with_keychain(&links[0], &Keychain::over(Arc::new(MemoryStore::default())));
    let mut patient = Person::with_link(&links[1]);
    doctor.sees_screen(Screen::PendingSpecialist).await;
    patient.sees("the visit", |view| matches!(view.stage, Stage::Visit(_)) && view.chat.is_some()).await;

    chats(&patient, ChatStep::Open).await;
    patient.sees("the conversation", |view| conversation(view).is_some()).await;
    says(&patient, "שלום, 2 כדורים של Advil?").await;
    patient.sees("it is stored", |view| last_state(view) == Some(&MessageState::Stored)).await;

    doctor.sees("one unread", |view| view.chat.as_ref().is_some_and(|chat| chat.unread == 1)).await;
    chats(&doctor, ChatStep::OpenVisit).await;
    doctor.sees("the words", |view| words(view) == ["שלום, 2 כדורים של Advil?"]).await;
    sees_all(&doctor).await;
    patient.sees("it is read", |view| last_state(view) == Some(&MessageState::Read)).await;
    says(&doctor, "yes").await;
    patient.sees("the answer", |view| words(view).last() == Some(&"yes")).await;

    clinic.stop().await;
    says(&patient, "thank you").await;
    patient.sees("it waits", |view| view.chat.as_ref().is_some_and(|chat| chat.waiting == 1)).await;
    clinic.restart().await;
    doctor.sees("it arrives", |view| words(view).last() == Some(&"thank you")).await;
    patient.sees("it is stored", |view| view.chat.as_ref().is_some_and(|chat| chat.waiting == 0)).await;
    assert_eq!(words(&doctor.newest()).len(), 3);
    doctor.closes().await;
    patient.closes().await;
}

fn card(view: &AppView) -> Option<(&str, bool)> {
    conversation(view)?.messages.iter().find_map(|row| match &row.body {
        MessageBody::Card { can_open, .. } => Some((row.key.as_str(), *can_open)),
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_in_the_inbox_leads_into_the_visit_and_its_conversation() {
    let clinic = Clinic::start().await;
    let mut patient = Person::with_link(&clinic.links("now")[1]);
    patient.sees("the visit", |view| matches!(view.stage, Stage::Visit(_)) && view.chat.is_some()).await;
    chats(&patient, ChatStep::Open).await;
    patient.sees("the conversation", |view| conversation(view).is_some()).await;
    says(&patient, "where shall I go?").await;
    patient.sees("it is stored", |view| last_state(view) == Some(&MessageState::Stored)).await;

    let user = clinic.demo().home.as_ref().unwrap().users[0].clone();
    let mut doctor = Person::at_desk(&Keychain::over(Arc::new(MemoryStore::default())));
    doctor.sees("the form", |view| matches!(view.stage, Stage::SignIn(_))).await;
    let server = clinic.demo().base_url.clone();
    doctor
        .does(Action::SignIn { server, user_id: user.user_id.clone(), password: user.password.clone() })
        .await;
    chats(&doctor, ChatStep::Open).await;
    let in_inbox = |view: &AppView| match &view.chat.as_ref()?.pane {
        ChatPane::Inbox(inbox) => inbox.rows.iter().find(|row| row.unread == 1).map(|row| row.id.clone()),
        _ => None,
    };
    doctor.sees("home", |view| matches!(view.stage, Stage::Home(_)) && view.chat.is_some()).await;
    chats(&doctor, ChatStep::Open).await;
    let view = doctor.sees("the conversation in the list", |view| in_inbox(view).is_some()).await;
    let id = in_inbox(&view).unwrap();
    chats(&doctor, ChatStep::OpenConversation { id: id.clone() }).await;
    let choices = |view: &AppView| conversation(view).is_some_and(|chat| !chat.visits.is_empty());
    let view = doctor.sees("the words, and visits to send", choices).await;
    let visit = conversation(&view).unwrap().visits[0].id.clone();
    chats(&doctor, ChatStep::SendCard { id: visit }).await;
    patient.sees("a card that leads nowhere here", |view| card(view).is_some_and(|(_, can)| !can)).await;
    let open = |view: &AppView| {
        last_state(view) == Some(&MessageState::Stored) && card(view).is_some_and(|(_, can)| can)
    };
    let view = doctor.sees("the card", open).await;
    chats(&doctor, ChatStep::Follow { key: card(&view).unwrap().0.to_owned() }).await;
    doctor.sees("the visit", |view| matches!(view.stage, Stage::Visit(_))).await;
    doctor.sees("the chat stays", |view| conversation(view).is_some_and(|chat| chat.id == id)).await;
    chats(&doctor, ChatStep::Close).await;
    chats(&doctor, ChatStep::OpenVisit).await;
    doctor.sees("a conversation of the visit", |view| conversation(view).is_some()).await;
    doctor.closes().await;
    patient.closes().await;
}
