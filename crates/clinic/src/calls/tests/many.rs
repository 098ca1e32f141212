//! Two hundred people at home, and fifty calls at once.

use super::kit::{Clinic, Device};
use crate::calls::ringing::EventKind;
use consilium_wire::home::Event;
use consilium_wire::home::calls::CallId;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

const PEOPLE: usize = 200;
const CALLS: usize = 50;

/// What a device hears until nothing comes any more.
async fn hear(device: &mut Device) -> Vec<Event> {
    let mut heard = Vec::new();
    while let Ok(event) = tokio::time::timeout(Duration::from_millis(1500), device.next()).await {
        heard.push(event);
    }
    heard
}

#[tokio::test]
async fn fifty_calls_at_once_ring_where_they_should_and_once() {
    let clinic = Clinic::start().await;
    let mut devices = Vec::new();
    for number in 0..PEOPLE {
        devices.push(clinic.device(&format!("u{number}")).await);
    }
    let started = Instant::now();
    let login = |number: usize| format!("u{number}");
    let place = async |call: usize| {
        // Each calls three others.
        let invited: Vec<_> = (1..4).map(|one| login(CALLS + call * 3 + one - 1)).collect();
        let invited: Vec<_> = invited.iter().map(String::as_str).collect();
        clinic.place(&devices[call], &invited).await
    };
    let entries = futures_util::future::join_all((0..CALLS).map(place)).await;
    let placed = started.elapsed();
    // The first of each three accepts and comes, the second declines, the third does not answer.
    let answer = async |call: usize| {
        let id = &entries[call].call;
        clinic.join(&entries[call]).await;
        let way = clinic.accept(&devices[CALLS + call * 3], id).await;
        assert_eq!(clinic.do_with(&devices[CALLS + call * 3 + 1], id, "decline").await.0, 204);
        clinic.join(&way).await;
    };
    futures_util::future::join_all((0..CALLS).map(answer)).await;
    clinic.pass(45);
    for (call, entry) in entries.iter().enumerate() {
        let third = login(CALLS + call * 3 + 2);
        let events = clinic.events(&entry.call, (EventKind::Missed, &third)).await;
        let count = |kind| events.iter().filter(|(one, _)| *one == kind).count();
        let counts = [EventKind::Created, EventKind::Join, EventKind::Declined, EventKind::Missed].map(count);
        assert_eq!(counts, [1, 2, 1, 1], "{events:?}");
    }
    let took = started.elapsed();
    let heard = futures_util::future::join_all(devices.iter_mut().map(hear)).await;
    let (mut rings, mut overs, mut other) = (0, 0, 0);
    for (number, heard) in heard.iter().enumerate() {
        let mut times: HashMap<&CallId, u32> = HashMap::new();
        let mut over = HashSet::new();
        for event in heard {
            match event {
                Event::Ringing { call, .. } => {
                    *times.entry(call).or_default() += 1;
                    assert!(!over.contains(call), "nothing rings that is over");
                    rings += 1;
                }
                Event::RingOver { call, .. } => {
                    over.insert(call);
                    overs += 1;
                }
                _ => other += 1,
            }
        }
        assert!(times.values().all(|times| *times == 1), "nobody rings twice");
        let own = number.checked_sub(CALLS).map(|place| &entries[place / 3].call);
        assert!(times.keys().all(|call| Some(*call) == own), "only who was called");
    }
    println!(
        "{PEOPLE} people, {CALLS} calls: {rings} rings, {overs} ends told, {other} other events; \
         placed in {placed:?}, all answered and missed in {took:?}"
    );
    assert!(rings >= CALLS, "the third of each at least");
    clinic.stop().await;
}
