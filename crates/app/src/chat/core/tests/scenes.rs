//! Single scenes of the pure core.

use super::model::{Event, World};
use super::server::SESSIONS;
use crate::action::ChatStep;
use crate::chat::core::{Core, Effect, Keep, Moment, Pane, Request, Sending, own_key};
use crate::view::ProblemCode;
use std::time::{Duration, Instant};
use time::OffsetDateTime;

fn moment() -> Moment {
    Moment { now: Instant::now(), wall: OffsetDateTime::UNIX_EPOCH }
}

fn settled() -> World {
    let mut world = World::new();
    world.settle();
    world
}

#[test]
fn who_is_told_and_what_only_where_the_user_allows_it() {
    for (preview, shows_screen, sender, text) in
        [(false, false, "boris", None), (true, false, "boris", Some("from boris")), (true, true, "", None)]
    {
        let mut world = settled();
        world.core.step(ChatStep::SetPreview { on: preview }, moment());
        world.core.set_shows_screen(shows_screen);
        world.core.set_watched(false, moment());
        let notices = world.notices_after(&Event::Other(0));
        assert_eq!(notices.len(), 1);
        assert_eq!(notices[0].sender.expose(), sender);
        assert_eq!(notices[0].text.as_ref().map(|text| text.expose().as_str()), text);
    }
}

#[test]
fn nobody_is_told_of_what_is_before_the_eyes() {
    let mut world = settled();
    world.happens(&Event::Open(0));
    world.settle();
    assert!(world.notices_after(&Event::Other(0)).is_empty());
    assert_eq!(world.notices_after(&Event::Other(1)).len(), 1, "another conversation");
    world.core.set_watched(false, moment());
    assert_eq!(world.notices_after(&Event::Other(0)).len(), 1, "the window is not in front");
}

#[test]
fn read_is_what_was_seen_in_a_window_that_is_in_front() {
    let mut world = settled();
    world.happens(&Event::Open(0));
    world.settle();
    let unread = |world: &World| world.core.rows.get(SESSIONS[0]).unwrap().session.unread_count;
    assert_eq!(unread(&world), 1);
    world.core.set_watched(false, moment());
    world.happens(&Event::SeeAll);
    assert_eq!(unread(&world), 1);
    world.core.set_watched(true, moment());
    world.settle();
    assert_eq!((unread(&world), world.server_unread(0)), (0, 0));
}

#[test]
fn the_first_reading_of_the_list_tells_nobody() {
    let mut world = World::new();
    world.happens(&Event::Connect);
    let effects = world.effects_of_settling();
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Notify(_))));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Badge(2))));
}

#[test]
fn a_text_that_is_too_long_is_not_taken_and_control_characters_are_left_out() {
    let mut world = settled();
    world.happens(&Event::Open(0));
    let send =
        |world: &mut World, text: String| world.core.step(ChatStep::Send { text: text.into() }, moment());
    send(&mut world, "ש".repeat(20_001));
    assert_eq!(world.core.outbox.iter().count(), 0);
    assert!(world.core.thread().unwrap().problem.is_some());
    send(&mut world, "  a\u{7}\r\nb\tc \u{202e}d  ".to_owned());
    send(&mut world, " \n ".to_owned());
    let written: Vec<_> = world.core.outbox.iter().map(|item| item.what.clone()).collect();
    assert_eq!(written.len(), 1);
    let crate::chat::core::What::Message { content, .. } = &written[0] else { panic!("words") };
    assert_eq!(content.expose(), "a\nb\tc \u{202e}d");
}

#[test]
fn while_a_message_is_sent_again_the_clock_waits_with_those_behind_it() {
    let mut world = settled();
    for _ in 0..2 {
        world.happens(&Event::Write(0));
    }
    while world.has_open_requests() {
        world.happens(&Event::Fail(0));
    }
    let rests = world.next_timeout().expect("it goes again");
    assert!(rests > world.now());
    world.happens(&Event::Wait);
    assert!(world.has_open_requests(), "the first one is on its way again");
    assert!(world.next_timeout().is_none_or(|next| next > world.now()), "the second one has to wait");
    world.settle();
    assert_eq!(world.core.outbox.iter().count(), 0);
}

