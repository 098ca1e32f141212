//! What every store of the messenger must do.

mod histories;
mod naive;

pub(in super::super) use histories::{agree, steps};

use super::super::{
    AuditLine, ChatDraft, ChatMessage, ChatPass, ChatRefusal, ChatSession, ChatStore, ChatTopic, ChatUser,
    ChatWatcher, MessageId, Moved, Pass, PassScope, Principal, Reach, ReadUpTo, Replaced, SessionFilter,
    SignIns, Slice, Staff, Store, Stored, VisitChat, Window,
};
use super::NOW;
use crate::keys::digest;
use consilium_model::{BusinessKind, MessageKind, SessionKind, TopicState, UserId};
use consilium_wire::im::{
    Attachment, AttachmentKind, ConsultTime, Content, FileContent, MAX_PARTICIPANTS, Presence, UserRole,
};
use std::sync::{Arc, Mutex};
use time::Duration;

pub(in super::super) async fn run<S: Store + ChatStore>(reopen: impl Fn() -> S) {
    let store = reopen();
    people_are_known(&store).await;
    tokens_end(&store).await;
    two_people_and_a_visit_have_one_session(&store).await;
    members_come_and_go(&store).await;
    a_session_outside_of_visits_has_one_patient(&store).await;
    the_session_of_a_visit_follows_it(&store).await;
    a_resend_changes_nothing(&store).await;
    every_kind_of_session_has_its_own_numbers(&store).await;
    topics_are_answered_by_the_team(&store).await;
    a_link_reaches_its_visit(&store).await;
    files_belong_to_a_session(&store).await;
    files_that_no_message_names_can_be_forgotten(&store).await;
    let written = writers_share_one_order(Arc::new(store)).await;
    let store = reopen();
    let page = store.messages("busy".into(), "d1".into(), Window::After(0), 200).await.unwrap().unwrap();
    assert_eq!(page.rows.into_iter().rev().collect::<Vec<_>>(), written, "a restart loses nothing");
    let unread = written.iter().rev().take_while(|message| message.sender != "p1".into()).count() as u64;
    assert_eq!(store.unread_count("busy".into(), "p1".into()).await.unwrap(), Ok(unread));
    store.close().await;
}

fn user(id: &str) -> ChatUser {
    let role = if id.starts_with('p') { UserRole::Patient } else { UserRole::Doctor };
    ChatUser { id: id.into(), role, name: format!("Person {id}").into() }
}

fn session(id: &str, kind: SessionKind) -> ChatSession {
    let business = BusinessKind::WithPatient;
    ChatSession { id: id.to_owned(), kind, business, name: None, conference: None, created_at: NOW }
}

fn draft(session: &str, sender: &str, client_id: &str) -> ChatDraft {
    ChatDraft {
        session: session.to_owned(),
        sender: sender.into(),
        kind: MessageKind::Text,
        content: format!("{sender} {client_id} \u{202e}שלום <b>").into(),
        client_id: client_id.to_owned(),
        reply_to: None,
        at: NOW,
    }
}

fn changed() -> AuditLine {
    AuditLine { at: NOW, actor: "d1".to_owned(), action: "im_member", subject: "s".to_owned() }
}

fn ids(users: &[&str]) -> Vec<UserId> {
    users.iter().map(|id| UserId::new(*id)).collect()
}

async fn people_are_known(store: &impl ChatStore) {
    for id in ["d1", "d2", "d3", "p1", "p2"] {
        store.put_chat_user(user(id)).await.unwrap();
    }
    let renamed = ChatUser { name: "Ada Byron".into(), ..user("d1") };
    store.put_chat_user(renamed.clone()).await.unwrap();
    assert_eq!(store.chat_user("d1".into()).await.unwrap(), Some(renamed));
    assert_eq!(store.chat_user("nobody".into()).await.unwrap(), None);
    assert_eq!(store.presence("p1".into()).await.unwrap(), (Presence::Offline, None));
    store.touch(ids(&["p1", "nobody"]), NOW).await.unwrap();
    store.set_presence("p1".into(), Presence::Away, NOW - Duration::MINUTE).await.unwrap();
    assert_eq!(store.presence("p1".into()).await.unwrap(), (Presence::Away, Some(NOW)), "never moves back");
    let time = |weekday| ConsultTime { weekday, from_minute: 540, to_minute: 600 };
    store.set_consult_times("d1".into(), vec![time(5), time(1), time(5)]).await.unwrap();
    assert_eq!(store.consult_times("d1".into()).await.unwrap(), [time(1), time(5)]);
    store.set_consult_times("d1".into(), Vec::new()).await.unwrap();
    assert_eq!(store.consult_times("d1".into()).await.unwrap(), []);
}

