//! From a chat into a call with one press on each side, between two whole applications and the real server.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Clinic, Person, call, visit};
use consilium_app::view::{
    AppView, ChatPane, ConversationView, InvitationState, InviteView, MessageBody, MessageState, ProblemCode,
    Stage, VisitAction,
};
use consilium_app::{Action, ChatStep};
use consilium_client::{Keychain, MemoryStore};
use consilium_model::Screen;
use std::sync::Arc;

const TITLE: &str = "Please join me in a video call";
const NAME: &str = "Ivan from the village";

fn conversation(view: &AppView) -> Option<&ConversationView> {
    match &view.chat.as_ref()?.pane {
        ChatPane::Conversation(conversation) => Some(conversation),
        _ => None,
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Card {
    key: String,
    title: String,
    state: InvitationState,
    name: Option<String>,
    problem: Option<ProblemCode>,
}

fn cards(view: &AppView) -> Vec<Card> {
    let rows = conversation(view).into_iter().flat_map(|conversation| &conversation.messages);
    rows.filter_map(|row| match row.body.clone() {
        MessageBody::Invitation { title, state, name, problem } => {
            Some(Card { key: row.key.clone(), title, state, name, problem })
        }
        _ => None,
    })
    .collect()
}

fn card(view: &AppView) -> Option<Card> {
    cards(view).pop()
}

async fn chats(person: &Person, step: ChatStep) {
    person.does(Action::Chat { step }).await;
}

/// A patient who has written in the conversation of the visit, and the specialist at home who reads it.
async fn write_to_each_other(clinic: &Clinic) -> (Person, Person) {
    let mut patient = Person::with_link(&clinic.links("now")[1]);
    patient.sees("the visit", |view| matches!(view.stage, Stage::Visit(_)) && view.chat.is_some()).await;
    chats(&patient, ChatStep::Open).await;
    patient.sees("the conversation", |view| conversation(view).is_some()).await;
    chats(&patient, ChatStep::Send { text: "Could we speak now?".into() }).await;
    let stored = |view: &AppView| {
        let rows = conversation(view).into_iter().flat_map(|conversation| &conversation.messages);
        rows.last().is_some_and(|row| row.state == MessageState::Stored)
    };
    patient.sees("it is stored", stored).await;

    let user = clinic.demo().home.as_ref().unwrap().users[0].clone();
    let mut doctor = Person::at_desk(&Keychain::over(Arc::new(MemoryStore::default())));
    doctor.sees("the form", |view| matches!(view.stage, Stage::SignIn(_))).await;
    let server = clinic.demo().base_url.clone();
    doctor.does(Action::SignIn { server, user_id: user.user_id, password: user.password }).await;
    doctor.sees("home", |view| matches!(view.stage, Stage::Home(_)) && view.chat.is_some()).await;
    let in_inbox = |view: &AppView| match &view.chat.as_ref()?.pane {
        ChatPane::Inbox(inbox) => inbox.rows.iter().find(|row| row.unread == 1).map(|row| row.id.clone()),
        _ => None,
    };
    chats(&doctor, ChatStep::Open).await;
    let view = doctor.sees("the conversation in the list", |view| in_inbox(view).is_some()).await;
    chats(&doctor, ChatStep::OpenConversation { id: in_inbox(&view).unwrap() }).await;
    (doctor, patient)
}

fn invite(view: &AppView) -> Option<&InviteView> {
    conversation(view)?.invite.as_ref()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_press_on_each_side_and_both_hear_and_see_each_other() {
    let clinic = Clinic::start().await;
    let (mut doctor, mut patient) = write_to_each_other(&clinic).await;
    assert_eq!(invite(&patient.newest()), None, "patients invite nobody");
    doctor.sees("the button", |view| invite(view) == Some(&InviteView::Ready)).await;
    chats(&doctor, ChatStep::Invite { title: TITLE.into() }).await;
    doctor
        .sees("in the conference", |view| visit(view).is_some_and(|visit| visit.screen != Screen::Started))
        .await;

    let open = |view: &AppView| card(view).is_some_and(|card| card.state == InvitationState::Open);
    let seen = card(&patient.sees("the card", open).await).unwrap();
    assert_eq!((seen.title.as_str(), seen.problem), (TITLE, None));
    assert!(seen.name.as_ref().is_some_and(|name| !name.trim().is_empty()), "its name is there already");
    // Without a name nobody goes in.
    for name in [None, Some(" ".into())] {
        chats(&patient, ChatStep::Enter { key: seen.key.clone(), name }).await;
    }
    assert_eq!(card(&patient.reloads().await).unwrap().state, InvitationState::Open);
    chats(&patient, ChatStep::Enter { key: seen.key.clone(), name: Some(NAME.into()) }).await;

    for person in [&mut doctor, &mut patient] {
        person.sees_screen(Screen::Started).await;
        person.sees_others(1).await;
        person
            .measures("picture and sound", |figures| {
                figures.decoded().iter().any(|frames| *frames > 5) && figures.sound() > 20
            })
            .await;
    }
    let names = |view: &AppView| {
        call(view).into_iter().flat_map(|call| &call.peers).map(|peer| peer.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&doctor.newest()), [NAME], "under the name that was typed");

    // The conversation goes on in the call, and no second call is begun from this one.
    chats(&patient, ChatStep::Open).await;
    let view = patient.sees("the same conversation", |view| card(view).is_some()).await;
    assert_eq!(card(&view).unwrap().key, seen.key);
    patient
        .sees("not from a call", |view| card(view).is_some_and(|card| card.state == InvitationState::InCall))
        .await;
    doctor.sees("not from a call", |view| invite(view) == Some(&InviteView::InCall)).await;
    doctor.presses(VisitAction::Finish).await;
    patient
        .sees("it is over", |view| card(view).is_some_and(|card| card.state == InvitationState::Over))
        .await;
    doctor.closes().await;
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_of_a_conference_that_is_over_leads_nowhere_and_the_next_one_does() {
    let clinic = Clinic::start().await;
    let (mut doctor, mut patient) = write_to_each_other(&clinic).await;
    let is = |state| move |view: &AppView| card(view).is_some_and(|card| card.state == state);
    let mut keys = Vec::new();
    for round in 0..2 {
        doctor.sees("the button", |view| invite(view) == Some(&InviteView::Ready)).await;
        chats(&doctor, ChatStep::Invite { title: TITLE.into() }).await;
        let newest = |view: &AppView| cards(view).len() == round + 1 && is(InvitationState::Open)(view);
        keys.push(card(&patient.sees("a card", newest).await).unwrap().key);
        if round == 0 {
            doctor.presses(VisitAction::Cancel).await;
            doctor.sees_screen(Screen::Cancelled).await;
            patient.sees("over", is(InvitationState::Over)).await;
            let (key, name) = (keys[0].clone(), Some(NAME.into()));
            chats(&patient, ChatStep::Enter { key, name }).await;
            assert!(is(InvitationState::Over)(&patient.reloads().await));
            doctor.does(Action::GoHome).await;
            doctor.sees("home", |view| matches!(view.stage, Stage::Home(_))).await;
        }
    }
    let states: Vec<_> = cards(&patient.newest()).into_iter().map(|card| card.state).collect();
    assert_eq!(states, [InvitationState::Over, InvitationState::Open], "each card is of its own conference");
    doctor.closes().await;
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_line_the_press_says_so_and_the_next_one_posts_one_card() {
    let mut clinic = Clinic::start().await;
    let (mut doctor, mut patient) = write_to_each_other(&clinic).await;
    doctor.sees("the button", |view| invite(view) == Some(&InviteView::Ready)).await;
    clinic.stop().await;
    chats(&doctor, ChatStep::Invite { title: TITLE.into() }).await;
    let failed = |view: &AppView| matches!(invite(view), Some(InviteView::Failed { title, problem }) if title == TITLE && *problem == ProblemCode::Unreachable);
    doctor.sees("why", failed).await;
    assert!(matches!(doctor.newest().stage, Stage::Home(_)), "nobody is taken anywhere");
    clinic.restart().await;
    chats(&doctor, ChatStep::Invite { title: TITLE.into() }).await;
    doctor.sees("in the conference", |view| matches!(view.stage, Stage::Visit(_))).await;
    let open = |view: &AppView| card(view).is_some_and(|card| card.state == InvitationState::Open);
    let view = patient.sees("the card", open).await;
    assert_eq!(cards(&view).len(), 1);
    clinic.stop().await;
    let key = card(&view).unwrap().key;
    chats(&patient, ChatStep::Enter { key, name: Some(NAME.into()) }).await;
    patient
        .sees("why", |view| card(view).is_some_and(|card| card.problem == Some(ProblemCode::Unreachable)))
        .await;
    doctor.closes().await;
    patient.closes().await;
}