#[test]
fn what_was_told_goes_when_a_screen_is_shown_and_at_the_end() {
    let withdrawn = |core: &mut Core| -> Vec<String> {
        let effects = core.take_effects().into_iter();
        effects
            .filter_map(|effect| match effect {
                Effect::Withdraw { session } => Some(session),
                _ => None,
            })
            .collect()
    };
    let mut world = settled();
    world.core.set_watched(false, moment());
    world.notices_after(&Event::Other(0));
    world.notices_after(&Event::Other(1));
    world.core.set_shows_screen(true);
    assert_eq!(withdrawn(&mut world.core), SESSIONS);
    world.core.set_shows_screen(true);
    world.core.withdraw_all();
    assert!(withdrawn(&mut world.core).is_empty(), "nothing is told any more");
    world.notices_after(&Event::Other(1));
    world.core.set_shows_screen(false);
    assert!(withdrawn(&mut world.core).is_empty(), "without a name it may stay");
    world.core.withdraw_all();
    assert_eq!(withdrawn(&mut world.core), [SESSIONS[1]]);
}

/// Opens the conversation of the open visit; gives the number of the visit of which it is asked.
fn open_visit(world: &mut World) -> u64 {
    world.core.step(ChatStep::OpenVisit, moment());
    let mut effects = world.core.take_effects().into_iter();
    let asked = effects.find_map(|effect| match effect {
        Effect::Ask(Request::VisitChat { visit }) => Some(visit),
        _ => None,
    });
    asked.expect("it is asked for")
}

fn shown(world: &World) -> Option<&str> {
    world.core.thread().map(|thread| thread.session.as_str())
}

#[test]
fn an_answer_for_a_visit_that_was_left_opens_nothing_beside_the_next() {
    let mut world = settled();
    let (first, second) = (world.server.row(SESSIONS[0]), world.server.row(SESSIONS[1]));
    let left = open_visit(&mut world);
    world.core.visit_changed(moment());
    assert!(matches!(world.core.pane, Pane::Closed), "nobody waits for it any more");
    let open = open_visit(&mut world);
    world.core.visit_chat(left, first, moment());
    assert_eq!(shown(&world), None);
    world.core.visit_chat_failed(left, crate::view::ProblemCode::Timeout, moment());
    assert_eq!(world.core.inbox.problem, None);
    world.core.visit_chat(open, second, moment());
    assert_eq!(shown(&world), Some(SESSIONS[1]));
}

#[test]
fn the_conversation_of_a_visit_closes_with_it_and_another_one_stays() {
    let mut world = settled();
    let row = world.server.row(SESSIONS[0]);
    let visit = open_visit(&mut world);
    world.core.visit_chat(visit, row, moment());
    assert_eq!(shown(&world), Some(SESSIONS[0]));
    world.core.visit_changed(moment());
    assert!(matches!(world.core.pane, Pane::Closed));
    world.happens(&Event::Open(1));
    world.core.visit_changed(moment());
    assert_eq!(shown(&world), Some(SESSIONS[1]));
}

#[test]
fn words_are_written_down_before_their_draft_is_let_go() {
    let mut world = settled();
    world.happens(&Event::Open(0));
    world.settle();
    world.core.step(ChatStep::Draft { text: "half a".into() }, moment());
    world.core.step(ChatStep::Send { text: "half a word".into() }, moment());
    let effects = world.core.take_effects();
    let place = |is_it: fn(&Effect) -> bool| effects.iter().rposition(is_it).expect("it is kept");
    let written = place(|effect| matches!(effect, Effect::Keep(Keep::Unsent(_))));
    let cleared =
        place(|effect| matches!(effect, Effect::Keep(Keep::Draft { text, .. }) if text.expose().is_empty()));
    assert!(written < cleared);
}

#[test]
fn what_was_not_sent_stays_when_membership_ends_until_the_user_throws_it_away() {
    let gone = Sending::Refused(ProblemCode::ConversationGone);
    let mut world = settled();
    world.happens(&Event::Write(0));
    world.core.step(ChatStep::Draft { text: "half a".into() }, moment());
    world.loses(0);
    assert_eq!(world.kept(0), (true, 0, 1, Some("half a")), "its messages are forgotten, and nothing else");
    let thread = world.core.thread().expect("it is still shown");
    assert_eq!((thread.window.span(), thread.problem), (None, Some(ProblemCode::ConversationGone)));

    world.happens(&Event::Restart);
    world.loses(0);
    world.happens(&Event::Open(0));
    let item = world.core.outbox.of(SESSIONS[0]).next().expect("it waits for the user").clone();
    assert_eq!(item.stage, gone);
    assert!(!world.has_open_messages(), "nobody asks for its messages again");
    world.core.step(ChatStep::Discard { key: own_key(&item.client_id) }, moment());
    world.core.step(ChatStep::Draft { text: "".into() }, moment());
    assert!(world.core.rows.get(SESSIONS[0]).is_some(), "not from before the eyes");
    world.happens(&Event::Close);
    assert!(world.core.rows.get(SESSIONS[0]).is_none());
    assert_eq!(world.kept(0), (false, 0, 0, None));
}

