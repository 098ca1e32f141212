//! The chat of a specialist who is signed in: live, offline, over restarts.
#![allow(clippy::unwrap_used)]

mod common;

use common::chat::BORIS;
use common::chat_desk::{
    Computer, Desk, at_desk, chat, conversation, inbox, online, open, states, with_boris, words,
};
use consilium_app::view::{AppView, Earlier, MessageBody, MessageState};
use consilium_app::{Action, ChatStep};
use consilium_model::MessageKind;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn words_go_both_ways_and_are_read() {
    let messenger = with_boris();
    messenger.writes("s1", BORIS, "good morning");
    let (_computer, mut desk) = at_desk(&messenger).await;
    desk.chats(ChatStep::Open).await;
    let view = desk.sees("the list", |view| inbox(view).is_some_and(|inbox| !inbox.rows.is_empty())).await;
    let rows = &inbox(&view).unwrap().rows;
    assert_eq!((rows.len(), rows[0].title.as_str(), rows[0].unread), (1, "BORIS", 1));
    assert_eq!(chat(&view).unwrap().unread, 1);

    desk.chats(open("s1")).await;
    let view = desk.reads("the message", |view| words(view) == ["good morning"]).await;
    assert_eq!((view.earlier, view.first_unread.as_ref()), (Earlier::Start, Some(&view.messages[0].key)));
    desk.chats(ChatStep::Seen { key: view.messages[0].key.clone() }).await;
    desk.sees("nothing unread", |view| chat(view).is_some_and(|chat| chat.unread == 0)).await;
    desk.says("hello, Boris").await;
    let view = desk.reads("it is stored", |view| states(view) == [&MessageState::Stored]).await;
    let key = view.messages[1].key.clone();
    messenger.has_read("s1", BORIS);
    let view = desk.reads("it is read", |view| states(view) == [&MessageState::Read]).await;
    assert_eq!(view.messages[1].key, key, "its name stays");
    messenger.writes("s1", BORIS, "and now?");
    desk.reads("the answer", |view| words(view) == ["good morning", "hello, Boris", "and now?"]).await;
    assert_eq!(messenger.words("s1").len(), 3);
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_told_who_wrote_and_the_notice_goes_when_it_is_read() {
    let messenger = with_boris();
    let (_computer, mut desk) = at_desk(&messenger).await;
    desk.does(Action::InFront { front: false }).await;
    desk.sees("the list is read", online).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    messenger.writes("s1", BORIS, "secret words");
    desk.sees("the message", |view| chat(view).is_some_and(|chat| chat.unread == 1)).await;
    {
        let asked = desk.asked();
        assert_eq!(asked.notices.len(), 1);
        let notice = &asked.notices[0];
        assert_eq!((notice.conversation.as_str(), notice.sender.expose().as_str()), ("s1", "BORIS"));
        assert_eq!((notice.text.clone(), notice.unread), (None, 1));
        assert_eq!(asked.badges.last(), Some(&1));
    }
    desk.chats(open("s1")).await;
    let view = desk.reads("the message", |view| words(view) == ["secret words"]).await;
    desk.chats(ChatStep::Seen { key: view.messages[0].key.clone() }).await;
    desk.does(Action::InFront { front: true }).await;
    desk.sees("nothing unread", |view| chat(view).is_some_and(|chat| chat.unread == 0)).await;
    assert_eq!(desk.asked().withdrawn, ["s1"]);
    assert_eq!(desk.asked().badges.last(), Some(&0));
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_line_and_an_ended_token_mend_by_themselves() {
    let messenger = with_boris();
    messenger.writes("s1", BORIS, "one");
    let (_computer, mut desk) = at_desk(&messenger).await;
    desk.chats(open("s1")).await;
    desk.reads("the message", |view| words(view) == ["one"]).await;
    messenger.end_tokens();
    messenger.hang_up();
    messenger.writes("s1", BORIS, "two");
    desk.reads("what was missed", |view| words(view) == ["one", "two"]).await;
    desk.sees("the line", online).await;
    desk.says("three").await;
    desk.reads("it is stored", |view| states(view) == [&MessageState::Stored]).await;
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_history_is_shown_from_its_end_and_loaded_as_it_is_wanted() {
    let messenger = with_boris();
    for number in 1..=1000 {
        messenger.writes("s1", BORIS, &format!("word {number}"));
    }
    let (_computer, mut desk) = at_desk(&messenger).await;
    desk.chats(open("s1")).await;
    let view = desk.reads("the newest", |view| words(view).last() == Some(&"word 1000")).await;
    assert!(view.messages.len() <= 200 && view.earlier != Earlier::Start);
    let mut first = view.messages[0].key.clone();
    for _ in 0..20 {
        if conversation(&desk.newest()).unwrap().earlier == Earlier::Start {
            break;
        }
        desk.chats(ChatStep::Earlier).await;
        let view = desk.reads("more", |view| view.messages[0].key != first).await;
        assert!(view.messages.len() <= 400);
        first = view.messages[0].key.clone();
    }
    let view = desk.reads("the first one", |view| words(view).first() == Some(&"word 1")).await;
    assert!(view.later);
    messenger.writes("s1", BORIS, "word 1001");
    desk.chats(ChatStep::Later).await;
    desk.reads("later ones", |view| words(view).first() != Some(&"word 1")).await;
    desk.chats(open("s1")).await;
    desk.reads("the newest again", |view| words(view).last() == Some(&"word 1001") && !view.later).await;
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_is_found_and_opened() {
    let messenger = with_boris();
    for number in 1..=150 {
        messenger.writes("s1", BORIS, &format!("word {number}"));
    }
    messenger.writes("s2", "patient:7", "Ибупрофен 400");
    let (_computer, mut desk) = at_desk(&messenger).await;
    desk.chats(ChatStep::Open).await;
    let found = |text: &'static str| {
        move |view: &AppView| {
            inbox(view).is_some_and(|inbox| inbox.found.iter().any(|row| row.text.contains(text)))
        }
    };
    // Kept as soon as it was read, which nobody waits for but who searches.
    let searching = async {
        loop {
            desk.chats(ChatStep::Search { text: "ибупрофен".into() }).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
            if found("Ибупрофен")(&desk.newest()) {
                break;
            }
        }
    };
    tokio::time::timeout(common::PATIENCE, searching).await.unwrap();
    desk.chats(ChatStep::Search { text: "word 100".into() }).await;
    let view = desk.sees("the other words", found("word 100")).await;
    let row = inbox(&view).unwrap().found[0].clone();
    desk.chats(ChatStep::OpenFound { id: row.id, key: row.key.clone() }).await;
    let view =
        desk.reads("the place", |view| view.focus.is_some() && words(view).contains(&"word 150")).await;
    assert_eq!(view.focus, Some(row.key));
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_begun_and_pinned() {
    let messenger = with_boris();
    messenger.writes("s1", BORIS, "one");
    let (_computer, mut desk) = at_desk(&messenger).await;
    desk.chats(ChatStep::Open).await;
    desk.chats(ChatStep::FindPeople { text: "ve".into() }).await;
    let person = |view: &AppView| match &chat(view)?.pane {
        consilium_app::view::ChatPane::People(people) => people.rows.first().map(|row| row.id.clone()),
        _ => None,
    };
    let view = desk.sees("somebody", |view| person(view).is_some()).await;
    desk.chats(ChatStep::Begin { people: vec![person(&view).unwrap()], name: None }).await;
    desk.reads("the new conversation", |view| view.title == "VERA").await;
    desk.says("hello").await;
    desk.reads("it is stored", |view| states(view) == [&MessageState::Stored]).await;
    desk.chats(ChatStep::Back).await;
    desk.chats(ChatStep::Pin { id: "s1".to_owned(), on: true }).await;
    let view = desk.sees("pinned first", |view| inbox(view).is_some_and(|inbox| inbox.rows[0].pinned)).await;
    let titles: Vec<&str> = inbox(&view).unwrap().rows.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(titles, ["BORIS", "VERA"]);
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_messenger_has_no_chat() {
    let messenger = with_boris();
    messenger.says().absent = true;
    let server = axum::Router::new()
        .route(
            "/clinic/home/v1/sign_in",
            axum::routing::post(async || {
                axum::Json(serde_json::json!({"token": "t", "user_id": "anna", "name": "A", "clinic": "C"}))
            }),
        )
        .route(
            "/clinic/home/v1/visits",
            axum::routing::get(async || axum::Json(serde_json::json!({"visits": []}))),
        );
    let address = common::chat_desk::serve_router(server).await;
    let computer = Computer::new();
    let mut desk = Desk::start(&computer);
    desk.signs_in(&address).await;
    desk.chats(ChatStep::Open).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    desk.does(Action::SetLocale { locale: consilium_model::Locale::Ru }).await;
    let view = desk.sees("the language", |view| view.locale == consilium_model::Locale::Ru).await;
    assert!(view.chat.is_none());
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_opens_in_the_browser_and_nothing_else_does() {
    let messenger = with_boris();
    let articles = [
        r#"{"title":"Diet","url":"https://clinic.example/diet"}"#,
        r#"{"title":"Bad","url":"javascript:alert(1)"}"#,
        r#"{"title":"Old","url":"http://clinic.example/"}"#,
        "not even JSON",
    ];
    for article in articles {
        messenger.writes_kind("s1", BORIS, MessageKind::Article, article);
    }
    let (_computer, mut desk) = at_desk(&messenger).await;
    desk.chats(open("s1")).await;
    let view = desk.reads("all of them", |view| view.messages.len() == 4).await;
    let article = MessageBody::Article { title: "Diet".to_owned(), host: "clinic.example".to_owned() };
    let bodies: Vec<&MessageBody> = view.messages.iter().map(|row| &row.body).collect();
    assert_eq!(bodies, [&article, &MessageBody::Unknown, &MessageBody::Unknown, &MessageBody::Unknown]);
    for row in &view.messages {
        desk.chats(ChatStep::Follow { key: row.key.clone() }).await;
    }
    desk.says("done").await;
    desk.reads("it is stored", |view| states(view) == [&MessageState::Stored]).await;
    assert_eq!(desk.asked().browsed, ["https://clinic.example/diet"]);
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_is_opened_and_closed() {
    let messenger = with_boris();
    messenger.writes("s2", "patient:7", "it hurts");
    let (_computer, mut desk) = at_desk(&messenger).await;
    desk.chats(open("s2")).await;
    let view = desk.reads("the patient's words", |view| words(view) == ["it hurts"]).await;
    assert!(view.topic.can_open && view.topic.open.is_none());
    desk.chats(ChatStep::OpenTopic { name: "Pain".into() }).await;
    let view = desk.reads("the topic", |view| view.topic.open.as_deref() == Some("Pain")).await;
    assert!(view.topic.can_close && !view.topic.can_open);
    desk.chats(ChatStep::CloseTopic { closing: None }).await;
    desk.reads("no topic", |view| view.topic.open.is_none() && view.topic.can_open).await;
    desk.closes().await;
}
