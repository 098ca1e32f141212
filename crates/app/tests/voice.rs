//! Voice messages of the chat: recorded, sent and heard.
#![allow(clippy::unwrap_used)]

mod common;

use common::attachments::Attachments;
use common::chat::{ANNA, BORIS, Messenger, session};
use common::chat_desk::{Computer, Desk, chat, serve_router, states};
use consilium_app::ChatStep;
use consilium_app::view::{
    AppView, ConversationView, Line, MessageBody, MessageState, ProblemCode, VoiceView,
};
use consilium_model::MessageKind;
use consilium_wire::im::{Content, FileContent, UserRole};

async fn at_desk() -> (Messenger, Attachments, Computer, Desk) {
    let messenger = Messenger::of(
        ANNA,
        vec![
            session("s1", ANNA, &[(BORIS, UserRole::Doctor)]),
            session("s2", ANNA, &[("patient:7", UserRole::Patient)]),
        ],
    );
    messenger.writes("s1", BORIS, "hello");
    messenger.writes("s2", "patient:7", "hello");
    let (attachments, computer) = (Attachments::default(), Computer::new());
    let mut desk = Desk::start(&computer);
    desk.signs_in(&serve_router(messenger.router().merge(attachments.router())).await).await;
    looks_at(&mut desk, "s1").await;
    (messenger, attachments, computer, desk)
}

async fn looks_at(desk: &mut Desk, id: &str) {
    let online = |view: &AppView| chat(view).is_some_and(|chat| chat.line == Line::Online);
    desk.sees("the chat", online).await;
    desk.chats(ChatStep::OpenConversation { id: id.to_owned() }).await;
    desk.reads("the conversation", |view| view.id == id && !view.messages.is_empty()).await;
}

async fn records(desk: &mut Desk) {
    desk.chats(ChatStep::Record).await;
    let heard =
        |view: &ConversationView| view.recording.as_ref().is_some_and(|recording| recording.level > 0);
    let view = desk.reads("it is recorded", heard).await;
    assert_eq!(view.recording.unwrap().most_seconds, 300);
}

fn voice(view: &ConversationView) -> Option<(&str, &VoiceView)> {
    view.messages.iter().find_map(|row| match &row.body {
        MessageBody::Voice(voice) => Some((row.key.as_str(), voice)),
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_is_sent_and_heard() {
    let (messenger, attachments, _computer, mut desk) = at_desk().await;
    records(&mut desk).await;
    desk.chats(ChatStep::EndRecording { send: true }).await;
    let view = desk.reads("it is stored", |view| states(view) == [&MessageState::Stored]).await;
    assert!(view.recording.is_none());
    let (key, shown) = voice(&view).unwrap();
    assert!(shown.length_ms >= 1000, "{shown:?}");
    assert!(attachments.files().stored[0].bytes.starts_with(b"OggS"));
    assert_eq!(messenger.says().sends[0].kind, MessageKind::Voice);

    let key = key.to_owned();
    attachments.files().asked = 0;
    desk.chats(ChatStep::Play { key: Some(key) }).await;
    let heard = |view: &ConversationView| voice(view).is_some_and(|(_, voice)| voice.playing_ms.is_some());
    desk.reads("it is heard", heard).await;
    desk.reads("it is over", |view| !heard(view)).await;
    assert_eq!(attachments.files().asked, 0, "one's own words need not come back");
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_stops_when_it_is_out_of_sight_and_waits_for_the_user() {
    let (messenger, _attachments, _computer, mut desk) = at_desk().await;
    records(&mut desk).await;
    desk.chats(ChatStep::OpenConversation { id: "s2".to_owned() }).await;
    let view = desk.reads("the other one", |view| view.id == "s2").await;
    assert!(view.recording.is_none());
    desk.chats(ChatStep::OpenConversation { id: "s1".to_owned() }).await;
    let waits = |view: &ConversationView| {
        view.id == "s1" && view.recording.as_ref().is_some_and(|recording| recording.level == 0)
    };
    desk.reads("it waits", waits).await;
    desk.chats(ChatStep::EndRecording { send: false }).await;
    desk.reads("it is gone", |view| view.recording.is_none()).await;
    records(&mut desk).await;
    desk.chats(ChatStep::EndRecording { send: false }).await;
    desk.reads("it is gone", |view| view.recording.is_none()).await;
    assert!(messenger.says().sends.is_empty());
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_message_that_waits_survives_a_restart() {
    let (messenger, attachments, computer, mut desk) = at_desk().await;
    attachments.files().down = true;
    records(&mut desk).await;
    desk.chats(ChatStep::EndRecording { send: true }).await;
    let view = desk.reads("it waits", |view| states(view).len() == 1).await;
    let key = voice(&view).unwrap().0.to_owned();
    desk.chats(ChatStep::Play { key: Some(key) }).await;
    let heard = |view: &ConversationView| voice(view).is_some_and(|(_, voice)| voice.playing_ms.is_some());
    desk.reads("it can be heard meanwhile", heard).await;
    desk.closes().await;

    let mut desk = Desk::start(&computer);
    looks_at(&mut desk, "s1").await;
    attachments.files().down = false;
    desk.reads("it is stored", |view| states(view) == [&MessageState::Stored]).await;
    assert_eq!(attachments.files().stored.len(), 1);
    assert_eq!(messenger.says().sends.len(), 1);
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_played_is_said() {
    let (messenger, attachments, _computer, mut desk) = at_desk().await;
    let id = attachments.put("s1", "voice.ogg", &b"OggS and nothing else"[..]);
    let content = FileContent { file: id, seconds: Some(3), width: None, height: None, size: 21 };
    let content = Content::File(content).write();
    messenger.writes_kind("s1", BORIS, MessageKind::Voice, content.expose());
    let view = desk.reads("the voice message", |view| voice(view).is_some()).await;
    let (key, shown) = voice(&view).unwrap();
    assert_eq!((shown.length_ms, shown.playing_ms), (3000, None));
    let key = key.to_owned();
    desk.chats(ChatStep::Play { key: Some(key) }).await;
    desk.reads("it cannot be played", |view| view.problem == Some(ProblemCode::CannotPlay)).await;
    desk.closes().await;
}
