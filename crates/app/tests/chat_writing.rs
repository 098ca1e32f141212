//! What is written in the chat, until the server has it.
#![allow(clippy::unwrap_used)]

mod common;

use common::chat::BORIS;
use common::chat_desk::{Desk, at_desk, chat, inbox, open, states, with_boris, words};
use consilium_app::ChatStep;
use consilium_app::view::{AppView, ConversationView, MessageState, ProblemCode};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_without_a_line_is_sent_later_once_and_survives_a_restart() {
    let messenger = with_boris();
    messenger.writes("s1", BORIS, "one");
    let (computer, mut desk) = at_desk(&messenger).await;
    desk.chats(open("s1")).await;
    desk.reads("the message", |view| words(view) == ["one"]).await;
    messenger.says().down = true;
    desk.says("two").await;
    desk.says("three").await;
    let waits = |view: &AppView| chat(view).is_some_and(|chat| chat.waiting == 2);
    desk.sees("both wait", waits).await;
    desk.closes().await;

    let mut desk = Desk::start(&computer);
    desk.sees("what was kept", waits).await;
    desk.chats(open("s1")).await;
    let view = desk.reads("all three", |view| words(view) == ["one", "two", "three"]).await;
    assert!(view.messages.iter().skip(1).all(|row| row.mine));
    {
        let mut says = messenger.says();
        says.down = false;
        says.lose_answers = 1;
    }
    desk.reads("both are stored", |view| states(view) == [&MessageState::Stored, &MessageState::Stored])
        .await;
    desk.reads("nothing is doubled", |view| words(view) == ["one", "two", "three"]).await;
    let stored: Vec<String> = messenger.words("s1").into_iter().map(|(_, text)| text).collect();
    assert_eq!(stored, ["one", "two", "three"]);
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_holds_nobody_up_and_can_be_tried_again_or_thrown_away() {
    let messenger = with_boris();
    messenger.writes("s1", BORIS, "one");
    messenger.says().refuse = Some("bad".to_owned());
    let (_computer, mut desk) = at_desk(&messenger).await;
    desk.chats(open("s1")).await;
    desk.reads("the message", |view| words(view) == ["one"]).await;
    desk.says("bad").await;
    desk.says("good").await;
    let failed = MessageState::Failed { problem: ProblemCode::MessageRefused };
    let view = desk.reads("one refused, one stored", |view| {
        let states = states(view);
        states.contains(&&failed) && states.contains(&&MessageState::Stored)
    });
    let view = view.await;
    let bad = view.messages.iter().find(|row| row.state == failed).unwrap().key.clone();
    messenger.says().refuse = None;
    desk.chats(ChatStep::Resend { key: bad.clone() }).await;
    desk.reads("both are stored", |view| states(view) == [&MessageState::Stored; 2]).await;
    messenger.says().refuse = Some("bad again".to_owned());
    desk.says("bad again").await;
    let view = desk.reads("refused", |view| states(view).contains(&&failed)).await;
    let bad = view.messages.iter().find(|row| row.state == failed).unwrap().key.clone();
    desk.chats(ChatStep::Discard { key: bad }).await;
    desk.reads("gone", |view| words(view) == ["one", "good", "bad"]).await;
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_answered_and_forwarded() {
    let messenger = with_boris();
    messenger.writes("s1", BORIS, "take one a day");
    messenger.writes("s2", "patient:7", "how many?");
    let (_computer, mut desk) = at_desk(&messenger).await;
    desk.chats(open("s1")).await;
    let view = desk.reads("the message", |view| view.messages.len() == 1).await;
    let key = view.messages[0].key.clone();
    desk.chats(ChatStep::Reply { key: Some(key.clone()) }).await;
    desk.reads("the quote", |view| view.reply.is_some()).await;
    desk.says("thank you").await;
    let view = desk.reads("it is stored", |view| states(view) == [&MessageState::Stored]).await;
    let quote = view.messages[1].reply.clone().unwrap();
    assert_eq!((quote.key.as_ref(), quote.text.as_str()), (Some(&key), "take one a day"));
    assert!(view.reply.is_none());
    desk.chats(ChatStep::Forward { key, to: "s2".to_owned() }).await;
    desk.chats(open("s2")).await;
    let both = |view: &ConversationView| {
        words(view) == ["how many?", "take one a day"] && states(view) == [&MessageState::Stored]
    };
    let view = desk.reads("it is forwarded", both).await;
    assert!(view.messages[1].forwarded);
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_outlives_the_window() {
    let messenger = with_boris();
    messenger.writes("s1", BORIS, "one");
    let (computer, mut desk) = at_desk(&messenger).await;
    desk.chats(open("s1")).await;
    desk.reads("the message", |view| words(view) == ["one"]).await;
    desk.chats(ChatStep::Draft { text: "half a thou".into() }).await;
    desk.chats(ChatStep::Back).await;
    desk.sees("the list", |view| inbox(view).is_some()).await;
    desk.closes().await;
    let mut desk = Desk::start(&computer);
    desk.sees("the chat", |view| chat(view).is_some()).await;
    desk.chats(open("s1")).await;
    desk.reads("the draft", |view| view.draft == "half a thou").await;
    desk.says("half a thought").await;
    desk.reads("no draft", |view| view.draft.is_empty() && states(view) == [&MessageState::Stored]).await;
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_over_right_before_the_end_is_kept() {
    let messenger = with_boris();
    messenger.writes("s1", BORIS, "one");
    let (computer, mut desk) = at_desk(&messenger).await;
    desk.chats(open("s1")).await;
    desk.reads("the message", |view| words(view) == ["one"]).await;
    messenger.says().down = true;
    for number in 0..20 {
        desk.says(&format!("word {number}")).await;
    }
    desk.chats(ChatStep::Draft { text: "and one m".into() }).await;
    desk.closes().await;
    let mut desk = Desk::start(&computer);
    desk.sees("all of them wait", |view| chat(view).is_some_and(|chat| chat.waiting == 20)).await;
    desk.chats(open("s1")).await;
    desk.reads("the draft", |view| view.draft == "and one m").await;
    desk.closes().await;
}
