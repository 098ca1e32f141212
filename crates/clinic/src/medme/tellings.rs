//! What booking systems are told until they have heard: ended conferences, and the participants' links.
//!
//! That one has heard, with a 2xx status, is a [`Mark`]; without it, every round tells again. So each is told at least
//! once, more often when a stop comes between the answer and the mark, and a restart forgets none. What could not be
//! told in some minutes rests, longer every time.

use super::callbacks::{Call, Outcome, Topic};
use super::{complete, links};
use crate::domain::Live;
use crate::server::App;
use crate::store::Mark;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// How long something rests after its first call that was given up; twice as long after the next, and so on.
const REST: Duration = Duration::from_secs(300);
/// So often the rest doubles.
const DOUBLINGS: u32 = 4;
const LONGEST_REST: Duration = REST.saturating_mul(1 << DOUBLINGS);

/// What is being told, and what rests because nobody has heard it. By the mark that is set in the end.
#[derive(Default)]
pub(crate) struct Tellings(Mutex<HashMap<Mark, Telling>>);

#[derive(Clone, Copy)]
enum Telling {
    UnderWay { given_up: u32 },
    Resting { given_up: u32, until: Instant },
}

/// Tells what is to be told, `every` so often, until the server stops.
pub(crate) async fn tell_on_time(app: Arc<App>, every: Duration) {
    let mut interval = tokio::time::interval(every);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let rounds = async {
        loop {
            interval.tick().await;
            app.tellings.sweep();
            complete::tell_all(&app).await;
            links::tell_all(&app).await;
        }
    };
    app.stop.run_until_cancelled(rounds).await;
}

/// Tells it, unless it has been heard, is under way or rests, or too many calls wait: a later round comes to it.
pub(super) fn tell(
    app: &Arc<App>,
    live: &Live,
    mark: Mark,
    topic: Topic,
    call: impl FnOnce() -> Option<Call>,
) {
    let hook = &live.record().web_hook;
    let has_place = || hook.as_ref().is_some_and(|hook| app.callbacks.has_place(topic, hook.expose()));
    if app.clinic.marks().has(&mark) || !has_place() || !app.tellings.begin(&mark) {
        return;
    }
    match call().map(|call| app.callbacks.send(call, CancellationToken::new())) {
        Some(Ok(delivery)) => {
            app.tasks.spawn(remember(Arc::clone(app), mark, delivery));
        }
        Some(Err(_)) | None => app.tellings.forget(&mark),
    }
}

async fn remember(app: Arc<App>, mark: Mark, delivery: JoinHandle<Outcome>) {
    match delivery.await {
        Ok(Outcome::Heard) => {
            if let Err(error) = app.clinic.marks().set(mark.clone()).await {
                tracing::error!(%error, "the store has failed");
            }
            app.tellings.forget(&mark);
        }
        Ok(Outcome::GivenUp) | Err(_) => app.tellings.rest(&mark),
    }
}

impl Tellings {
    /// Whether it is to be told now; then it is under way.
    fn begin(&self, mark: &Mark) -> bool {
        let mut tellings = self.0.lock().expect("no one panics with this lock");
        let given_up = match tellings.get(mark) {
            None => 0,
            Some(Telling::Resting { given_up, until }) if *until <= Instant::now() => *given_up,
            Some(Telling::UnderWay { .. } | Telling::Resting { .. }) => return false,
        };
        tellings.insert(mark.clone(), Telling::UnderWay { given_up });
        true
    }

    fn rest(&self, mark: &Mark) {
        let mut tellings = self.0.lock().expect("no one panics with this lock");
        if let Some(telling) = tellings.get_mut(mark) {
            let (Telling::UnderWay { given_up } | Telling::Resting { given_up, .. }) = *telling;
            let until = Instant::now() + REST * 2_u32.pow(given_up.min(DOUBLINGS));
            *telling = Telling::Resting { given_up: given_up.saturating_add(1), until };
        }
    }

    fn forget(&self, mark: &Mark) {
        self.0.lock().expect("no one panics with this lock").remove(mark);
    }

    /// Forgets what has rested and was not told again for long, because nobody has to hear it any more.
    fn sweep(&self) {
        let now = Instant::now();
        self.0.lock().expect("no one panics with this lock").retain(|_, telling| match telling {
            Telling::UnderWay { .. } => true,
            Telling::Resting { until, .. } => now < *until + LONGEST_REST,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MarkKind;

    #[test]
    fn what_is_under_way_or_rests_is_not_told_and_a_heard_one_is_forgotten() {
        let (tellings, mark) =
            (Tellings::default(), Mark { conference: "c".into(), kind: MarkKind::CompleteTold });
        assert!(tellings.begin(&mark) && !tellings.begin(&mark));
        tellings.rest(&mark);
        assert!(!tellings.begin(&mark));
        tellings.sweep();
        assert_eq!(tellings.0.lock().unwrap().len(), 1);
        tellings.forget(&mark);
        assert!(tellings.begin(&mark));
    }
}
