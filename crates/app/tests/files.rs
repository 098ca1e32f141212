//! Files of the chat: sent, shown, saved and forwarded, on good days and bad ones.
#![allow(clippy::unwrap_used)]

mod common;

use common::attachments::Attachments;
use common::chat::{ANNA, BORIS, Messenger, session};
use common::chat_desk::{Computer, Desk, chat, serve_router, states};
use consilium_app::ChatStep;
use consilium_app::view::{
    AppView, ConversationView, FileView, Line, MessageBody, MessageState, ProblemCode,
};
use consilium_model::MessageKind;
use consilium_wire::im::{ArticleContent, Content, FileContent, UserRole};
use std::path::{Path, PathBuf};

/// The smallest picture there is.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

struct Room {
    messenger: Messenger,
    attachments: Attachments,
    computer: Computer,
    desk: Desk,
}

impl Room {
    /// Anna looks at her conversation with Boris.
    async fn enter() -> Self {
        let messenger = Messenger::of(
            ANNA,
            vec![
                session("s1", ANNA, &[(BORIS, UserRole::Doctor)]),
                session("s2", ANNA, &[("patient:7", UserRole::Patient)]),
            ],
        );
        messenger.writes("s1", BORIS, "hello");
        messenger.writes("s2", "patient:7", "hello");
        let attachments = Attachments::default();
        let computer = Computer::new();
        let mut desk = Desk::start(&computer);
        let server = serve_router(messenger.router().merge(attachments.router())).await;
        desk.signs_in(&server).await;
        let mut room = Self { messenger, attachments, computer, desk };
        room.looks_at("s1").await;
        room
    }

    async fn looks_at(&mut self, id: &str) {
        self.desk.sees("the chat", online).await;
        self.desk.chats(ChatStep::OpenConversation { id: id.to_owned() }).await;
        self.desk.reads("the conversation", |view| view.id == id && !view.messages.is_empty()).await;
    }

