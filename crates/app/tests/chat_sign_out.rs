//! What a sign-out leaves of the chat: nothing.
#![allow(clippy::unwrap_used)]

mod common;

use common::chat::BORIS;
use common::chat_desk::{Computer, Desk, at_desk, chat, open, with_boris, words};
use consilium_app::Action;
use consilium_app::view::Stage;
use std::time::Duration;

/// How many files of histories there are.
fn histories(computer: &Computer) -> usize {
    let names = std::fs::read_dir(computer.path()).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name != "history-names").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_forgets_what_was_kept() {
    let messenger = with_boris();
    messenger.writes("s1", BORIS, "one");
    let (computer, mut desk) = at_desk(&messenger).await;
    desk.chats(open("s1")).await;
    desk.reads("the message", |view| words(view) == ["one"]).await;
    assert!(chat(&desk.newest()).unwrap().kept);
    let files = || histories(&computer);
    assert!(files() > 0);
    desk.does(Action::SignOut).await;
    desk.sees("no chat", |view| view.chat.is_none()).await;
    assert_eq!(files(), 0);
    assert!(messenger.says().tokens.is_empty(), "the messenger's token has ended, too");
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_forgets_a_history_that_waits_for_the_keychain() {
    let messenger = with_boris();
    let (computer, desk) = at_desk(&messenger).await;
    desk.closes().await;
    let files = || histories(&computer);
    assert!(files() > 0);

    computer.store.lock_histories();
    let mut desk = Desk::start(&computer);
    desk.sees("home", |view| matches!(view.stage, Stage::Home(_))).await;
    desk.does(Action::SignOut).await;
    desk.sees("the form", |view| matches!(view.stage, Stage::SignIn(_))).await;
    desk.closes().await;
    assert_eq!(files(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_leaves_the_desktop_with_whoever_signs_out() {
    let messenger = with_boris();
    let (_computer, mut desk) = at_desk(&messenger).await;
    desk.does(Action::InFront { front: false }).await;
    // The first list is read: what comes after it is news.
    tokio::time::sleep(Duration::from_millis(300)).await;
    messenger.writes("s1", BORIS, "secret words");
    desk.sees("the message", |view| chat(view).is_some_and(|chat| chat.unread == 1)).await;
    assert_eq!(desk.asked().notices.len(), 1);
    assert!(desk.asked().withdrawn.is_empty());
    desk.does(Action::SignOut).await;
    desk.sees("no chat", |view| view.chat.is_none()).await;
    assert_eq!(desk.asked().withdrawn, ["s1"]);
    desk.closes().await;
}