async fn tokens_end<S: Store + ChatStore>(store: &S) {
    let pass = |scope| ChatPass { user: "d1".into(), scope, ends: NOW + Duration::HOUR };
    let scopes = [
        PassScope::Password,
        PassScope::Link("c".into()),
        PassScope::OnlyLink("c".into()),
        PassScope::Password,
    ];
    for (token, scope) in ["one", "two", "three", "four"].into_iter().zip(scopes) {
        store.put_chat_token(digest(token), pass(scope.clone())).await.unwrap();
        assert_eq!(store.chat_token(digest(token), NOW).await.unwrap(), Some(pass(scope)));
    }
    assert_eq!(store.chat_token(digest("none"), NOW).await.unwrap(), None);
    store.drop_chat_token(digest("one")).await.unwrap();
    assert_eq!(store.chat_token(digest("one"), NOW).await.unwrap(), None);
    assert_eq!(store.chat_token(digest("two"), NOW + Duration::HOUR).await.unwrap(), None);
    let nobody = ChatPass { user: "nobody".into(), ..pass(PassScope::Password) };
    assert!(store.put_chat_token(digest("five"), nobody).await.is_err());

    let staff =
        Staff { user_id: "d1".into(), name: "Ada".into(), clinic: "Clinic".to_owned(), password_hash: None };
    store.put_staff(staff.clone()).await.unwrap();
    assert_eq!(store.staff("d1".into()).await.unwrap(), Some(staff.clone()));
    let signed_in = Pass { digest: digest("home"), user_id: "d1".into(), expires_at: NOW + Duration::HOUR };
    store.put_session(signed_in).await.unwrap();
    let by_sign_in = pass(PassScope::SignIn(digest("home")));
    store.put_chat_token(digest("six"), by_sign_in.clone()).await.unwrap();
    assert_eq!(store.chat_token(digest("six"), NOW).await.unwrap(), Some(by_sign_in.clone()));
    store.drop_session(digest("home")).await.unwrap();
    assert_eq!(store.chat_token(digest("six"), NOW).await.unwrap(), None, "it ends with the sign-in");
    assert!(store.put_chat_token(digest("seven"), by_sign_in).await.is_err(), "and none comes after it");
    sign_ins_end_together(store, staff).await;
}

async fn sign_ins_end_together<S: Store + ChatStore>(store: &S, staff: Staff) {
    let line = || AuditLine { at: NOW, actor: "booking".to_owned(), action: "a", subject: "d1".to_owned() };
    let pass = |token| Pass { digest: digest(token), user_id: "d1".into(), expires_at: NOW + Duration::HOUR };
    let arrive = async |token| {
        store.put_session(pass(token)).await.unwrap();
        store.put_code(pass(token)).await.unwrap();
        for (name, scope) in [("a", PassScope::SignIn(digest(token))), ("b", PassScope::Password)] {
            let pass = ChatPass { user: "d1".into(), scope, ends: NOW + Duration::HOUR };
            store.put_chat_token(digest(&format!("{token}-{name}")), pass).await.unwrap();
        }
    };
    let is_in = async |token: &str| {
        let by_sign_in = store.session(digest(token), NOW).await.unwrap().is_some();
        for name in ["a", "b"] {
            let token = digest(&format!("{token}-{name}"));
            assert_eq!(store.chat_token(token, NOW).await.unwrap().is_some(), by_sign_in, "{name}");
        }
        by_sign_in
    };
    arrive("first").await;
    store.change_staff(staff.clone(), SignIns::Stay, line()).await.unwrap();
    assert!(is_in("first").await);
    store.change_staff(staff, SignIns::End, line()).await.unwrap();
    assert!(!is_in("first").await);
    assert_eq!(store.take_code(digest("first"), NOW).await.unwrap(), None);
    arrive("second").await;
    assert!(store.remove_staff("d1".into(), line()).await.unwrap());
    assert!(!is_in("second").await);
    assert_eq!(store.take_code(digest("second"), NOW).await.unwrap(), None);
    assert_eq!(store.staff("d1".into()).await.unwrap(), None);
    assert!(store.chat_user("d1".into()).await.unwrap().is_some(), "what they have written has a name");
    assert!(!store.remove_staff("d1".into(), line()).await.unwrap(), "once");
    assert!(store.put_session(pass("third")).await.is_err(), "and nobody comes in after it");
}

