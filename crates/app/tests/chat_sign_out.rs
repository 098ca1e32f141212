//! What a sign-out leaves of the chat: nothing.
#![allow(clippy::unwrap_used)]

mod common;

use common::chat::{ANNA, BORIS, Messenger, session};
use common::chat_desk::{Computer, Desk, chat, serve, words};
use consilium_app::view::{Line, Stage};
use consilium_app::{Action, ChatStep};
use consilium_wire::im::UserRole;

fn with_boris() -> Messenger {
    Messenger::of(ANNA, vec![session("s1", ANNA, &[(BORIS, UserRole::Doctor)])])
}

async fn at_desk(messenger: &Messenger) -> (Computer, Desk) {
    let computer = Computer::new();
    let mut desk = Desk::start(&computer);
    desk.signs_in(&serve(messenger).await).await;
    desk.sees("the chat", |view| chat(view).is_some_and(|chat| chat.line == Line::Online)).await;
    (computer, desk)
}

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
    desk.chats(ChatStep::OpenConversation { id: "s1".to_owned() }).await;
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
