//! Single scenes of the pure core.

use super::model::{Event, SESSIONS, World};
use crate::action::ChatStep;
use crate::chat::core::{Effect, Moment};
use std::time::Instant;
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
