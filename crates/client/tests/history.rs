//! The history keeps what it is given, sealed, and survives whatever becomes of its file and its key.
#![allow(clippy::unwrap_used)]

mod history_kit;

use consilium_client::{
    AttachmentPart, History, HistoryError, HistoryKey, HistoryKind, HistoryOwner, HistorySettings, Keychain,
    MemoryStore, Queued, QueuedBody, QueuedFile, QueuedSource, TokenStore, Window,
};
use consilium_model::{MessageKind, Secret, UserId};
use consilium_wire::im::{Member, Message, UserRole};
use history_kit::{at, key, message, page, queued, session};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

async fn reopened(history: History, file: &Path) -> History {
    history.close().await;
    History::open(file, &key()).unwrap()
}

fn waiting(queued: &[Queued]) -> Vec<&str> {
    queued.iter().map(|queued| queued.client_id.as_str()).collect()
}

#[tokio::test]
async fn everything_is_there_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new/deep/h.db");
    let history = History::open(&file, &key()).unwrap();
    assert!(history.is_kept());
    let mut known = session("s");
    known.last_message = Some(message("s", 9, "last"));
    history.put_sessions(vec![session("t"), known.clone()]).await.unwrap();
    history.put_messages("s", page("s", 3..=9)).await.unwrap();
    history.set_draft("s", &"half a sent".into()).await.unwrap();
    history.set_read_up_to("s", 8).await.unwrap();
    history.set_read_up_to("s", 5).await.unwrap();
    history.set_settings(HistorySettings { preview: true }).await.unwrap();
    history.put_attachment("a", AttachmentPart::Thumbnail, vec![1; 5000]).await.unwrap();
    history.enqueue(queued("c1", "s", "one")).await.unwrap();
    history.enqueue(queued("c2", "s", "two")).await.unwrap();
    history.enqueue(queued("c1", "s", "again")).await.unwrap();

    let history = reopened(history, &file).await;
    let mut sessions = history.sessions().await.unwrap();
    sessions.sort_by_key(|kept| kept.newest);
    assert_eq!((sessions.len(), sessions[0].newest, sessions[1].newest), (2, 0, 9));
    assert_eq!(sessions[1].session, known);
    assert_eq!((sessions[0].read, sessions[0].has_draft), (None, false));
    assert_eq!((sessions[1].read, sessions[1].has_draft), (Some(at(8)), true));
    let read = history.messages("s", Window::Newest, 50).await.unwrap();
    assert_eq!((read.messages, read.span), (page("s", 3..=9).messages, Some(3..=9)));
    assert_eq!(history.message("s", 4).await.unwrap(), Some(message("s", 4, "text 4")));
    assert_eq!(history.message("s", 2).await.unwrap(), None);
    assert_eq!(history.draft("s").await.unwrap(), "half a sent".into());
    assert_eq!(history.read_up_to("s").await.unwrap(), 8);
    assert!(history.settings().await.unwrap().preview);
    let kept = history.attachment("a", AttachmentPart::Thumbnail).await.unwrap();
    assert_eq!(kept, Some(vec![1; 5000]));
    assert_eq!(history.attachment("a", AttachmentPart::Whole).await.unwrap(), None);
    assert_eq!(history.outbox().await.unwrap(), [queued("c1", "s", "one"), queued("c2", "s", "two")]);

    history.set_draft("s", &Secret::default()).await.unwrap();
    assert_eq!(history.draft("s").await.unwrap(), Secret::default());
}

#[tokio::test]
async fn the_outbox_keeps_its_order_and_lets_go_of_what_is_stored() {
    let history = History::memory();
    for client_id in ["c1", "c2", "c3", "c4"] {
        history.enqueue(queued(client_id, "s", client_id)).await.unwrap();
    }
    let refused = Queued { refused: Some("too_large".to_owned()), ..queued("c2", "s", "c2") };
    history.requeue(refused.clone()).await.unwrap();
    assert_eq!(history.outbox().await.unwrap()[1], refused);

    let stored = Message { client_message_id: "c1".to_owned(), ..message("s", 1, "c1") };
    history.sent("c1", stored.clone()).await.unwrap();
    history.sent("c1", stored.clone()).await.unwrap();
    history.requeue(queued("c1", "s", "too late")).await.unwrap();
    assert_eq!(waiting(&history.outbox().await.unwrap()), ["c2", "c3", "c4"]);
    assert_eq!(history.messages("s", Window::Newest, 9).await.unwrap().messages, [stored]);

    // A stored message that comes another way settles it as well; one of another session does not.
    let stored = |session| Message { client_message_id: "c3".to_owned(), ..message(session, 2, "c3") };
    let page = |session| consilium_client::MessagePage::one(stored(session)).unwrap();
    history.put_messages("t", page("t")).await.unwrap();
    assert_eq!(waiting(&history.outbox().await.unwrap()), ["c2", "c3", "c4"]);
    history.put_messages("s", page("s")).await.unwrap();
    history.discard("c4").await.unwrap();
    assert_eq!(waiting(&history.outbox().await.unwrap()), ["c2"]);
}

