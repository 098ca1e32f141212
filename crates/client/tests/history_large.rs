//! A hundred thousand messages: how long the first page, the first search and the next ones take. Prints, and asserts
//! nothing about time: `cargo test -p consilium-client --test history_large -- --ignored --nocapture`.
#![allow(clippy::unwrap_used)]

mod history_kit;

use consilium_client::{History, MessagePage, Window};
use history_kit::{key, message};
use std::time::Instant;

const MESSAGES: u64 = 100_000;

#[tokio::test]
#[ignore = "takes a while"]
async fn a_large_history() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::open(folder.path().join("h.db"), &key()).unwrap();
    let begun = Instant::now();
    for first in (1..=MESSAGES).step_by(500) {
        let text = |number| {
            format!("Сообщение номер {number}: приём в пятницу, {}", "слово ".repeat(number as usize % 20))
        };
        let numbers = first..=first + 499;
        let messages = numbers.clone().rev().map(|number| message("s", number, &text(number))).collect();
        history.put_messages("s", MessagePage { messages, span: Some(numbers), more: true }).await.unwrap();
    }
    println!("{MESSAGES} messages kept: {:?}", begun.elapsed());
    let time = async |what: &str, window: Window| {
        let begun = Instant::now();
        let read = history.messages("s", window, 50).await.unwrap();
        assert_eq!(read.messages.len(), 50);
        println!("{what}: {:?}", begun.elapsed());
    };
    time("newest page", Window::Newest).await;
    time("page in the middle", Window::Before(50_000)).await;
    for text in ["номер 77", "пятница", "ПРИЕМ номер 1: ", "слово"] {
        let begun = Instant::now();
        let found = history.search(&text.into(), 50).await.unwrap();
        println!("search: {} found in {:?}", found.len(), begun.elapsed());
    }
    let size: u64 = std::fs::metadata(folder.path().join("h.db")).unwrap().len();
    println!("{} MB on the disk", size / 1_000_000);
}