/// Of two visits with the same specialist, and of conversations with specialists of them.
async fn a_link_reaches_its_visit(store: &impl ChatStore) {
    let people = ["l-p", "l-a", "l-b", "l-c"];
    for id in people {
        let role = if id == "l-p" { UserRole::Patient } else { UserRole::Doctor };
        store.put_chat_user(ChatUser { role, ..user(id) }).await.unwrap();
    }
    let visit =
        |id: &str| ChatSession { conference: Some(id.into()), ..session(id, SessionKind::Consultation) };
    let pair = |id: &str| session(id, SessionKind::OneToOne);
    for (one, members) in [
        (visit("l-v1"), ["l-p", "l-a"].as_slice()),
        (visit("l-v2"), &["l-p", "l-b"]),
        (pair("l-pa"), &["l-p", "l-a"]),
        (pair("l-pb"), &["l-p", "l-b"]),
        (session("l-pab", SessionKind::Consultation), &["l-p", "l-a", "l-b"]),
        (session("l-pac", SessionKind::Consultation), &["l-p", "l-a", "l-c"]),
    ] {
        let id = one.id.clone();
        store.create_chat(one, ids(members)).await.unwrap().unwrap();
        store.add_message(draft(&id, members[1], "1")).await.unwrap().unwrap();
        let topic = ChatTopic { id: format!("t-{id}"), session: id, ..question() };
        store.open_topic(topic, members[1].into()).await.unwrap().unwrap();
    }
    let by = |with: &[&str], without: &[&str]| Principal {
        user: "l-p".into(),
        reach: Reach::Visit { conference: "l-v1".into(), with: ids(with), without: ids(without) },
    };
    for (who, mut expected) in [
        ("l-p".into(), vec!["l-v1", "l-v2", "l-pa", "l-pb", "l-pab", "l-pac"]),
        (by(&[], &[]), vec!["l-v1"]),
        (by(&["l-a"], &[]), vec!["l-v1", "l-pa", "l-pab", "l-pac"]),
        (by(&["l-a"], &["l-b"]), vec!["l-v1", "l-pa", "l-pac"]),
    ] {
        expected.sort_unstable();
        assert_eq!(reached(store, &who).await, expected, "{who:?}");
        let count = expected.len() as u64;
        assert_eq!(store.badge(who.clone()).await.unwrap(), 2 * count);
        assert_eq!(store.topic_counts(who.clone()).await.unwrap().unanswered, count);
        let slice = Slice { skip: 0, take: 50 };
        let topics = store.topics(who.clone(), None, None, slice).await.unwrap().unwrap();
        assert_eq!(topics.rows.len(), expected.len());
        assert_eq!(store.share_chat(who.clone(), "l-b".into()).await.unwrap(), expected.contains(&"l-pab"));
        for id in ["l-v1", "l-v2", "l-pa", "l-pb", "l-pab", "l-pac"] {
            let is_there = expected.contains(&id);
            assert_eq!(store.unread_count(id.into(), who.clone()).await.unwrap().is_ok(), is_there);
            let written = ChatDraft { sender: who.clone(), ..draft(id, "l-p", "") };
            if !is_there {
                assert_eq!(store.add_message(written).await.unwrap(), Err(ChatRefusal::NotMember));
                assert!(store.topic(format!("t-{id}"), who.clone()).await.unwrap().is_err());
            }
        }
    }
}