#[tokio::test]
async fn what_is_tried_again_goes_behind_the_others_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("h.db");
    let mut history = History::open(&file, &key()).unwrap();
    for id in ["c1", "c2", "c3"] {
        history.enqueue(queued(id, "s", "x")).await.unwrap();
    }
    history.requeue_last(queued("c1", "s", "x")).await.unwrap();
    history = reopened(history, &file).await;
    history.enqueue(queued("c4", "s", "x")).await.unwrap();
    history.requeue_last(queued("c2", "s", "x")).await.unwrap();
    history.requeue_last(queued("unknown", "s", "x")).await.unwrap();
    assert_eq!(waiting(&history.outbox().await.unwrap()), ["c3", "c1", "c4", "c2"]);
}

#[tokio::test]
async fn bytes_that_lie_nowhere_else_wait_with_their_message() {
    let history = History::memory();
    let file = QueuedFile {
        kind: MessageKind::Voice,
        name: "voice.ogg".into(),
        size: 900_000,
        seconds: Some(300),
        source: QueuedSource::Kept,
    };
    let voice = Queued { body: QueuedBody::File(file), ..queued("c1", "s", "") };
    history.enqueue_with(voice.clone(), vec![7; 900_000]).await.unwrap();
    history.requeue(voice.clone()).await.unwrap();
    assert_eq!(history.queued_bytes("c1").await.unwrap(), Some(vec![7; 900_000]));
    history.requeue(queued("c1", "s", "uploaded")).await.unwrap();
    assert_eq!(history.queued_bytes("c1").await.unwrap(), None);
    assert_eq!(history.queued_bytes("c2").await.unwrap(), None);
}

#[tokio::test]
async fn a_session_is_forgotten_but_never_what_the_person_has_written_in_it() {
    let history = History::memory();
    history.put_sessions(vec![session("s"), session("t")]).await.unwrap();
    for id in ["s", "t"] {
        history.put_messages(id, page(id, 1..=3)).await.unwrap();
        history.enqueue(queued(&format!("c-{id}"), id, "x")).await.unwrap();
        history.set_draft(id, &"draft".into()).await.unwrap();
    }
    assert_eq!(history.search(&"text 2".into(), 9).await.unwrap().len(), 2);
    history.forget_session("s").await.unwrap();
    assert_eq!(history.held("s").await.unwrap(), []);
    assert_eq!(history.search(&"text 2".into(), 9).await.unwrap(), [message("t", 2, "text 2")]);
    assert_eq!(waiting(&history.outbox().await.unwrap()), ["c-s", "c-t"]);

    history.discard("c-s").await.unwrap();
    history.forget_session("s").await.unwrap();
    assert_eq!(history.draft("s").await.unwrap(), "draft".into());
    assert_eq!(history.sessions().await.unwrap().len(), 2);
    history.set_draft("s", &Secret::default()).await.unwrap();
    history.forget_session("s").await.unwrap();
    let left = history.sessions().await.unwrap();
    assert_eq!((left.len(), left[0].session.id.as_str()), (1, "t"));
}

#[tokio::test]
async fn a_history_that_could_not_write_down_what_is_to_be_sent_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::open(folder.path().join("h.db"), &key()).unwrap();
    history.enqueue(queued("c1", "s", "one")).await.unwrap();
    assert!(history.is_kept());
    history.close().await;
    assert_eq!(history.enqueue_with(queued("c2", "s", ""), vec![1]).await, Err(HistoryError::Closed));
    assert!(!history.is_kept() && !history.clone().is_kept());
}

