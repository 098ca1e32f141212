//! What every store of calls does.

use crate::calls::ringing::{Carrier, EventKind, PartyId, Ringing, Setup, Way};
use crate::calls::{CallReason, CallRecord, CallType, Person};
use crate::domain::Clinic;
use crate::notifier::Reachable;
use crate::store::{
    CallKey, CallNews, CallState, CallStore, ConferenceRecord, FreshCall, Invitation, KEY_KEPT, KeyedCall,
    Ledger, Store, StoreError,
};
use consilium_model::{Actor, Change, Event, Status, UserId};
use consilium_wire::home::calls::CallId;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

const NOW: OffsetDateTime = datetime!(2026-11-22 12:00:00.123 UTC);

fn record(id: &str) -> CallRecord {
    CallRecord {
        id: CallId(id.to_owned()),
        conference: "v".into(),
        created_at: NOW,
        planned_at: Some(NOW + Duration::HOUR),
        broker: Some("broker".into()),
        title: Some("Title".into()),
        reason: CallReason::ServiceRequest,
        kind: CallType::Sfu,
        anonymous: true,
    }
}

fn state(users: &[&str]) -> CallState {
    let setup = Setup {
        carrier: Carrier::Own,
        invited: users.iter().skip(1).map(|_| Way::Ring).collect(),
        planned: None,
        by_broker: false,
        rings_for: Duration::MINUTE,
    };
    let mut ringing = Ringing::new(setup, NOW, &|_| false);
    ringing.take_news();
    CallState {
        people: users.iter().map(|user| Person::user((*user).into(), "Sample".into())).collect(),
        ringing,
        seen: 0,
    }
}

fn fresh(id: &str, users: &[&str]) -> FreshCall {
    FreshCall {
        record: record(id),
        state: state(users),
        news: vec![news(EventKind::Created, 0)],
        missed: Vec::new(),
        carrier: None,
        audit: Vec::new(),
        invitations: Vec::new(),
        key: None,
    }
}

fn news(kind: EventKind, party: u32) -> CallNews {
    CallNews { at: NOW, kind, party: PartyId(party) }
}

/// Runs it over one store that is opened again.
pub(in crate::store) async fn run<S: CallStore>(store: &S) {
    let first = store.add_call(fresh("a", &["d", "e", "f"])).await.unwrap();
    let second = FreshCall { missed: vec!["d".into()], ..fresh("b", &["e", "d"]) };
    let second = store.add_call(second).await.unwrap();
    assert!(second.call > first.call && second.events > first.events, "numbers grow over all calls");
    let twice = store.add_call(fresh("a", &["d"])).await;
    assert!(matches!(twice, Err(StoreError::Database(_))));

    let mut changed = state(&["d", "e", "f"]);
    let guest = Person { uncalled: true, ..Person::user("guest".into(), "Guest".into()) };
    changed.people.push(guest);
    changed.ringing.came_uncalled(NOW, &|_| false);
    changed.ringing.take_news();
    let events = vec![news(EventKind::Missed, 1), news(EventKind::Join, 3)];
    let ids = store.step_call(first.call, changed.clone(), events, vec!["e".into()]).await.unwrap();
    assert!(ids.is_sorted() && ids[0] > second.events[0]);
    let stored = store.call(CallId("a".to_owned())).await.unwrap().unwrap();
    assert_eq!((&*stored.record, stored.number), (&record("a"), first.call));
    assert_eq!((stored.people, stored.ringing), (changed.people.clone(), changed.ringing.clone()));
    let logged: Vec<_> = stored.events.iter().map(|event| (event.at, event.kind, event.party.0)).collect();
    let expected = [(EventKind::Created, 0), (EventKind::Missed, 1), (EventKind::Join, 3)];
    assert_eq!(logged, expected.map(|(kind, party)| (NOW, kind, party)));
    assert_eq!(store.call(CallId("none".to_owned())).await.unwrap(), None);

    assert_eq!(numbers(store, "d", 9).await, [second.call, first.call], "newest first");
    assert_eq!(numbers(store, "d", 1).await, [second.call]);
    assert_eq!(numbers(store, "broker", 9).await.len(), 2);
    assert!(numbers(store, "guest", 9).await.is_empty(), "who was not called has it in no log");
    let mut unseen = store.unseen_calls().await.unwrap();
    unseen.sort();
    assert_eq!(unseen, [("d".into(), second.call), ("e".into(), first.call)]);
    store.see_calls("d".into(), vec![second.call, 99]).await.unwrap();
    assert_eq!(store.unseen_calls().await.unwrap(), [(UserId::from("e"), first.call)]);

    changed.ringing.conference_over();
    changed.ringing.take_news();
    store.step_call(first.call, changed, Vec::new(), Vec::new()).await.unwrap();
    let ongoing: Vec<_> = store.ongoing_calls().await.unwrap().iter().map(|call| call.number).collect();
    assert_eq!(ongoing, [second.call]);
    is_found_by_its_key(store).await;
    tells_until_it_is_heard(store).await;
}

