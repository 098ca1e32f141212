//! The app's side of the messenger against the real server: what one understands, the other meant.
#![allow(clippy::unwrap_used)]

// Nobody here has a whole application.
mod common;

use common::{Clinic, PATIENCE};
use consilium_client::{
    AttachmentPart, ClientError, Endpoint, History, MessagePage, Messenger, MessengerEvent as Event,
    MessengerSocket, Server, SessionsOf, UploadSource, Window, message_number,
};
use consilium_model::{BusinessKind, MessageKind, Secret, SessionKind};
use consilium_wire::demo::DemoRole;
use consilium_wire::home::SignIn;
use consilium_wire::im::{
    ClientType, Content, FailureCode, FileContent, LoggedIn, NewMessage, NewSession, NewTopic, Session,
};
use consilium_wire::link::Link;
use tokio::sync::watch;
use tokio::time::timeout;

/// A specialist and a patient of one visit, and their session.
struct Pair {
    clinic: Clinic,
    server: Server,
    doctor: LoggedIn,
    patient: LoggedIn,
    session: Session,
}

impl Pair {
    async fn meet() -> Self {
        let clinic = Clinic::start().await;
        let server = Server::new(Endpoint::new(&clinic.demo().base_url.parse().unwrap()).unwrap()).unwrap();
        let user = &clinic.demo().home.as_ref().unwrap().users[0];
        let sign_in =
            SignIn::Password { user_id: user.user_id.clone().into(), password: user.password.clone() };
        let home = server.home();
        let signed_in = home.sign_in(&sign_in).await.unwrap();
        let doctor = home.messenger(&signed_in.token).await.unwrap();
        let visits = home.visits(&signed_in.token).await.unwrap();
        let token = &visits.visits[0].access_token;
        let session = home.visit_chat(token).await.unwrap();
        assert_eq!(home.visit_chat(token).await.unwrap().id, session.id);
        for link in clinic.demo().links.iter().filter(|link| link.role == DemoRole::Patient) {
            let Ok(Link::Visit { access_token, .. }) = Link::parse(link.deep_link.expose()) else {
                panic!("a visit's link")
            };
            // Some visits want a one-time password first.
            if home.visit_chat(&access_token).await.is_ok_and(|theirs| theirs.id == session.id) {
                let patient = home.messenger(&access_token).await.unwrap();
                return Self { clinic, server, doctor, patient, session };
            }
        }
        panic!("a patient of that visit")
    }

    fn doctor(&self) -> Messenger {
        self.server.messenger(self.doctor.token.clone())
    }

    fn patient(&self) -> Messenger {
        self.server.messenger(self.patient.token.clone())
    }

    fn doctors_socket(&self) -> MessengerSocket {
        self.server.messenger_socket(self.doctor.token.clone(), ClientType::Doctor)
    }
}

fn words(client_id: &str, text: &str) -> NewMessage {
    NewMessage {
        kind: MessageKind::Text,
        content: text.into(),
        client_message_id: client_id.to_owned(),
        reply_to: None,
    }
}

async fn until(socket: &mut MessengerSocket, what: &str, mut is_it: impl FnMut(&Event) -> bool) -> Event {
    let wait = async {
        loop {
            let event = socket.next().await.expect("the socket lives");
            if is_it(&event) {
                return event;
            }
        }
    };
    timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("{what} has to come"))
}