/// The sessions of both lists, which are the same.
async fn reached(store: &impl ChatStore, who: &Principal) -> Vec<String> {
    let mut lists = Vec::new();
    for recent in [true, false] {
        let filter = SessionFilter { recent, business: None };
        let mut ids = Vec::new();
        for skip in 0.. {
            let rows = store.chats(who.clone(), filter, Slice { skip, take: 1 }).await.unwrap();
            ids.extend(rows.rows.into_iter().map(|row| row.session.id));
            if !rows.more {
                break;
            }
        }
        ids.sort();
        lists.push(ids);
    }
    assert_eq!(lists[0], lists[1]);
    lists.remove(0)
}

fn question() -> ChatTopic {
    ChatTopic {
        id: String::new(),
        session: String::new(),
        name: "Cough".into(),
        description: Some("For a week".into()),
        state: TopicState::New,
        start_seq: 0,
        end_seq: None,
        created_at: NOW,
        ended_at: None,
    }
}

async fn two_people_and_a_visit_have_one_session(store: &impl ChatStore) {
    let pair = |id| session(id, SessionKind::OneToOne);
    let made = store.create_chat(pair("pair"), ids(&["d1", "p1", "d1"])).await.unwrap();
    assert_eq!(made, Ok(("pair".to_owned(), true)));
    let again = store.create_chat(pair("other"), ids(&["p1", "d1"])).await.unwrap();
    assert_eq!(again, Ok(("pair".to_owned(), false)));
    for wrong in [&["d1"][..], &["d1", "p1", "p2"], &[]] {
        let refused = store.create_chat(pair("other"), ids(wrong)).await.unwrap();
        assert_eq!(refused, Err(ChatRefusal::Members));
    }
    let refused = store.create_chat(pair("other"), ids(&["d1", "nobody"])).await.unwrap();
    assert_eq!(refused, Err(ChatRefusal::NotFound));
    let visit = |id| ChatSession { conference: Some("c".into()), ..session(id, SessionKind::Consultation) };
    let made = store.create_chat(visit("visit"), ids(&["d1", "d2", "p1"])).await.unwrap();
    assert_eq!(made, Ok(("visit".to_owned(), true)));
    let again = store.create_chat(visit("other"), ids(&["d3"])).await.unwrap();
    assert_eq!(again, Ok(("visit".to_owned(), false)));
    let found = store.chat_of_visit("c".into()).await.unwrap();
    let of_visit = ids(&["d1", "d2", "p1"]);
    assert_eq!(found, Some(VisitChat { session: "visit".to_owned(), of_visit, added: Vec::new() }));
    assert_eq!(store.visits_with_chats().await.unwrap(), ["c".into()]);
    assert_eq!(store.chat_of_visit("none".into()).await.unwrap(), None);
    assert_eq!(store.visit_of_chat("visit".into()).await.unwrap(), Some(Some("c".into())));
    assert_eq!(store.visit_of_chat("pair".into()).await.unwrap(), Some(None));
    assert_eq!(store.visit_of_chat("none".into()).await.unwrap(), None);
    assert!(store.share_chat("d2".into(), "p1".into()).await.unwrap());
    assert!(!store.share_chat("d3".into(), "p1".into()).await.unwrap());
}

