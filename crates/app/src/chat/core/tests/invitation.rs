//! Inviting to a conference and going in: one card a press, and nobody is taken anywhere without a press.

use super::server::at;
use crate::action::ChatStep;
use crate::chat::core::{
    Core, Effect, Entering, Inviting, Moment, Reach, Reached, Request, Restored, Standing, card_of, key,
};
use crate::view::ProblemCode;
use consilium_model::{BusinessKind, ConferenceId, MessageKind, Secret, SessionKind, Status, UserId};
use consilium_wire::im::{Content, JumpContent, Member, Message, Session, SessionConference, User, UserRole};
use std::time::{Duration, Instant};

const SESSION: &str = "s";

fn moment(start: Instant, seconds: u64) -> Moment {
    Moment { now: start + Duration::from_secs(seconds), wall: at(0) }
}

fn session() -> Session {
    let member = |id: &str, role| Member {
        session_id: SESSION.to_owned(),
        participant_id: UserId::from(id),
        name: id.into(),
        role,
        last_fetch_time: at(0),
    };
    Session {
        id: SESSION.to_owned(),
        kind: SessionKind::OneToOne,
        business_type: BusinessKind::WithPatient,
        name: None,
        status: 0,
        sticky: false,
        participants: vec![member("anna", UserRole::Doctor), member("patient:1", UserRole::Patient)],
        last_message: None,
        unread_count: 0,
        create_date: at(0),
    }
}

fn card(number: i64, conference: Option<&str>) -> Message {
    let content = JumpContent {
        title: "Please come in".into(),
        appointment_id: format!("chat:{SESSION}"),
        conference: conference.map(ConferenceId::new),
    };
    Message {
        id: format!("{SESSION}-{number}"),
        session_id: SESSION.to_owned(),
        sender_id: UserId::from("anna"),
        kind: MessageKind::Jump,
        content: Content::Jump(content).write(),
        client_message_id: format!("card-{number}"),
        reply_to: None,
        timestamp: at(number),
    }
}

fn way(visit: Option<&str>) -> SessionConference {
    SessionConference {
        appointment_id: format!("chat:{SESSION}"),
        visit: visit.map(ConferenceId::new),
        access_token: "the way in".into(),
        status: Status::Pending,
    }
}

/// Somebody with the conversation open, and what they have asked for since.
fn at_conversation(me: &str, role: UserRole, start: Instant) -> Core {
    let reach = match role {
        UserRole::Doctor => Reach::Everything,
        UserRole::Patient => Reach::Visit { session: Some(SESSION.to_owned()) },
    };
    let mut drawn = 0;
    let mut core = Core::new(UserId::from(me), reach, Restored::default(), move || {
        drawn += 1;
        format!("press-{drawn}")
    });
    core.log_in(&User { user_id: UserId::from(me), name: me.into(), role, avatar: None });
    core.set_reached(Reached::Online, moment(start, 0));
    core.recent(1, vec![session()], false, moment(start, 0));
    core.step(ChatStep::OpenConversation { id: SESSION.to_owned() }, moment(start, 0));
    core.loaded(SESSION, consilium_client::MessagePage::default(), moment(start, 0));
    core.take_effects();
    core
}

fn requests(core: &mut Core) -> Vec<Request> {
    let wanted = |effect| match effect {
        Effect::Ask(
            request @ (Request::Invite { .. } | Request::Conference { .. } | Request::Enter { .. }),
        ) => Some(request),
        _ => None,
    };
    core.take_effects().into_iter().filter_map(wanted).collect()
}

fn entrances(core: &mut Core) -> usize {
    core.take_effects().iter().filter(|effect| matches!(effect, Effect::Enter { .. })).count()
}

fn press(core: &mut Core, start: Instant) -> Vec<String> {
    core.step(ChatStep::Invite { title: " Please come in ".into() }, moment(start, 0));
    let ids = requests(core).into_iter().filter_map(|request| match request {
        Request::Invite { invite, .. } => Some(invite.client_id),
        _ => None,
    });
    ids.collect()
}

#[test]
fn a_press_that_failed_is_repeated_under_its_name_and_a_new_one_has_its_own() {
    let start = Instant::now();
    let mut core = at_conversation("anna", UserRole::Doctor, start);
    let first = press(&mut core, start);
    assert_eq!(first.len(), 1);
    assert_eq!(press(&mut core, start), Vec::<String>::new(), "one is under way");
    core.invited(SESSION, &first[0], Err(ProblemCode::Timeout), moment(start, 1));
    assert_eq!(press(&mut core, start), first);
    core.invited(SESSION, &first[0], Err(ProblemCode::Timeout), moment(start, 2));
    core.step(ChatStep::DropInvite, moment(start, 2));
    assert_ne!(press(&mut core, start), first);
}

#[test]
fn whoever_has_gone_elsewhere_is_not_taken_into_the_call() {
    let start = Instant::now();
    for (leaves, entered) in [(false, 1), (true, 0)] {
        let mut core = at_conversation("anna", UserRole::Doctor, start);
        let id = press(&mut core, start).remove(0);
        if leaves {
            core.step(ChatStep::Back, moment(start, 0));
        }
        core.invited(SESSION, &id, Ok((card(1, Some("c1")), "token".into())), moment(start, 1));
        assert_eq!(entrances(&mut core), entered);
    }
}

