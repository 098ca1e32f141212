//! The chat of whoever came by the link of a visit.
#![allow(clippy::unwrap_used)]

mod common;

use common::Clinic;
use common::chat::{Messenger, session};
use common::chat_desk::{Computer, Desk, chat, states, words};
use common::clinic::PATIENT;
use consilium_app::ChatStep;
use consilium_app::view::{AppView, ConversationView, MessageState, ProblemCode, Stage};
use consilium_wire::im::UserRole;
use consilium_wire::room::Rights;

const ME: &str = "patient:p";

async fn with_patient() -> (Messenger, Clinic) {
    let others = [("d", UserRole::Doctor), ("e", UserRole::Doctor)];
    let messenger = Messenger::of(
        ME,
        vec![session("visit", ME, &others), session("other", ME, &[("d", UserRole::Doctor)])],
    );
    messenger.says().visit_token = PATIENT.to_owned();
    let clinic = Clinic::with_chat(&messenger).await;
    (messenger, clinic)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_has_the_conversation_of_the_visit_and_no_other() {
    let (messenger, clinic) = with_patient().await;
    messenger.writes("visit", "d", "are you there?");
    messenger.writes("other", "d", "something else");
    let mut patient = Desk::with_link(&Computer::new(), clinic.link(PATIENT));
    patient.sees("one unread", |view| chat(view).is_some_and(|chat| chat.unread == 1)).await;
    patient.chats(ChatStep::Open).await;
    let view = patient.reads("the conversation", |view| words(view) == ["are you there?"]).await;
    assert!(view.group && !view.has_inbox && view.forward_to.len() == 1);
    patient.says("yes").await;
    patient.reads("it is stored", |view| states(view) == [&MessageState::Stored]).await;
    messenger.writes("visit", "e", "so am I");
    let view = patient.reads("the answer", |view| words(view).len() == 3).await;
    assert_eq!(view.messages[2].sender, "E");
    patient.chats(ChatStep::OpenConversation { id: "other".to_owned() }).await;
    patient.chats(ChatStep::Back).await;
    let closed =
        |view: &AppView| chat(view).is_some_and(|chat| chat.pane == consilium_app::view::ChatPane::Closed);
    patient.sees("the pane is closed", closed).await;
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_sent_from_where_the_user_says() {
    let (messenger, clinic) = with_patient().await;
    messenger.writes("visit", "d", "send me the picture");
    let mut patient = Desk::with_link(&Computer::new(), clinic.link(PATIENT));
    patient.sees("the chat", |view| chat(view).is_some_and(|chat| chat.unread == 1)).await;
    patient.chats(ChatStep::Open).await;
    patient.reads("the conversation", |view| view.messages.len() == 1).await;
    patient.asked().files = vec!["/nowhere/at/all.png".into()];
    patient.chats(ChatStep::Attach).await;
    patient.reads("the problem", |view| view.problem == Some(ProblemCode::FileGone)).await;
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_only_read_sees_that_nothing_can_be_written() {
    let (messenger, clinic) = with_patient().await;
    messenger.writes("visit", "d", "just listen");
    clinic.room().limit(Rights { write: false, ..Rights::ALL });
    let mut patient = Desk::with_link(&Computer::new(), clinic.link(PATIENT));
    patient.sees("one unread", |view| chat(view).is_some_and(|chat| chat.unread == 1)).await;
    patient.chats(ChatStep::Open).await;
    let silent = |view: &ConversationView| !view.can_write && !view.can_record && !view.topic.can_open;
    let view =
        patient.reads("no place to write", |view| words(view) == ["just listen"] && silent(view)).await;
    assert_eq!(view.problem, Some(ProblemCode::NotAllowed));
    patient.says("but I have to").await;
    patient.asked().files = vec!["/nowhere/at/all.png".into()];
    patient.chats(ChatStep::Attach).await;
    messenger.writes("visit", "d", "and now it is over");
    clinic.push_status("finished");
    let over = |view: &AppView| matches!(&view.stage, Stage::Visit(visit) if visit.call.is_none());
    patient.sees("the end", over).await;
    let view = patient.reads("the last words", |view| words(view).len() == 2).await;
    assert!(silent(&view), "the end of the visit gives no rights");
    assert!(messenger.says().sends.is_empty());
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_read_has_no_chat() {
    let (messenger, clinic) = with_patient().await;
    messenger.writes("visit", "d", "not for everybody");
    clinic.room().limit(Rights { read: false, ..Rights::ALL });
    let mut patient = Desk::with_link(&Computer::new(), clinic.link(PATIENT));
    let is_in = |view: &AppView| matches!(&view.stage, Stage::Visit(visit) if visit.call.is_some());
    patient.sees("the call without a chat", |view| is_in(view) && chat(view).is_none()).await;
    patient.closes().await;
}