#[tokio::test(flavor = "multi_thread")]
async fn words_go_both_ways_and_a_resend_is_one_message() {
    let pair = Pair::meet().await;
    let (doctor, patient, id) = (pair.doctor(), pair.patient(), pair.session.id.as_str());
    let mut socket = pair.doctors_socket();
    let voice = socket.voice();
    voice.look(Some(id.to_owned()));
    until(&mut socket, "the line", |event| *event == Event::Connected { fresh: true }).await;
    // After the badge nothing of that session is missed.
    until(&mut socket, "the badge", |event| matches!(event, Event::Badge(_))).await;

    let text = "Здравствуйте! שלום 12 <b>Anna</b> 👩‍⚕️";
    let stored = patient.send(id, &words("c1", text)).await.unwrap();
    assert_eq!(patient.send(id, &words("c1", text)).await.unwrap(), stored);
    let heard = until(&mut socket, "the message", |event| matches!(event, Event::Message(_))).await;
    assert_eq!(heard, Event::Message(stored.clone()));
    assert_eq!(stored.content.expose(), text);

    let answer = NewMessage { reply_to: Some(stored.id.clone()), ..words("c1", "Добрый день") };
    let answered = doctor.send(id, &answer).await.unwrap();
    assert_ne!(answered.id, stored.id, "another person's c1 is another message");
    assert_eq!(patient.unread(id, 50).await.unwrap(), std::slice::from_ref(&answered));
    until(&mut socket, "the read mark", |event| {
        matches!(event, Event::Read { participant_id, .. } if *participant_id == pair.patient.user.user_id)
    })
    .await;
    assert!(patient.unread(id, 50).await.unwrap().is_empty());
    assert_eq!(patient.message(id, &answered.id).await.unwrap(), answered);

    let rows = doctor.recent(SessionsOf::Patients, 1, 20).await.unwrap();
    assert_eq!(rows.content[0].last_message.as_ref(), Some(&answered));
    assert!(
        doctor.recent(SessionsOf::Colleagues, 1, 20).await.unwrap().content.iter().all(|row| row.id != id)
    );
    doctor.set_sticky(id, true).await.unwrap();
    assert!(doctor.session(id).await.unwrap().sticky && !patient.session(id).await.unwrap().sticky);
    doctor.set_sticky(id, false).await.unwrap();
    assert!(!doctor.session(id).await.unwrap().sticky);

    let mut wrong = words("c9", "x");
    wrong.kind = MessageKind::TopicStarted;
    let refused = doctor.send(id, &wrong).await.unwrap_err();
    assert_eq!(refused, ClientError::Declined(FailureCode::KindNotAllowed));
    let refused = doctor.send(id, &words("c9", &"x".repeat(20_001))).await.unwrap_err();
    assert_eq!(refused, ClientError::Declined(FailureCode::TooLarge));
    doctor.send(id, &words("c9", &"😀".repeat(20_000))).await.unwrap();
    socket.close().await;
}