#[test]
fn titles_and_names_are_one_line_with_something_in_it() {
    let start = Instant::now();
    let mut doctor = at_conversation("anna", UserRole::Doctor, start);
    let mut patient = at_conversation("patient:1", UserRole::Patient, start);
    assert!(!patient.can_invite() && doctor.can_invite());
    patient.heard(card(1, Some("c1")), moment(start, 0));
    let key = key(&card(1, None), &UserId::from("patient:1"));
    requests(&mut patient);
    for words in ["", "  ", "a\nb", &"я".repeat(201)] {
        doctor.step(ChatStep::Invite { title: words.into() }, moment(start, 0));
        let name = Some(Secret::from(words));
        patient.step(ChatStep::Enter { key: key.clone(), name }, moment(start, 0));
        assert_eq!(requests(&mut doctor).len() + requests(&mut patient).len(), 0, "{words:?}");
    }
    patient.step(ChatStep::Enter { key, name: None }, moment(start, 0));
    assert_eq!(requests(&mut patient).len(), 0, "a patient has a name");
}

#[test]
fn a_card_is_asked_about_while_it_is_seen_and_only_then() {
    let start = Instant::now();
    let mut core = at_conversation("patient:1", UserRole::Patient, start);
    core.tick(moment(start, 60));
    assert_eq!(requests(&mut core).len(), 0, "there is no card");
    core.heard(card(1, Some("c1")), moment(start, 60));
    assert_eq!(requests(&mut core).len(), 1);
    core.conference(SESSION, Some(Some(way(Some("c1")))), moment(start, 60));
    core.set_watched(false, moment(start, 60));
    core.tick(moment(start, 90));
    assert_eq!(requests(&mut core).len(), 0, "nobody looks");
    core.set_watched(true, moment(start, 90));
    assert_eq!(requests(&mut core).len(), 1);
    core.conference(SESSION, Some(None), moment(start, 90));
    core.tick(moment(start, 110));
    assert_eq!(requests(&mut core).len(), 0, "one that is over is asked about more seldom");
    core.heard(card(2, Some("c2")), moment(start, 110));
    assert_eq!(requests(&mut core).len(), 1, "a new one at once");
}

#[test]
fn each_card_is_of_its_own_conference_and_one_of_an_older_server_of_the_one_that_goes_on() {
    let start = Instant::now();
    let mut core = at_conversation("patient:1", UserRole::Patient, start);
    let cards = [card(1, None), card(2, Some("c1")), card(3, Some("c2"))];
    cards.iter().for_each(|card| core.heard(card.clone(), moment(start, 0)));
    let over = |core: &Core| {
        let invitation = &core.thread().unwrap().invitation;
        cards.each_ref().map(|card| invitation.is_over(&card_of(card).unwrap()))
    };
    assert_eq!(over(&core), [false; 3], "nobody knows yet");
    core.conference(SESSION, Some(Some(way(Some("c2")))), moment(start, 1));
    assert_eq!(over(&core), [false, true, false]);
    core.conference(SESSION, Some(Some(way(None))), moment(start, 2));
    assert_eq!(over(&core), [false; 3], "an older server says no more");
    core.conference(SESSION, Some(None), moment(start, 3));
    assert_eq!(over(&core), [true; 3]);
    core.conference(SESSION, None, moment(start, 4));
    assert_eq!(core.thread().unwrap().invitation.standing, Standing::Over, "what is known stays known");
}

#[test]
fn a_press_on_a_card_leads_into_its_conference_or_says_why_not() {
    let start = Instant::now();
    let mut core = at_conversation("patient:1", UserRole::Patient, start);
    core.heard(card(1, Some("c1")), moment(start, 0));
    let key = key(&card(1, None), &UserId::from("patient:1"));
    let enter = |core: &mut Core| {
        let name = Some(Secret::from("Ivan"));
        core.step(ChatStep::Enter { key: key.clone(), name }, moment(start, 1));
        requests(core).iter().filter(|request| matches!(request, Request::Enter { .. })).count()
    };
    assert_eq!((enter(&mut core), enter(&mut core)), (1, 0), "pressed twice");
    core.entered(SESSION, &key, Err(ProblemCode::Timeout), moment(start, 2));
    let failed = Entering::Failed { key: key.clone(), problem: ProblemCode::Timeout };
    assert_eq!(core.thread().unwrap().invitation.entering, failed);
    assert_eq!(entrances(&mut core), 0);
    assert_eq!(enter(&mut core), 1);
    core.entered(SESSION, &key, Ok(Some(way(Some("c2")))), moment(start, 3));
    assert_eq!(entrances(&mut core), 0, "another one goes on now, to which this card does not invite");
    assert_eq!(enter(&mut core), 0, "the card is over");
    assert!(matches!(core.thread().unwrap().invitation.inviting, Inviting::Not));
}
