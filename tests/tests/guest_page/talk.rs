//! What the guest page and an application send each other in the visit's chat: words and files, also after the server has
//! forgotten the page's token.

use super::common::{Clinic, PATIENCE, Person};
use super::guest::Guest;
use super::tab::{Browser, Devices, LOOK};
use super::{conversation, three, write_to_each_other, wrote};
use consilium_app::view::{AppView, FileView, MessageBody};
use consilium_app::{Action, ChatStep};
use std::path::Path;

/// Both have the conversation open.
async fn talking(clinic: &Clinic, browser: &Browser) -> ([Person; 2], Guest) {
    let (mut people, mut guest) = three(clinic, browser).await;
    write_to_each_other(&mut people[0], &mut guest).await;
    (people, guest)
}

fn file<'a>(view: &'a AppView, name: &str) -> Option<(&'a str, &'a FileView)> {
    conversation(view)?.messages.iter().find_map(|row| match &row.body {
        MessageBody::File(file) if file.name == name => Some((row.key.as_str(), file)),
        _ => None,
    })
}

/// The file, once it is there as a whole.
async fn saved(file: &Path) -> Vec<u8> {
    let looking = async {
        while !file.exists() {
            tokio::time::sleep(LOOK).await;
        }
        std::fs::read(file).unwrap()
    };
    tokio::time::timeout(PATIENCE, looking)
        .await
        .unwrap_or_else(|_| panic!("never saved: {}", file.display()))
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_both_ways_and_are_saved_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (of_guest, of_doctor) = ("Анализы 12.txt", "מרשם.pdf");
    let results: Vec<u8> = (0..300_000_u32).map(|number| (number % 251) as u8).collect();
    std::fs::write(at(of_guest), &results).unwrap();
    std::fs::write(at(of_doctor), b"%PDF-1.4 a prescription").unwrap();

    let clinic = Clinic::start().await;
    let browser = Browser::start(Devices::Allowed).await;
    let ([mut doctor, other], mut guest) = talking(&clinic, &browser).await;
    std::fs::create_dir(at("downloads")).unwrap();
    guest.tab.keeps_files_in(&at("downloads")).await;

    guest.tab.presses("[data-testid=chat-attach]").await;
    guest.tab.chooses(&at(of_guest)).await;
    let view = doctor.sees("the guest's file", |view| file(view, of_guest).is_some()).await;
    let (key, shown) = file(&view, of_guest).unwrap();
    assert_eq!(shown.size, results.len() as u64);
    doctor.would_save_as(&at("copy"));
    doctor.does(Action::Chat { step: ChatStep::Save { key: key.to_owned() } }).await;
    assert_eq!(saved(&at("copy")).await, results);

    doctor.would_send(&at(of_doctor));
    doctor.does(Action::Chat { step: ChatStep::Attach }).await;
    let save = "[data-testid=chat-pane] [data-testid=chat-save][title*='מרשם.pdf']";
    guest.tab.presses(save).await;
    assert_eq!(saved(&at("downloads").join(of_doctor)).await, b"%PDF-1.4 a prescription");
    assert_eq!(guest.tab.complaints, Vec::<String>::new());
    doctor.closes().await;
    other.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chat_goes_on_with_another_token_when_the_server_knows_its_own_no_more() {
    let mut clinic = Clinic::start().await;
    let browser = Browser::start(Devices::Allowed).await;
    let ([mut doctor, other], mut guest) = talking(&clinic, &browser).await;
    clinic.stop().await;
    guest.tab.sees("document.querySelector('[data-testid=line-lost]')").await;
    // It waits for the line, and is then sent with the token of then.
    guest.writes("Written without a server").await;
    let store = rusqlite::Connection::open(clinic.folder().join("clinic.db")).unwrap();
    assert!(store.execute("DELETE FROM chat_tokens", ()).unwrap() > 0);
    drop(store);
    clinic.restart().await;
    doctor.sees("the guest's words", |view| wrote(view, "Written without a server")).await;
    guest.writes("And after it").await;
    doctor.sees("more of them", |view| wrote(view, "And after it")).await;
    let step = ChatStep::Send { text: "Good".into() };
    doctor.does(Action::Chat { step }).await;
    guest.reads("Good").await;
    doctor.closes().await;
    other.closes().await;
}