/// What came while a client was away is found by its numbers, page after page, whatever it has of it already.
#[tokio::test(flavor = "multi_thread")]
async fn a_history_with_gaps_is_filled_until_nothing_is_missing() {
    let pair = Pair::meet().await;
    let (doctor, patient, id) = (pair.doctor(), pair.patient(), pair.session.id.as_str());
    let history = History::memory();
    let mut newest = 0;
    for number in 0..60 {
        let sender = if number % 3 == 0 { &doctor } else { &patient };
        let stored = sender.send(id, &words(&format!("c{number}"), &format!("text {number}"))).await.unwrap();
        newest = message_number(&stored.id, id).unwrap();
        // Some were pushed, and some pages read.
        if number % 7 == 0 {
            history.put_messages(id, MessagePage::one(stored).unwrap()).await.unwrap();
        } else if number == 30 {
            let page = doctor.messages(id, Window::Newest, 5).await.unwrap();
            history.put_messages(id, page).await.unwrap();
        }
    }
    let page = doctor.messages(id, Window::Newest, 9).await.unwrap();
    assert_eq!(page.span, Some(newest - 8..=newest));
    history.put_messages(id, page).await.unwrap();
    let mut asked = 0;
    let mut before = newest + 1;
    while before > 1 {
        let held = history.messages(id, Window::Before(before), 10).await.unwrap();
        before = match held.span {
            Some(span) => *span.start(),
            None => {
                asked += 1;
                let page = doctor.messages(id, Window::Before(before), 10).await.unwrap();
                assert!(page.span.is_some());
                history.put_messages(id, page).await.unwrap();
                before
            }
        };
    }
    assert_eq!(history.held(id).await.unwrap(), [1..=newest]);
    assert!((1..=20).contains(&asked), "{asked} pages");
    let after = doctor.messages(id, Window::After(newest - 3), 2).await.unwrap();
    assert_eq!((after.span, after.more), (Some(newest - 2..=newest - 1), true));
    let all = history.messages(id, Window::Newest, 200).await.unwrap();
    let theirs = doctor.messages(id, Window::Newest, 200).await.unwrap();
    assert_eq!(all.messages, theirs.messages);
    assert_eq!((theirs.span, theirs.more), (Some(1..=newest), false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_is_opened_answered_and_closed() {
    let pair = Pair::meet().await;
    let (doctor, patient, id) = (pair.doctor(), pair.patient(), pair.session.id.as_str());
    assert_eq!(doctor.current_topic(id).await, Ok(None));
    let new = NewTopic { session_id: id.to_owned(), name: "Анализы".into(), description: None };
    let topic = patient.open_topic(&new).await.unwrap();
    let refused = patient.open_topic(&new).await.unwrap_err();
    assert!(matches!(refused, ClientError::Declined(FailureCode::Conflict)), "{refused:?}");
    assert_eq!(doctor.current_topic(id).await.unwrap(), Some(topic.clone()));
    doctor.send(id, &words("c1", "Пришлите, пожалуйста")).await.unwrap();
    let ended = doctor.end_topic(id, &topic.id, Some(&Secret::from("До встречи"))).await.unwrap();
    assert_eq!((ended.status, ended.reply), (10, 1));
    let refused = doctor.end_topic(id, &topic.id, None).await.unwrap_err();
    assert_eq!(refused, ClientError::Declined(FailureCode::TopicEnded));
    let kinds: Vec<u8> = doctor
        .messages(id, Window::Newest, 9)
        .await
        .unwrap()
        .messages
        .iter()
        .map(|row| row.kind.into())
        .collect();
    assert_eq!(kinds, [7, 10, 1, 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn colleagues_are_found_and_written_to() {
    let pair = Pair::meet().await;
    let doctor = pair.doctor();
    let people = doctor.people(&Secret::default()).await.unwrap();
    assert!(people.iter().all(|user| user.user_id != pair.doctor.user.user_id), "nobody writes to oneself");
    let colleague = people.iter().find(|user| !user.user_id.as_str().starts_with("patient:")).unwrap();
    let named = doctor.people(&colleague.name).await.unwrap();
    assert!(named.contains(colleague));
    let new = NewSession {
        kind: SessionKind::OneToOne,
        business_type: BusinessKind::WithoutPatient,
        name: None,
        participants: vec![colleague.user_id.clone()],
    };
    let session = doctor.create(&new).await.unwrap();
    assert_eq!(doctor.create(&new).await.unwrap().id, session.id);
    let page = doctor.all_sessions(1, 200).await.unwrap();
    assert!(page.content.iter().any(|row| row.id == session.id));
    let foreign = pair.patient().session(&session.id).await.unwrap_err();
    assert!(matches!(foreign, ClientError::Declined(FailureCode::NotFound | FailureCode::Forbidden)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_there_and_comes_back() {
    let pair = Pair::meet().await;
    let (doctor, patient, id) = (pair.doctor(), pair.patient(), pair.session.id.as_str());
    let folder = tempfile::tempdir().unwrap();
    let content: Vec<u8> =
        (0..3_000_000).map(|at: u32| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let path = folder.path().join("снимок.bin");
    std::fs::write(&path, &content).unwrap();
    let (progress, seen) = watch::channel(0);
    let name = Secret::from("снимок.bin");
    let stored = patient.upload(id, &name, UploadSource::File(path.clone()), &progress).await.unwrap();
    assert_eq!((stored.size, *seen.borrow(), &stored.name), (3_000_000, 3_000_000, &name));
    let article = Content::Article(consilium_wire::im::ArticleContent {
        title: name.clone(),
        url: None,
        file: Some(stored.id.clone()),
        size: stored.size,
    });
    let message = NewMessage { kind: stored.kind.message(), content: article.write(), ..words("c1", "") };
    patient.send(id, &message).await.unwrap();

    let saved = folder.path().join("saved");
    std::fs::write(&saved, &content[..1_000_000]).unwrap();
    doctor.download(&stored.id, stored.size, &saved, &progress).await.unwrap();
    assert_eq!(std::fs::read(&saved).unwrap(), content, "it goes on behind what is there");
    let whole = doctor.attachment(&stored.id, AttachmentPart::Whole, 3_000_000).await.unwrap();
    assert_eq!(whole, content);
    let none = doctor.attachment(&stored.id, AttachmentPart::Thumbnail, 1_000_000).await.unwrap_err();
    assert_eq!(none, ClientError::Declined(FailureCode::NotFound));
    let lie = FileContent { file: "nonesuch".into(), seconds: None, width: None, height: None, size: 1 };
    let lie = NewMessage { kind: MessageKind::Image, content: Content::File(lie).write(), ..words("c2", "") };
    assert!(matches!(patient.send(id, &lie).await, Err(ClientError::Declined(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_comes_back_with_the_server_and_ends_with_the_token() {
    let mut pair = Pair::meet().await;
    let mut socket = pair.doctors_socket();
    socket.voice().look(Some(pair.session.id.clone()));
    until(&mut socket, "the line", |event| *event == Event::Connected { fresh: true }).await;
    pair.clinic.stop().await;
    until(&mut socket, "the loss", |event| *event == Event::Lost).await;
    pair.clinic.restart().await;
    socket.voice().wake().wake();
    until(&mut socket, "the line", |event| *event == Event::Connected { fresh: false }).await;
    until(&mut socket, "the badge", |event| matches!(event, Event::Badge(_))).await;
    let stored = pair.patient().send(&pair.session.id, &words("c1", "after the restart")).await.unwrap();
    let heard = until(&mut socket, "the message", |event| matches!(event, Event::Message(_))).await;
    assert_eq!(heard, Event::Message(stored));

    pair.doctor().log_out().await.unwrap();
    pair.doctor().log_out().await.unwrap();
    assert_eq!(pair.doctor().badge().await, Err(ClientError::Unauthorized));
    until(&mut socket, "the end of the token", |event| *event == Event::TokenEnded).await;
    assert_eq!(socket.next().await, None);
}