async fn is_found_by_its_key(store: &impl CallStore) {
    let key = |user: &str, key: u8| CallKey { user: user.into(), key: [key; 32], request: [9; 32] };
    store.add_call(FreshCall { key: Some(key("d", 1)), ..fresh("k", &["d", "e"]) }).await.unwrap();
    let find = async |user: &str, key, now| store.call_by_key(user.into(), [key; 32], now).await.unwrap();
    let found = KeyedCall { call: CallId("k".to_owned()), request: [9; 32] };
    for later in [Duration::ZERO, Duration::DAY, KEY_KEPT - Duration::SECOND] {
        assert_eq!(find("d", 1, NOW + later).await.as_ref(), Some(&found));
    }
    assert_eq!(
        (find("d", 2, NOW).await, find("e", 1, NOW).await),
        (None, None),
        "each has keys of their own"
    );
    let again = FreshCall { key: Some(key("d", 1)), ..fresh("l", &["d", "e"]) };
    assert!(store.add_call(again).await.is_err());
    assert_eq!(store.call(CallId("l".to_owned())).await.unwrap(), None, "none of it");
    assert_eq!(find("d", 1, NOW + KEY_KEPT).await, None);
    let mut late = FreshCall { key: Some(key("d", 1)), ..fresh("m", &["d", "e"]) };
    late.record.created_at = NOW + KEY_KEPT;
    store.add_call(late).await.unwrap();
    assert_eq!(find("d", 1, NOW + KEY_KEPT).await.unwrap().call.0, "m", "the old one is gone");
}

async fn tells_until_it_is_heard(store: &impl CallStore) {
    const REST: Duration = Duration::MINUTE;
    let contact = Reachable { email: Some("sample@example.org".into()), ..Reachable::default() };
    let one = |id: &str, party| {
        let contact = contact.clone();
        Invitation { id: id.to_owned(), party: PartyId(party), contact }
    };
    let call = FreshCall { invitations: vec![one("i", 1), one("j", 2)], ..fresh("n", &["d", "e", "f"]) };
    let call = store.add_call(call).await.unwrap();
    let begin = async |at| store.begin_invitations(at, REST, 3).await.unwrap();
    let id = CallId("n".to_owned());
    let both = [(id.clone(), one("i", 1)), (id.clone(), one("j", 2))];
    assert_eq!(begin(NOW).await, Ledger { begun: both.to_vec(), next: Some(NOW + REST) });
    assert_eq!(begin(NOW).await, Ledger { begun: Vec::new(), next: Some(NOW + REST) }, "they are under way");
    store.drop_invitation("j".to_owned()).await.unwrap();
    let rests = NOW + REST * 3;
    assert_eq!(begin(NOW + REST).await, Ledger { begun: both[..1].to_vec(), next: Some(rests) });
    for restart in 0..5 {
        store.wake_invitations().await.unwrap();
        assert_eq!(begin(NOW + REST).await.begun, both[..1], "at once after restart {restart}");
    }
    assert_eq!(begin(NOW + REST * 3).await.begun, both[..1]);
    assert_eq!(begin(NOW + REST * 7).await, Ledger::default(), "given up");

    let more = FreshCall { invitations: vec![one("o", 1)], ..fresh("o", &["d", "e"]) };
    let more = store.add_call(more).await.unwrap();
    let mut over = state(&["d", "e"]);
    over.ringing.conference_over();
    over.ringing.take_news();
    for number in [call.call, more.call] {
        store.step_call(number, over.clone(), Vec::new(), Vec::new()).await.unwrap();
    }
    assert_eq!(begin(NOW + Duration::DAY).await, Ledger::default(), "nobody is told of what has ended");
}

/// A call and what is made with it are kept together or not at all.
pub(in crate::store) async fn run_whole<S: CallStore + Store>(store: &S) {
    let conference = ConferenceRecord { id: "v1".into(), ..super::record() };
    let audit = Clinic::line_about(&conference);
    let whole =
        FreshCall { carrier: Some(conference.clone()), audit: vec![audit], ..fresh("w", &["d", "e"]) };
    store.add_call(whole.clone()).await.unwrap();
    let kept = async || {
        let kept = store.conferences(OffsetDateTime::UNIX_EPOCH).await.unwrap().into_iter();
        kept.map(|one| one.record.id).collect::<Vec<_>>()
    };
    assert_eq!(kept().await, ["v1".into()]);
    // The same call once more: its second part fails.
    let other =
        FreshCall { carrier: Some(ConferenceRecord { id: "v2".into(), ..super::record() }), ..whole.clone() };
    assert!(matches!(store.add_call(other).await, Err(StoreError::Database(_))));
    assert_eq!(kept().await, ["v1".into()], "no conference without a call");
    let mut twice = FreshCall { carrier: Some(conference), ..whole };
    twice.record.id = CallId("x".to_owned());
    assert!(store.add_call(twice).await.is_err());
    assert_eq!(store.call(CallId("x".to_owned())).await.unwrap(), None, "no call without a conference");
    let event = |to| Event { at: NOW, by: Actor::Booking, change: Change::Moved { to } };
    let events = vec![event(Status::OpenForJoining), event(Status::Started)];
    store.append("v1".into(), 0, events.clone()).await.unwrap();
    for after in 0..3 {
        let later = store.conference_events("v1".into(), after).await.unwrap();
        assert_eq!(later, events[usize::try_from(after).unwrap()..]);
    }
}

async fn numbers(store: &impl CallStore, user: &str, limit: usize) -> Vec<u64> {
    store.calls_of(user.into(), limit).await.unwrap().iter().map(|call| call.number).collect()
}