#[tokio::test]
async fn words_are_found_whatever_their_case_and_marks_and_the_newest_come_first() {
    let history = History::memory();
    let texts = ["Ёлка у ДОМА", "שָׁלוֹם Anna 12", "елка", "<b>Crème</b>", "дом и ёлки"];
    for (number, text) in (1..).zip(texts) {
        let session = if number % 2 == 0 { "even" } else { "odd" };
        let page = consilium_client::MessagePage::one(message(session, number, text)).unwrap();
        history.put_messages(session, page).await.unwrap();
    }
    let found = async |text: &str| {
        let found = history.search(&text.into(), 10).await.unwrap();
        found.into_iter().map(|message| message.content.into_inner()).collect::<Vec<_>>()
    };
    assert_eq!(found("елк").await, ["дом и ёлки", "елка", "Ёлка у ДОМА"]);
    assert_eq!(found("дом  ЁЛК").await, ["дом и ёлки", "Ёлка у ДОМА"]);
    assert_eq!(found("שלום 12").await, ["שָׁלוֹם Anna 12"]);
    assert_eq!(found("creme</B>").await, ["<b>Crème</b>"]);
    assert!(found("%").await.is_empty() && found(" ").await.is_empty());

    // What comes after the first search is found, too, and once.
    for _ in 0..2 {
        let page = consilium_client::MessagePage::one(message("odd", 7, "новая ёлка")).unwrap();
        history.put_messages("odd", page).await.unwrap();
    }
    assert_eq!(history.search(&"елк".into(), 2).await.unwrap()[0], message("odd", 7, "новая ёлка"));
    assert_eq!(found("новая").await.len(), 1);
    let card = Message {
        kind: MessageKind::Jump,
        content: r#"{"title":"Visit on Friday","appointment_id":"b-secret"}"#.into(),
        ..message("even", 8, "")
    };
    history.put_messages("even", consilium_client::MessagePage::one(card.clone()).unwrap()).await.unwrap();
    assert_eq!(history.search(&"friday".into(), 2).await.unwrap(), [card]);
    assert!(found("b-secret").await.is_empty(), "only words are searched");
}

/// Everything that a person could be known by, in every place of the store.
#[tokio::test]
async fn nothing_readable_is_in_any_file() {
    const WORDS: [&str; 9] = [
        "Hruodland",
        "kop-finding",
        "user-zeno",
        "sess-4711",
        "client-0815",
        "visit-notes",
        "Ærzte",
        "draft-words",
        "pix-bytes",
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("h.db");
    let history = History::open(&file, &key()).unwrap();
    let id = WORDS[3];
    let mut known = session(id);
    known.name = Some(WORDS[0].into());
    known.participants = vec![Member {
        session_id: id.to_owned(),
        participant_id: WORDS[2].into(),
        name: WORDS[6].into(),
        role: UserRole::Patient,
        last_fetch_time: at(0),
    }];
    for round in 0..30 {
        let text = format!("{} {round}", WORDS[1]).repeat(20);
        let stored = Message {
            sender_id: WORDS[2].into(),
            client_message_id: format!("{}-{round}", WORDS[4]),
            ..message(id, round + 1, &text)
        };
        history.put_sessions(vec![known.clone()]).await.unwrap();
        history.enqueue(queued(&stored.client_message_id, id, &text)).await.unwrap();
        history.sent(&stored.client_message_id.clone(), stored).await.unwrap();
        history.set_draft(id, &WORDS[7].into()).await.unwrap();
        let bytes = WORDS[8].repeat(100 * round as usize).into_bytes();
        history.put_attachment(WORDS[8], AttachmentPart::Whole, bytes.clone()).await.unwrap();
        let source = QueuedSource::Path { path: Secret::new(PathBuf::from(WORDS[5])), modified: None };
        let body =
            QueuedFile { kind: MessageKind::Article, name: WORDS[5].into(), size: 1, seconds: None, source };
        let queued = Queued { body: QueuedBody::File(body), ..queued(&format!("f{round}"), id, "") };
        history.enqueue_with(queued, bytes).await.unwrap();
    }
    assert_eq!(history.search(&WORDS[1].into(), 5).await.unwrap().len(), 5);
    let look = || {
        let mut files = 0;
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let utf16: Vec<Vec<u8>> =
                WORDS.map(|word| word.encode_utf16().flat_map(u16::to_le_bytes).collect()).to_vec();
            for word in WORDS.iter().map(|word| word.as_bytes().to_vec()).chain(utf16) {
                assert!(!bytes.windows(word.len()).any(|window| window == word), "{}", path.display());
            }
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            }
            files += 1;
        }
        files
    };
    assert_eq!(look(), 2, "the file and its log, and no other");
    history.close().await;
    assert_eq!(look(), 1);
}