async fn members_come_and_go(store: &impl ChatStore) {
    store.create_chat(session("group", SessionKind::Group), ids(&["d1", "d2"])).await.unwrap().unwrap();
    store.add_message(draft("group", "d1", "before")).await.unwrap().unwrap();
    let refused = store.add_members("group".into(), "p1".into(), ids(&["d3"]), changed()).await.unwrap();
    assert_eq!(refused, Err(ChatRefusal::NotMember));
    store.add_members("group".into(), "d1".into(), ids(&["d3", "d1"]), changed()).await.unwrap().unwrap();
    store.add_message(draft("group", "d1", "after")).await.unwrap().unwrap();
    assert_eq!(store.unread_count("group".into(), "d3".into()).await.unwrap(), Ok(1));
    assert_eq!(store.unread_count("group".into(), "d2".into()).await.unwrap(), Ok(2));
    let removed = store.remove_members("group".into(), "d1".into(), ids(&["d3", "d3"]), changed()).await;
    assert_eq!(removed.unwrap(), Ok(()));
    assert_eq!(store.chat("group".into(), "d3".into()).await.unwrap(), Err(ChatRefusal::NotMember));
    let refused = store.add_message(draft("group", "d3", "late")).await.unwrap();
    assert_eq!(refused, Err(ChatRefusal::NotMember));
    let swap = |old: &str, new: &str| Replaced { old: old.into(), new: new.into() };
    let swapped =
        store.replace_member("group".into(), "d1".into(), swap("d2", "d3"), changed()).await.unwrap();
    assert_eq!(swapped, Ok(()));
    assert_eq!(store.unread_count("group".into(), "d3".into()).await.unwrap(), Ok(2));
    let many: Vec<String> = (0..MAX_PARTICIPANTS).map(|number| format!("d-{number}")).collect();
    for id in &many {
        store.put_chat_user(user(id)).await.unwrap();
    }
    let many = many.into_iter().map(UserId::new).collect();
    let refused = store.add_members("group".into(), "d1".into(), many, changed()).await.unwrap();
    assert_eq!(refused, Err(ChatRefusal::Members));
    for (old, new) in [("d1", "p1"), ("p1", "d1"), ("p1", "p2")] {
        let care = session(&format!("care of {old} {new}"), SessionKind::Consultation);
        let (id, _) = store.create_chat(care, ids(&["d2", old])).await.unwrap().unwrap();
        let refused = store.replace_member(id, "d2".into(), swap(old, new), changed()).await.unwrap();
        assert_eq!(refused, Err(ChatRefusal::Members), "{old} {new}");
    }
}

/// A patient reads no other patient's consultation; a visit may have several.
async fn a_session_outside_of_visits_has_one_patient(store: &impl ChatStore) {
    store.create_chat(session("one", SessionKind::Consultation), ids(&["d1", "p1"])).await.unwrap().unwrap();
    let add = async |users: &[&str]| {
        store.add_members("one".into(), "d1".into(), ids(users), changed()).await.unwrap()
    };
    assert_eq!(add(&["p2"]).await, Err(ChatRefusal::Members));
    assert_eq!(add(&["d2", "p1"]).await, Ok(()));
}

async fn the_session_of_a_visit_follows_it(store: &impl ChatStore) {
    let visit = ChatSession { conference: Some("v".into()), ..session("v", SessionKind::Consultation) };
    store.create_chat(visit, ids(&["d1", "p1"])).await.unwrap().unwrap();
    store.add_members("v".into(), "d1".into(), ids(&["d2"]), changed()).await.unwrap().unwrap();
    let follow = async |roster: &[&str]| {
        store.follow_visit("v".into(), ids(roster), NOW).await.unwrap().unwrap();
        let VisitChat { of_visit, added, .. } = store.chat_of_visit("v".into()).await.unwrap().unwrap();
        (of_visit, added)
    };
    assert_eq!(follow(&["d3", "p1", "p2"]).await, (ids(&["p1", "d3", "p2"]), ids(&["d2"])));
    assert_eq!(follow(&["d2", "p1"]).await, (ids(&["p1", "d2"]), ids(&[])), "she is of the visit now");
    assert_eq!(follow(&["d1"]).await, (ids(&["d1"]), ids(&[])));
    assert_eq!(store.follow_visit("v".into(), Vec::new(), NOW).await.unwrap(), Err(ChatRefusal::Members));
    assert_eq!(store.follow_visit("w".into(), ids(&["d1"]), NOW).await.unwrap(), Err(ChatRefusal::NotFound));
}

async fn a_resend_changes_nothing(store: &impl ChatStore) {
    let first = store.add_message(draft("pair", "d1", "c1")).await.unwrap().unwrap();
    assert!(first.fresh && first.badges.contains(&("p1".into(), 1)));
    let other =
        ChatDraft { content: "other words".into(), at: NOW + Duration::HOUR, ..draft("pair", "d1", "c1") };
    let again = store.add_message(other).await.unwrap().unwrap();
    assert_eq!((&again.message, again.fresh, again.badges.len()), (&first.message, false, 0));
    let same_id_of_another = store.add_message(draft("pair", "p1", "c1")).await.unwrap().unwrap();
    assert_eq!((same_id_of_another.fresh, same_id_of_another.message.id.seq), (true, 2));
    let answer = ChatDraft { reply_to: Some(3), ..draft("pair", "p1", "c2") };
    assert_eq!(store.add_message(answer).await.unwrap(), Err(ChatRefusal::NotFound));
    let refused = store.add_message(draft("nowhere", "p1", "c2")).await.unwrap();
    assert_eq!(refused, Err(ChatRefusal::NotFound));
}

