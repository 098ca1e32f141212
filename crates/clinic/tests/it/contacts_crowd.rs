//! Two hundred colleagues who come, are called and lose their connection at the same time.

use crate::home_kit::{ask, event, listen, signed_in, until_known};
use crate::kit::{Clinic, Socket};
use consilium_model::UserId;
use consilium_wire::home::Event;
use consilium_wire::home::calls::Availability;
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use reqwest::Method;
use serde_json::json;
use std::collections::HashMap;

const PEOPLE: usize = 200;

/// A colleague's socket and what it knows.
struct Listener {
    socket: Socket,
    known: HashMap<UserId, Availability>,
    frames: usize,
}

impl Listener {
    async fn come(clinic: &Clinic, token: &str) -> Self {
        let mut socket = listen(clinic, token).await;
        let heard = until_known(&mut socket).await;
        let mut one = Self { socket, known: HashMap::new(), frames: 0 };
        heard.into_iter().for_each(|event| one.take(event));
        one
    }

    fn take(&mut self, event: Event) {
        let Event::Contact { user_id, availability } = event else { panic!("{event:?}") };
        self.known.insert(user_id, availability);
        self.frames += 1;
    }

    /// Listens until so many others are known to be so.
    async fn until(&mut self, count: usize, availability: Availability) {
        while self.known.values().filter(|one| **one == availability).count() < count {
            let event = event(&mut self.socket).await;
            self.take(event);
        }
    }

    /// Listens until this one is available again.
    async fn until_back(&mut self, login: &str) {
        while self.known.get(&UserId::new(login)) != Some(&Availability::Available) {
            let event = event(&mut self.socket).await;
            self.take(event);
        }
    }
}

fn frames(listeners: &mut [Listener]) -> usize {
    listeners.iter_mut().map(|one| std::mem::take(&mut one.frames)).sum()
}

#[tokio::test]
async fn each_hears_of_each_other_once() {
    let clinic = Clinic::start().await;
    let logins: Vec<_> = (0..PEOPLE).map(|number| format!("d{number}")).collect();
    let tokens = stream::iter(&logins).map(|login| signed_in(&clinic, login)).buffered(8);
    let tokens: Vec<_> = tokens.collect().await;

    let mut listeners = join_all(tokens.iter().map(|token| Listener::come(&clinic, token))).await;
    let others = PEOPLE - 1;
    join_all(listeners.iter_mut().map(|one| one.until(others, Availability::Available))).await;
    let came = frames(&mut listeners);
    assert_eq!(came, PEOPLE * others, "once each, also when all come at once");

    let busy = 20;
    let quiet = json!({"do_not_disturb": true});
    let set = tokens[..busy].iter().map(|token| ask(&clinic, token, Method::PUT, "presence", Some(&quiet)));
    assert!(join_all(set).await.iter().all(|(http, _)| *http == 204));
    let (calm, rest) = listeners.split_at_mut(busy);
    let one_less = calm.iter_mut().map(|one| one.until(busy - 1, Availability::DoNotDisturb));
    let all = rest.iter_mut().map(|one| one.until(busy, Availability::DoNotDisturb));
    join_all(one_less).await;
    join_all(all).await;
    let changed = frames(&mut listeners);
    assert_eq!(changed, busy * others, "only what has changed");

    // A switch of the clinic restarts: everybody is back before anybody is missed.
    let lost = listeners.split_off(PEOPLE / 2);
    drop(lost);
    let back = join_all(tokens[PEOPLE / 2..].iter().map(|token| Listener::come(&clinic, token))).await;
    assert!(back.iter().all(|one| one.known.len() == others));
    let quiet = json!({"do_not_disturb": false});
    assert_eq!(ask(&clinic, &tokens[0], Method::PUT, "presence", Some(&quiet)).await.0, 204);
    let stayed = &mut listeners[1..];
    join_all(stayed.iter_mut().map(|one| one.until_back(&logins[0]))).await;
    let missed = frames(stayed);
    assert_eq!(missed, stayed.len(), "of the switch, nobody hears");
    println!(
        "{PEOPLE} sockets: {came} frames when all came at once ({PEOPLE} x {others}), {changed} for {busy} changes, \
         {missed} for {} reconnects and one change",
        PEOPLE / 2
    );
    clinic.running.stop().await;
}