#[tokio::test]
async fn a_file_of_another_key_is_set_aside_and_opens_again_with_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("h.db");
    let history = History::open(&file, &key()).unwrap();
    history.set_draft("s", &"mine".into()).await.unwrap();
    history.close().await;

    let other = HistoryKey::draw();
    let history = History::open(&file, &other).unwrap();
    assert_eq!(history.draft("s").await.unwrap(), Secret::default());
    history.set_draft("s", &"other".into()).await.unwrap();
    history.close().await;
    let history = History::open(folder.path().join("h.db.aside-1"), &key()).unwrap();
    assert_eq!(history.draft("s").await.unwrap(), "mine".into());
    history.close().await;
    for _ in 0..8 {
        History::open(&file, &HistoryKey::draw()).unwrap().close().await;
    }
    assert!(files(&folder) <= 6, "not without end");
}

#[tokio::test]
async fn whatever_lies_where_the_file_should_be_a_history_opens() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("h.db");
    let history = History::open(&file, &key()).unwrap();
    history.put_messages("s", page("s", 1..=200)).await.unwrap();
    history.close().await;
    let whole = std::fs::read(&file).unwrap();
    let mut noise = vec![0; 5000];
    for (at, byte) in noise.iter_mut().enumerate() {
        *byte = (at * 131 % 253) as u8;
    }
    let half = whole[..whole.len() / 2].to_vec();
    let mut holed = whole.clone();
    holed[4096..20_000].fill(0);
    for bytes in [Vec::new(), b"hello".to_vec(), noise, half, holed] {
        std::fs::write(&file, bytes).unwrap();
        let history = History::open(&file, &key()).unwrap();
        // Damage that shows only later is an error, or a gap, and never wrong words.
        if let Ok(read) = history.messages("s", Window::Newest, 500).await {
            for message in read.messages {
                assert!(message.content.expose().starts_with("text "));
            }
        }
        history.close().await;
        for end in ["", "-wal"] {
            std::fs::remove_file(folder.path().join(format!("h.db{end}"))).ok();
        }
    }
    // A newer version's file is not touched by an older one.
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(connection);
    History::open(&file, &key()).unwrap().close().await;
}

#[tokio::test]
async fn a_value_that_was_moved_or_changed_is_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("h.db");
    let history = History::open(&file, &key()).unwrap();
    history.put_messages("s", page("s", 1..=9)).await.unwrap();
    history.close().await;
    let connection = rusqlite::Connection::open(&file).unwrap();
    let swap = "UPDATE messages SET row = (SELECT row FROM messages WHERE seq = 7) WHERE seq = 4";
    assert_eq!(connection.execute(swap, []).unwrap(), 1);
    drop(connection);
    let history = History::open(&file, &key()).unwrap();
    let read = history.messages("s", Window::Newest, 50).await.unwrap();
    assert_eq!((read.messages.len(), read.span, read.more), (5, Some(5..=9), true));
    assert_eq!(history.held("s").await.unwrap(), [1..=3, 5..=9]);
    history.put_messages("s", page("s", 4..=4)).await.unwrap();
    assert_eq!(history.held("s").await.unwrap(), [1..=9]);
}

#[tokio::test]
async fn a_second_run_of_the_application_has_one_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = Keychain::over(Arc::new(MemoryStore::default()));
    let user = UserId::from("anna");
    let owner = owner(&user);
    let first = History::of(Some(folder.path()), &keychain, owner).await;
    first.set_draft("s", &"kept".into()).await.unwrap();
    let second = History::of(Some(folder.path()), &keychain, owner).await;
    assert!(first.is_kept() && !second.is_kept());
    second.set_draft("s", &"lost".into()).await.unwrap();
    first.close().await;
    assert_eq!(first.draft("s").await, Err(HistoryError::Closed));
    let third = History::of(Some(folder.path()), &keychain, owner).await;
    assert_eq!(third.draft("s").await.unwrap(), "kept".into());
}