async fn every_kind_of_session_has_its_own_numbers(store: &impl ChatStore) {
    for kind in SessionKind::ALL {
        let id = format!("kind{}", u8::from(*kind));
        let one = session(&id, *kind);
        store.create_chat(one, ids(&["d2", "p2"])).await.unwrap().unwrap();
        for seq in 1..=3 {
            let stored = store.add_message(draft(&id, "d2", &seq.to_string())).await.unwrap().unwrap();
            assert_eq!(stored.message.id, MessageId { session: id.clone(), seq });
            assert_eq!(stored.message.at, NOW + Duration::milliseconds(seq.cast_signed()));
        }
        let page = store.unread(id.clone(), "p2".into(), 2).await.unwrap().unwrap();
        assert_eq!((page.rows.len(), page.rows[0].id.seq, page.more), (2, 3, true));
    }
    let newest = Slice { skip: 0, take: 2 };
    let filter = SessionFilter { recent: true, ..SessionFilter::default() };
    let rows = store.chats("p2".into(), filter, newest).await.unwrap();
    assert!(rows.more && rows.rows.iter().all(|row| row.unread == 3));
}

async fn topics_are_answered_by_the_team(store: &impl ChatStore) {
    let topic = |id: &str| ChatTopic { id: id.to_owned(), session: "visit".to_owned(), ..question() };
    let (opened, started) = store.open_topic(topic("t1"), "p1".into()).await.unwrap().unwrap();
    assert_eq!((opened.start_seq, started.message.kind), (1, MessageKind::TopicStarted));
    let refused = store.open_topic(topic("t2"), "d1".into()).await.unwrap();
    assert_eq!(refused, Err(ChatRefusal::Topic));
    assert_eq!(store.topic_counts("d2".into()).await.unwrap().unanswered, 1);
    let asked = store.add_message(draft("visit", "p1", "more")).await.unwrap().unwrap();
    assert_eq!(asked.topic, None);
    let answered = store.add_message(draft("visit", "d1", "tea")).await.unwrap().unwrap();
    assert_eq!(answered.topic.map(|topic| topic.state), Some(TopicState::Answered));
    let closing = Some("Get well".into());
    let (ended, all) = store.end_topic("t1".into(), "d1".into(), closing, NOW).await.unwrap().unwrap();
    assert_eq!((ended.state, ended.end_seq), (TopicState::Ended, Some(5)));
    let kinds: Vec<_> = all.iter().map(|stored| stored.message.kind).collect();
    assert_eq!(kinds, [MessageKind::ClosingText, MessageKind::TopicEnded]);
    let again = store.end_topic("t1".into(), "d1".into(), None, NOW).await.unwrap();
    assert_eq!(again, Err(ChatRefusal::Topic));
    assert_eq!(store.current_topic("visit".into(), "d2".into()).await.unwrap(), Ok(ended.clone()));
    assert_eq!(store.topic("t1".into(), "d3".into()).await.unwrap(), Err(ChatRefusal::NotMember));
    assert_eq!(store.topic("t1".into(), "p1".into()).await.unwrap(), Ok(ended));
    assert_eq!(store.topic_counts("p1".into()).await.unwrap().ended, 1);
}

async fn files_belong_to_a_session(store: &impl ChatStore) {
    let file = Attachment {
        id: "f1".to_owned(),
        session_id: "pair".to_owned(),
        kind: AttachmentKind::Image,
        media_type: "image/png".to_owned(),
        name: "x-ray.png".into(),
        size: 7,
        width: Some(2),
        height: None,
        thumbnail: true,
    };
    store.put_attachment(file.clone(), "d1".into(), NOW).await.unwrap();
    assert_eq!(store.attachment("f1".into(), "p1".into()).await.unwrap(), Ok(file));
    assert_eq!(store.attachment("f1".into(), "d2".into()).await.unwrap(), Err(ChatRefusal::NotMember));
    assert_eq!(store.attachment("f2".into(), "d1".into()).await.unwrap(), Err(ChatRefusal::NotFound));
}

