use super::*;
use crate::im::outbox::Push;
use crate::store::{ChatMessage, MessageId, Moved, PassScope};
use consilium_model::MessageKind;
use futures_util::FutureExt;
use time::macros::datetime;

const TOKEN: Digest = [7; 32];

fn stored(seq: u64, sender: &str, client_id: &str, badges: &[(&str, u64)]) -> Stored {
    let message = ChatMessage {
        id: MessageId { session: "s".to_owned(), seq },
        sender: sender.into(),
        kind: MessageKind::Text,
        content: "words".into(),
        client_id: client_id.to_owned(),
        reply_to: None,
        at: datetime!(2026-11-22 12:00 UTC),
    };
    let badges = badges.iter().map(|(user, count)| ((*user).into(), *count)).collect();
    Stored { message, fresh: true, badges, topic: None }
}

/// What waits for a socket: the types of its frames with the numbers of their messages, and the badge.
fn told(seat: &Seat) -> Vec<String> {
    let waiting = std::iter::from_fn(|| seat.line.outbox.next().now_or_never());
    let read = |push| match push {
        Push::Badge(count) => format!("badge {count}"),
        Push::End(_) => "end".to_owned(),
        Push::Frame(frame) => {
            let value: serde_json::Value = serde_json::from_str(&frame).unwrap();
            let id = value["message"]["id"].as_str().or(value["session_id"].as_str()).unwrap_or_default();
            format!("{} {id}", value["type"].as_str().unwrap())
        }
    };
    waiting.map(read).take_while(|told| told != "end").collect()
}

fn at(hub: &Arc<Hub>, user: &str) -> Seat {
    let seat = hub.enter(user.into(), TOKEN, PassScope::Password);
    assert!(seat.look_at("s", hub.departures()));
    seat
}

#[test]
fn the_oldest_socket_of_a_user_makes_way_for_the_newest() {
    let hub = Arc::new(Hub::default());
    let (oldest, other) = (at(&hub, "anna"), at(&hub, "boris"));
    let mut more: Vec<_> = (1..SOCKETS_OF_ONE).map(|_| at(&hub, "anna")).collect();
    let is_over =
        |seat: &Seat| matches!(seat.line.outbox.next().now_or_never(), Some(Push::End(End::Crowded)));
    assert!(!is_over(&oldest));
    for _ in 0..3 {
        more.push(at(&hub, "anna"));
    }
    assert!(is_over(&oldest) && is_over(&more[0]) && is_over(&more[1]) && !is_over(&more[2]));
    assert!(!is_over(&other), "somebody else's stays");
    assert_eq!(hub.board().users[&UserId::from("anna")].len(), SOCKETS_OF_ONE);
    assert_eq!(hub.board().lookers["s"].len(), SOCKETS_OF_ONE + 1);
    drop((oldest, more, other));
    assert!(hub.board().users.is_empty() && hub.board().lookers.is_empty());
}

#[test]
fn the_acknowledgement_stands_where_the_message_does() {
    let hub = Arc::new(Hub::default());
    let (mine, my_other, theirs) = (at(&hub, "anna"), at(&hub, "anna"), at(&hub, "boris"));
    mine.begins_to_send("c");
    hub.stored(&stored(1, "boris", "c", &[("anna", 1)]));
    hub.stored(&stored(2, "anna", "c", &[("boris", 1)]));
    hub.stored(&stored(3, "boris", "d", &[("anna", 1)]));
    mine.is_stored(&stored(2, "anna", "c", &[]));
    assert_eq!(told(&mine), ["message s-1", "stored s-2", "message s-3"]);
    for seat in [&my_other, &theirs] {
        assert_eq!(told(seat), ["message s-1", "message s-2", "message s-3"]);
    }
}

#[test]
fn a_sender_who_looks_elsewhere_meanwhile_is_told_all_the_same() {
    let hub = Arc::new(Hub::default());
    let seat = at(&hub, "anna");
    seat.begins_to_send("c");
    seat.look_away();
    let message = stored(1, "anna", "c", &[("anna", 0)]);
    hub.stored(&message);
    seat.is_stored(&message);
    assert_eq!(told(&seat), ["stored s-1", "badge 0"]);
    seat.begins_to_send("d");
    seat.is_refused();
    seat.is_stored(&stored(2, "anna", "d", &[]));
    assert_eq!(told(&seat), [""; 0]);
}

#[test]
fn whoever_is_taken_out_hears_no_more_and_looks_again_only_after_a_new_look_up() {
    let hub = Arc::new(Hub::default());
    let (anna, boris) = (at(&hub, "anna"), at(&hub, "boris"));
    let before = hub.departures();
    let badges = vec![("anna".into(), 0), ("boris".into(), 0)];
    hub.moved(&Moved { session: "s".to_owned(), left: vec!["boris".into()], badges });
    hub.stored(&stored(1, "anna", "c", &[]));
    assert_eq!(
        (told(&boris), told(&anna)),
        (vec!["badge 0".to_owned()], vec!["message s-1".to_owned(), "badge 0".to_owned()])
    );
    assert_eq!(boris.looks_at(), None);
    assert!(!boris.look_at("s", before), "the membership was looked up before");
    assert!(boris.look_at("s", hub.departures()));
}

#[test]
fn nothing_is_left_of_sockets_that_are_gone() {
    let hub = Arc::new(Hub::default());
    let seats = [at(&hub, "anna"), at(&hub, "patient:1"), at(&hub, "anna")];
    assert!(hub.is_there(&"anna".into()));
    drop(seats);
    assert!(!hub.is_there(&"anna".into()));
    let board = hub.board();
    assert!(board.users.is_empty() && board.lookers.is_empty());
    drop(board);
    assert_eq!(hub.take_active(), [UserId::new("patient:1")], "only of patients it is written down");
}

#[test]
fn a_token_that_ends_closes_its_own_sockets_only() {
    let hub = Arc::new(Hub::default());
    let (one, other) = (
        hub.enter("anna".into(), TOKEN, PassScope::Password),
        hub.enter("anna".into(), [8; 32], PassScope::SignIn([9; 32])),
    );
    hub.log_out(&"anna".into(), &TOKEN);
    assert_eq!(one.line.outbox.next().now_or_never(), Some(Push::End(End::LoggedOut)));
    hub.sign_out(&"anna".into(), &[8; 32]);
    assert_eq!(other.line.outbox.next().now_or_never(), None);
    hub.sign_out(&"anna".into(), &[9; 32]);
    assert_eq!(other.line.outbox.next().now_or_never(), Some(Push::End(End::LoggedOut)));
}
