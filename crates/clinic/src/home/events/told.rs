//! What a socket has told already.

use crate::rooms::{Knock, Waiting};
use consilium_model::{ConferenceId, PeerId};
use consilium_wire::home::Event;
use consilium_wire::room::Waits;
use std::collections::HashMap;
use std::time::Instant;

/// The knocks that a socket has told and that are not over.
#[derive(Default)]
pub(super) struct Told(HashMap<(ConferenceId, PeerId), Waiting>);

impl Told {
    /// What there is to tell, when these knock now.
    pub(super) fn news(&mut self, knocks: Vec<Knock>, now: Instant) -> Vec<Event> {
        let key = |knock: &Knock| (knock.visit.clone(), knock.waiting.peer.clone());
        let holds: HashMap<_, _> = knocks.iter().map(|knock| (key(knock), ())).collect();
        let over = self.0.extract_if(|key, _| !holds.contains_key(key));
        let mut news: Vec<Event> = over.map(|((visit, peer), _)| Event::KnockOver { visit, peer }).collect();
        for knock in knocks {
            if self.0.insert(key(&knock), knock.waiting.clone()).as_ref() != Some(&knock.waiting) {
                news.push(knocking(knock, now));
            }
        }
        news
    }
}

fn knocking(Knock { visit, waiting }: Knock, now: Instant) -> Event {
    let seconds = now.saturating_duration_since(waiting.since).as_secs();
    let waits = Waits {
        seconds: seconds.try_into().unwrap_or(u32::MAX),
        ready: waiting.ready,
        away: waiting.stepped_away,
    };
    Event::Knocking { visit, peer: waiting.peer, name: waiting.name, role: waiting.who.role, waits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_model::Participant;

    fn knock(peer: &str, stepped_away: bool, since: Instant) -> Knock {
        let waiting = Waiting {
            peer: peer.into(),
            who: Participant::client(peer),
            name: "Sample".into(),
            since,
            ready: Default::default(),
            stepped_away,
        };
        Knock { visit: ConferenceId::new("v"), waiting }
    }

    #[test]
    fn only_what_is_new_is_told() {
        let now = Instant::now();
        let mut told = Told::default();
        assert_eq!(told.news(vec![knock("a", false, now), knock("b", false, now)], now).len(), 2);
        assert_eq!(told.news(vec![knock("a", false, now), knock("b", false, now)], now), []);
        let news = told.news(vec![knock("b", true, now)], now);
        let over = Event::KnockOver { visit: ConferenceId::new("v"), peer: "a".into() };
        assert_eq!(news[0], over);
        assert!(matches!(&news[1..], [Event::Knocking { waits, .. }] if waits.away));
    }
}