#[tokio::test]
async fn signing_out_leaves_neither_file_nor_key() {
    let folder = tempfile::tempdir().unwrap();
    let lasting = Arc::new(MemoryStore::default());
    let keychain = Keychain::over(lasting.clone());
    let (anna, boris) = (UserId::from("anna"), UserId::from("boris"));
    let (one, two) = (
        History::of(Some(folder.path()), &keychain, owner(&anna)).await,
        History::of(Some(folder.path()), &keychain, owner(&boris)).await,
    );
    two.set_draft("s", &"stays".into()).await.unwrap();
    assert_eq!(one.draft("s").await.unwrap(), Secret::default(), "each has its own");
    one.forget().await.unwrap();
    two.close().await;
    assert_eq!(files(&folder), 1);
    let two = History::of(Some(folder.path()), &keychain, owner(&boris)).await;
    assert_eq!(two.draft("s").await.unwrap(), "stays".into());

    // A key that is lost without its file: the file is set aside, and both go when the person signs out.
    two.close().await;
    let entries = format!("{lasting:?}");
    let entry = entries.split('"').nth(1).unwrap();
    lasting.forget(entry).await.unwrap();
    let two = History::of(Some(folder.path()), &keychain, owner(&boris)).await;
    assert!(two.is_kept());
    assert_eq!(two.draft("s").await.unwrap(), Secret::default());
    two.forget().await.unwrap();
    assert_eq!(files(&folder), 0);
}

#[tokio::test]
async fn without_a_keychain_it_lasts_until_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let user = UserId::from("anna");
    let owner = owner(&user);
    let history = History::of(Some(folder.path()), &Keychain::forgetful(), owner).await;
    assert!(!history.is_kept());
    history.put_messages("s", page("s", 1..=3)).await.unwrap();
    assert_eq!(history.held("s").await.unwrap(), [1..=3]);
    history.forget().await.unwrap();
    assert_eq!(files(&folder), 0);
}

fn owner(user: &UserId) -> HistoryOwner<'_> {
    let kind = HistoryKind::Account;
    HistoryOwner { kind, profile: "main", server: "https://clinic.example", user }
}

/// Everything but the key of the names.
fn files(folder: &tempfile::TempDir) -> usize {
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name != "history-names").count()
}

#[tokio::test]
async fn what_is_not_open_is_forgotten_too() {
    let folder = tempfile::tempdir().unwrap();
    let lasting = Arc::new(MemoryStore::default());
    let keychain = Keychain::over(lasting.clone());
    let nothing = format!("{lasting:?}");
    let user = UserId::from("anna");
    let forget = || History::forget_of(Some(folder.path()), &keychain, owner(&user));
    forget().await.unwrap();
    History::of(Some(folder.path()), &keychain, owner(&user)).await.close().await;
    assert!(files(&folder) > 0 && format!("{lasting:?}") != nothing);
    forget().await.unwrap();
    assert_eq!((files(&folder), format!("{lasting:?}")), (0, nothing));
}

#[tokio::test]
async fn the_histories_of_links_go_together_or_when_nobody_uses_them() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = Keychain::over(Arc::new(MemoryStore::default()));
    let (anna, boris) = (UserId::from("anna"), UserId::from("patient:7"));
    let visit = HistoryOwner { kind: HistoryKind::Visit, ..owner(&boris) };
    History::of(Some(folder.path()), &keychain, owner(&anna)).await.close().await;
    History::of(Some(folder.path()), &keychain, visit).await.close().await;
    let other = folder.path().join("visit-of-somebody.txt");
    std::fs::write(&other, "").unwrap();
    let all = files(&folder);
    let forget = |idle| History::forget_visits(folder.path(), &keychain, "main", idle);
    forget(Some(HistoryKind::MAX_IDLE)).await.unwrap();
    assert_eq!(files(&folder), all);

    let old = SystemTime::now() - HistoryKind::MAX_IDLE * 2;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let file = std::fs::File::options().append(true).open(entry.unwrap().path()).unwrap();
        file.set_modified(old).unwrap();
    }
    History::of(Some(folder.path()), &keychain, visit).await.close().await;
    forget(Some(HistoryKind::MAX_IDLE)).await.unwrap();
    assert_eq!(files(&folder), all, "it was opened now");
    forget(None).await.unwrap();
    assert_eq!(files(&folder), all - 1);
    assert!(other.exists());
    let anna = History::of(Some(folder.path()), &keychain, owner(&anna)).await;
    assert!(anna.is_kept());
}
