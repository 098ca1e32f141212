//! What every store of calls does.

use crate::calls::ringing::{Carrier, EventKind, PartyId, Ringing, Setup, Way};
use crate::calls::{CallReason, CallRecord, CallType, Person};
use crate::store::{CallNews, CallState, CallStore, StoreError};
use consilium_model::UserId;
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
    };
    let mut ringing = Ringing::new(setup, NOW, &|_| false);
    ringing.take_news();
    CallState {
        people: users.iter().map(|user| Person::user((*user).into(), "Sample".into())).collect(),
        ringing,
    }
}

fn news(kind: EventKind, party: u32) -> CallNews {
    CallNews { at: NOW, kind, party: PartyId(party) }
}

/// Runs it over one store that is opened again.
pub(in crate::store) async fn run<S: CallStore>(store: &S) {
    let first = store
        .add_call(record("a"), state(&["d", "e", "f"]), vec![news(EventKind::Created, 0)], Vec::new())
        .await
        .unwrap();
    let second = store
        .add_call(record("b"), state(&["e", "d"]), vec![news(EventKind::Created, 0)], vec!["d".into()])
        .await
        .unwrap();
    assert!(second.call > first.call && second.events > first.events, "numbers grow over all calls");
    let twice = store.add_call(record("a"), state(&["d"]), Vec::new(), Vec::new()).await;
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
}

async fn numbers(store: &impl CallStore, user: &str, limit: usize) -> Vec<u64> {
    store.calls_of(user.into(), limit).await.unwrap().iter().map(|call| call.number).collect()
}
