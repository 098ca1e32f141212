//! Where a specialist hears who asks to be let in, wherever it is in the application.

use crate::knocks::HomeKnocks;
use crate::view::VisitAction;
use consilium_client::{HomeEvent, HomeEvents, Server};
use consilium_model::{PeerId, Secret};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// The room answers sooner, or it has refused.
const ANSWERS: Duration = Duration::from_secs(5);

/// Where a specialist hears who asks to be let in.
#[derive(Default)]
pub(crate) struct Reception {
    line: Option<Line>,
    pub(crate) home: HomeKnocks,
    /// Those the user has been called for.
    pub(crate) called_for: BTreeSet<PeerId>,
    /// Those the room was asked to let in, and when. It may be full, or the conference may refuse.
    pub(crate) admitted: BTreeMap<PeerId, Instant>,
    /// The one for whose sake the user goes into a visit.
    pub(crate) letting_in: Option<LettingIn>,
}

struct Line {
    token: Secret,
    events: HomeEvents,
}

/// The user goes into a visit to let somebody in.
#[derive(Clone, Debug)]
pub(crate) struct LettingIn {
    pub(crate) peer: PeerId,
    /// The visit was asked for.
    pub(crate) opened: bool,
    /// Steps that were taken; each is taken once.
    pub(crate) taken: Vec<VisitAction>,
    /// When it was pressed.
    pub(crate) since: Instant,
}

impl Reception {
    /// Listens with this sign-in from now on, or with none.
    pub(crate) async fn follow(&mut self, account: Option<(&Server, &Secret)>) {
        let token = account.map(|(_, token)| token);
        if self.line.as_ref().map(|line| &line.token) == token {
            return;
        }
        self.close().await;
        if let Some((server, token)) = account {
            self.line = Some(Line { token: token.clone(), events: server.home_events(token.clone()) });
        }
    }

    /// What is told next; pends while nobody is signed in. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> HomeEvent {
        let Some(line) = &mut self.line else { return std::future::pending().await };
        match line.events.next().await {
            Some(event) => event,
            // The last one has been told.
            None => std::future::pending().await,
        }
    }

    /// The room is about to let this one in.
    pub(crate) fn is_admitting(&self, peer: &PeerId) -> bool {
        self.admitted.get(peer).is_some_and(|asked| asked.elapsed() < ANSWERS)
    }

    /// Takes in what was told.
    pub(crate) fn take(&mut self, event: HomeEvent, now: Instant) {
        self.home.take(event, now);
    }

    /// The network or the machine was away.
    pub(crate) fn wake(&self) {
        if let Some(line) = &self.line {
            line.events.wake().wake();
        }
    }

    /// Stops listening; whoever asked at home is forgotten.
    pub(crate) async fn close(&mut self) {
        if let Some(line) = self.line.take() {
            line.events.close().await;
        }
        self.home = HomeKnocks::default();
        self.letting_in = None;
    }
}