#[test]
fn a_conversation_without_own_words_goes_with_the_membership_and_may_come_back() {
    let mut world = settled();
    world.happens(&Event::Open(0));
    world.settle();
    world.loses(0);
    assert!(world.core.thread().is_none() && world.core.rows.get(SESSIONS[0]).is_none());
    assert_eq!(world.core.inbox.problem, Some(ProblemCode::ConversationGone));
    assert_eq!(world.kept(0), (false, 0, 0, None));
    world.settle();
    assert!(!world.core.rows.get(SESSIONS[0]).expect("the server lists it again").gone);
}

#[test]
fn what_was_read_without_a_line_is_read_after_a_restart() {
    let mut world = settled();
    world.happens(&Event::Open(0));
    world.settle();
    world.happens(&Event::SeeAll);
    let unread = |world: &World| world.core.rows.get(SESSIONS[0]).unwrap().session.unread_count;
    assert_eq!((unread(&world), world.server_unread(0)), (0, 1), "the server has not heard of it");
    world.happens(&Event::Restart);
    world.settle();
    assert_eq!((unread(&world), world.server_unread(0)), (0, 0));
}

#[test]
fn what_came_after_the_last_that_was_seen_stays_unread() {
    let mut world = settled();
    world.happens(&Event::Open(0));
    world.settle();
    world.happens(&Event::SeeAll);
    assert!(world.has_open_requests(), "the server is being told");
    world.happens(&Event::Other(0));
    world.happens(&Event::Answer(0));
    assert_eq!(world.server_unread(0), 1);
}

#[test]
fn an_unsent_message_of_another_conversation_says_nothing_about_what_was_seen() {
    let mut world = settled();
    world.happens(&Event::Write(1));
    let unsent = own_key(&world.core.outbox.iter().next().expect("it waits").client_id);
    world.happens(&Event::Open(0));
    world.core.step(ChatStep::Seen { key: unsent }, moment());
    assert_eq!(world.core.thread().expect("it is shown").seen, 0);
}

/// How often the list was asked for.
fn readings(world: &mut World) -> usize {
    let asks = |effect: &Effect| matches!(effect, Effect::Ask(Request::Recent { .. }));
    world.core.take_effects().iter().filter(|effect| asks(effect)).count()
}

#[test]
fn however_much_news_comes_the_list_is_read_once_a_second() {
    let mut world = settled();
    let start = world.now() + Duration::from_secs(60);
    let after = |millis| Moment { now: start + Duration::from_millis(millis), ..moment() };
    let rows = || SESSIONS.map(|session| world.server.row(session)).to_vec();
    let rows = rows();
    let mut asked = 0;
    for millis in (0..5000).step_by(50) {
        world.core.badge(after(millis));
        let now = readings(&mut world);
        asked += now;
        if now > 0 {
            world.core.recent(1, rows.clone(), false, after(millis));
        }
    }
    assert_eq!(asked, 5);
    assert_eq!(world.next_timeout(), Some(start + Duration::from_secs(5)), "the last news is read, too");
    world.core.tick(after(5000));
    assert_eq!(readings(&mut world), 1);
}

#[test]
fn of_the_list_only_what_differs_is_kept_and_as_it_is_known_here() {
    let mut world = settled();
    let rows = SESSIONS.map(|session| world.server.row(session)).to_vec();
    world.server_stores(1);
    let kept = |world: &mut World, rows| {
        world.core.recent(1, rows, false, moment());
        let effects = world.core.take_effects().into_iter();
        let rows = effects.filter_map(|effect| match effect {
            Effect::Keep(Keep::Sessions(rows)) => Some(rows),
            _ => None,
        });
        rows.flatten().collect::<Vec<_>>()
    };
    assert!(kept(&mut world, rows.clone()).is_empty());
    let newer = world.server.row(SESSIONS[1]);
    assert_eq!(kept(&mut world, vec![rows[0].clone(), newer.clone()]), [newer]);
    assert!(kept(&mut world, rows).is_empty(), "what came late takes nothing back");
}

#[test]
fn nothing_is_written_into_a_conversation_that_is_gone() {
    let mut world = settled();
    world.happens(&Event::Write(0));
    world.loses(0);
    let item = world.core.outbox.of(SESSIONS[0]).next().expect("it waits for the user").clone();
    world.core.step(ChatStep::Send { text: "more".into() }, moment());
    world.core.step(ChatStep::Resend { key: own_key(&item.client_id) }, moment());
    let stages: Vec<Sending> = world.core.outbox.of(SESSIONS[0]).map(|item| item.stage).collect();
    assert_eq!(stages, [Sending::Refused(ProblemCode::ConversationGone)]);
}