    /// The window is closed and opened again.
    async fn starts_again(self) -> Self {
        let Self { messenger, attachments, computer, desk } = self;
        desk.closes().await;
        let desk = Desk::start(&computer);
        let mut room = Self { messenger, attachments, computer, desk };
        room.looks_at("s1").await;
        room
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.computer.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    async fn attaches(&self, files: Vec<PathBuf>) {
        self.desk.asked().files = files;
        self.desk.chats(ChatStep::Attach).await;
    }

    /// Boris has sent a file.
    fn receives(&self, name: &str, bytes: &'static [u8]) {
        let id = self.attachments.put("s1", name, bytes);
        let size = bytes.len() as u64;
        let content = ArticleContent { title: name.into(), url: None, file: Some(id), size };
        let content = Content::Article(content).write();
        self.messenger.writes_kind("s1", BORIS, MessageKind::Article, content.expose());
    }

    /// Boris has sent a picture; gives the key of its message and its id.
    async fn receives_picture(&mut self) -> (String, String) {
        let id = self.attachments.put("s1", "a.png", PIXEL);
        let size = PIXEL.len() as u64;
        let content = FileContent { file: id.clone(), seconds: None, width: Some(1), height: Some(1), size };
        let content = Content::File(content).write();
        self.messenger.writes_kind("s1", BORIS, MessageKind::Image, content.expose());
        let view = self.desk.reads("the picture", |view| file(view).is_some()).await;
        (file(&view).unwrap().0.to_owned(), id)
    }

    /// The name, the conversation and the bytes of every file on the server.
    fn stored(&self) -> Vec<(String, String, Vec<u8>)> {
        let files = self.attachments.files();
        files.stored.iter().map(|file| owned((&file.name, &file.session, &file.bytes))).collect()
    }

    fn sent_kinds(&self) -> Vec<MessageKind> {
        self.messenger.says().sends.iter().map(|sent| sent.kind).collect()
    }
}

fn owned((name, session, bytes): (&str, &str, &[u8])) -> (String, String, Vec<u8>) {
    (name.to_owned(), session.to_owned(), bytes.to_vec())
}

fn online(view: &AppView) -> bool {
    chat(view).is_some_and(|chat| chat.line == Line::Online)
}

fn file(view: &ConversationView) -> Option<(&str, &FileView)> {
    view.messages.iter().rev().find_map(|row| match &row.body {
        MessageBody::File(file) | MessageBody::Image(file) => Some((row.key.as_str(), file)),
        _ => None,
    })
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_sent_as_what_they_are() {
    let mut room = Room::enter().await;
    let files = vec![room.file("picture.txt", PIXEL), room.file("letter.png", b"Dear colleague")];
    room.attaches(files).await;
    let stored = [&MessageState::Stored, &MessageState::Stored];
    let view = room.desk.reads("both are stored", |view| states(view) == stored).await;
    assert!(matches!(&view.messages[1].body, MessageBody::Image(file) if file.size == PIXEL.len() as u64));
    assert!(matches!(&view.messages[2].body, MessageBody::File(file) if file.name == "letter.png"));
    assert_eq!(room.sent_kinds(), [MessageKind::Image, MessageKind::Article]);
    assert_eq!(
        room.stored(),
        [("picture.txt", "s1", PIXEL), ("letter.png", "s1", b"Dear colleague")].map(owned)
    );
    room.desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_waits_is_sent_after_a_restart_unless_it_has_changed() {
    let mut room = Room::enter().await;
    room.attachments.files().down = true;
    let (same, changed) = (room.file("same.txt", b"same"), room.file("changed.txt", b"before"));
    room.attaches(vec![same]).await;
    room.desk.reads("it waits", |view| states(view).len() == 1).await;
    let mut room = room.starts_again().await;
    room.attachments.files().down = false;
    room.desk.reads("it is stored", |view| states(view) == [&MessageState::Stored]).await;
    assert_eq!(room.attachments.files().stored.len(), 1);

    room.attachments.files().down = true;
    room.attaches(vec![changed]).await;
    room.desk.reads("it waits", |view| states(view).len() == 2).await;
    room.file("changed.txt", b"something else");
    let mut room = room.starts_again().await;
    room.attachments.files().down = false;
    let gone = MessageState::Failed { problem: ProblemCode::FileGone };
    let view = room.desk.reads("it is gone", |view| states(view).last() == Some(&&gone)).await;
    room.desk.chats(ChatStep::Discard { key: view.messages[2].key.clone() }).await;
    room.desk.reads("it is thrown away", |view| states(view) == [&MessageState::Stored]).await;
    assert_eq!(room.attachments.files().stored.len(), 1);
    room.desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_on_its_way_is_shown_and_can_be_stopped() {
    let mut room = Room::enter().await;
    room.attachments.files().stuck = true;
    let picture = room.file("a.png", PIXEL);
    room.attaches(vec![picture]).await;
    let sending = |view: &ConversationView| matches!(states(view)[..], [MessageState::Sending { .. }]);
    let view = room.desk.reads("it is on its way", sending).await;
    let (key, file) = file(&view).unwrap();
    let (key, id) = (key.to_owned(), file.id.clone());
    assert_eq!(room.desk.picture(&id).await.unwrap(), ("image/png".to_owned(), PIXEL.to_vec()));
    room.desk.chats(ChatStep::Discard { key }).await;
    room.desk.reads("it is gone", |view| states(view).is_empty()).await;
    room.attachments.files().stuck = false;
    room.desk.says("never mind").await;
    room.desk.reads("the words are stored", |view| states(view) == [&MessageState::Stored]).await;
    assert_eq!(room.sent_kinds(), [MessageKind::Text]);
    assert_eq!(room.desk.picture(&id).await, None);
    room.desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_is_said_and_nothing_else_is_held_up() {
    let mut room = Room::enter().await;
    let letter = room.file("letter.txt", b"Dear colleague");
    room.attaches(vec![letter.clone(); 11]).await;
    room.desk.reads("too many", |view| view.problem == Some(ProblemCode::TooManyFiles)).await;
    let large = room.computer.path().join("large");
    std::fs::File::create(&large).unwrap().set_len(50 * 1024 * 1024 + 1).unwrap();
    room.attaches(vec![large, letter]).await;
    let view = room.desk.reads("one is stored", |view| states(view) == [&MessageState::Stored]).await;
    assert_eq!(view.problem, Some(ProblemCode::FileTooLarge));

    room.attachments.files().refuse = true;
    let liar = room.file("liar.png", b"not a picture");
    room.attaches(vec![liar]).await;
    room.desk.says("sorry").await;
    let refused = MessageState::Failed { problem: ProblemCode::FileRefused };
    room.desk
        .reads("it is refused, the words are not", |view| {
            states(view).iter().filter(|state| ***state == MessageState::Stored).count() == 2
                && states(view).contains(&&refused)
        })
        .await;
    room.desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_saved_whole_or_not_at_all() {
    let mut room = Room::enter().await;
    room.receives("report.pdf", b"%PDF-1.7 all is well");
    let view = room.desk.reads("the file", |view| file(view).is_some()).await;
    let key = file(&view).unwrap().0.to_owned();
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("saved.pdf");
    std::fs::write(&target, b"an older one").unwrap();

    room.attachments.files().cut = true;
    room.desk.asked().place = Some(target.clone());
    room.desk.chats(ChatStep::Save { key: key.clone() }).await;
    room.desk.reads("it failed", |view| view.problem == Some(ProblemCode::FileNotSaved)).await;
    assert_eq!(std::fs::read(&target).unwrap(), b"an older one");

    room.attachments.files().cut = false;
    room.desk.chats(ChatStep::Save { key }).await;
    let deadline = std::time::Instant::now() + common::PATIENCE;
    while std::fs::read(&target).unwrap() != b"%PDF-1.7 all is well" {
        assert!(std::time::Instant::now() < deadline, "it is not saved");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(names(place.path()), ["saved.pdf"]);
    room.desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_saved_under_a_name_that_says_what_it_is_also_without_a_line() {
    let mut room = Room::enter().await;
    let key = room.receives_picture().await.0;
    room.desk.chats(ChatStep::Save { key: key.clone() }).await;
    let deadline = std::time::Instant::now() + common::PATIENCE;
    while room.desk.asked().proposed.is_empty() {
        assert!(std::time::Instant::now() < deadline, "nobody asks");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(room.desk.asked().proposed, ["picture.png"]);
    room.attachments.files().down = true;
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("saved.png");
    room.desk.asked().place = Some(target.clone());
    // The user wanted it nowhere before; only when that is settled it can be saved again.
    while !target.exists() {
        assert!(std::time::Instant::now() < deadline, "it is not saved");
        room.desk.chats(ChatStep::Save { key: key.clone() }).await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(std::fs::read(&target).unwrap(), PIXEL);
    room.desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_gets_pictures_and_nothing_else() {
    let room = Room::enter().await;
    let picture = room.attachments.put("s1", "a", PIXEL);
    let page = room.attachments.put("s1", "a.png", &b"<html><script>"[..]);
    let drawing = room.attachments.put("s1", "a.svg", &b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..]);
    let got = room.desk.picture(&picture).await.unwrap();
    assert_eq!(got, ("image/png".to_owned(), PIXEL.to_vec()));
    let asked = room.attachments.files().asked;
    room.attachments.files().down = true;
    assert_eq!(room.desk.picture(&picture).await, Some(got), "it is kept");
    room.attachments.files().down = false;
    assert_eq!(room.attachments.files().asked, asked);
    for other in [page.as_str(), &drawing, "f99", "local-nothing", ""] {
        assert_eq!(room.desk.picture(other).await, None, "{other}");
    }
    room.desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_forwarded_as_a_file_of_the_other_conversation() {
    let mut room = Room::enter().await;
    let (key, id) = room.receives_picture().await;
    room.desk.chats(ChatStep::Forward { key, to: "s2".to_owned() }).await;
    room.looks_at("s2").await;
    let view = room.desk.reads("it is there", |view| states(view) == [&MessageState::Stored]).await;
    let row = view.messages.last().unwrap();
    assert!(row.forwarded && matches!(&row.body, MessageBody::Image(file) if file.id != id));
    assert_eq!(room.stored()[1], owned(("picture", "s2", PIXEL)));
    room.desk.closes().await;
}