async fn files_that_no_message_names_can_be_forgotten(store: &impl ChatStore) {
    let file = |id: &str| Attachment {
        id: id.to_owned(),
        session_id: "pair".to_owned(),
        kind: AttachmentKind::Image,
        media_type: "image/png".to_owned(),
        name: "x-ray.png".into(),
        size: 7,
        width: None,
        height: None,
        thumbnail: false,
    };
    let about = |id: &str| ChatDraft {
        kind: MessageKind::Image,
        content: Content::File(FileContent {
            file: id.to_owned(),
            seconds: None,
            width: None,
            height: None,
            size: 7,
        })
        .write(),
        ..draft("pair", "d1", id)
    };
    let hour = time::Duration::HOUR;
    for (id, age) in [("old", 3), ("older", 4), ("named", 5), ("new", 1)] {
        store.put_attachment(file(id), "d1".into(), NOW - hour * age).await.unwrap();
    }
    store.add_message(about("named")).await.unwrap().unwrap();
    let unnamed = async |age, take| store.unnamed_attachments(NOW - hour * age, take).await.unwrap();
    assert_eq!((unnamed(2, 9).await, unnamed(2, 1).await), (ids_of(&["older", "old"]), ids_of(&["older"])));
    assert!(!store.forget_attachment("named".into()).await.unwrap(), "a message is about it");
    assert!(store.forget_attachment("old".into()).await.unwrap());
    assert!(!store.forget_attachment("old".into()).await.unwrap());
    assert_eq!(store.attachment("old".into(), "d1".into()).await.unwrap(), Err(ChatRefusal::NotFound));
    // It was there when the message was looked at, and is not any more.
    let before = store.badge("p1".into()).await.unwrap();
    assert_eq!(store.add_message(about("old")).await.unwrap(), Err(ChatRefusal::NotFound));
    assert_eq!(store.badge("p1".into()).await.unwrap(), before, "and nothing of it was stored");
    assert!(!store.add_message(about("named")).await.unwrap().unwrap().fresh);
    assert_eq!(unnamed(2, 9).await, ids_of(&["older"]));
}

fn ids_of(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[derive(Default)]
struct Told(Mutex<Vec<ChatMessage>>);

impl ChatWatcher for Told {
    fn stored(&self, stored: &Stored) {
        self.0.lock().unwrap().push(stored.message.clone());
    }

    fn read(&self, _: &str, _: &UserId, _: &ReadUpTo) {}

    fn moved(&self, _: &Moved) {}
}

/// Many write at once, and one of them everything twice. Closes the store.
async fn writers_share_one_order<S: Store + ChatStore>(store: Arc<S>) -> Vec<ChatMessage> {
    let told = Arc::new(Told::default());
    store.watch_chats(Arc::clone(&told) as _);
    let writers = ["d1", "d2", "p1", "p2"];
    store.create_chat(session("busy", SessionKind::Consultation), ids(&writers)).await.unwrap().unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for writer in writers.into_iter().chain(["p2"]) {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let mut mine = Vec::new();
            for number in 0..25 {
                let draft = draft("busy", writer, &number.to_string());
                mine.push(store.add_message(draft).await.unwrap().unwrap().message);
            }
            mine
        });
    }
    let acknowledged: Vec<ChatMessage> = tasks.join_all().await.into_iter().flatten().collect();
    let told = std::mem::take(&mut *told.0.lock().unwrap());
    assert_eq!((told.len(), acknowledged.len()), (100, 125));
    assert!(
        told.iter().zip(1..).all(|(message, seq)| message.id.seq == seq),
        "told in the order of the session"
    );
    assert!(told.windows(2).all(|pair| pair[0].at < pair[1].at));
    assert!(acknowledged.iter().all(|message| told.contains(message)));
    store.close().await;
    told
}
