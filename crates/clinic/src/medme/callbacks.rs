//! Delivers participants' links to the booking system, in the background: `GET {webHookUrl}?user_id=&user_role=&at=`.
//!
//! A delivery that fails is tried again with growing pauses, some minutes long in all. What is not delivered when the
//! server stops is lost; the booking system can still ask for its own link with `create`.

use consilium_model::{Participant, Role, Secret};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

/// So many deliveries may wait; further ones are dropped, with a line in the log.
const QUEUE: usize = 4096;
/// So many are under way at a time.
const AT_ONCE: usize = 8;
/// The pauses between the attempts.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(20),
    Duration::from_secs(60),
    Duration::from_secs(180),
];
const REQUEST_WAIT: Duration = Duration::from_secs(10);

/// One participant's link, to be delivered.
pub(crate) struct Callback {
    /// The booking system's address.
    pub(crate) url: Url,
    /// Whose link.
    pub(crate) who: Participant,
    /// The link's token.
    pub(crate) access_token: Secret,
}

/// The deliveries.
pub(crate) struct Callbacks(mpsc::Sender<Callback>);

impl Callbacks {
    /// Starts delivering, until `stop`.
    pub(crate) fn start(tasks: &TaskTracker, stop: CancellationToken) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tasks.spawn(dispatch(waiting, tasks.clone(), stop));
        Self(queue)
    }

    /// Delivers some time; never waits.
    pub(crate) fn send(&self, callback: Callback) {
        if self.0.try_send(callback).is_err() {
            tracing::warn!("a callback is dropped, too many wait");
        }
    }
}

async fn dispatch(mut waiting: mpsc::Receiver<Callback>, tasks: TaskTracker, stop: CancellationToken) {
    let redirects = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().timeout(REQUEST_WAIT).redirect(redirects).build();
    let client = match client {
        Ok(client) => client,
        Err(error) => return tracing::error!(%error, "callbacks cannot be delivered"),
    };
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let deliver_all = async {
        while let Some(callback) = waiting.recv().await {
            let place = Arc::clone(&places).acquire_owned().await.expect("the semaphore is never closed");
            let (client, stop) = (client.clone(), stop.clone());
            tasks.spawn(async move {
                stop.run_until_cancelled(deliver(&client, &callback)).await;
                drop(place);
            });
        }
    };
    stop.run_until_cancelled(deliver_all).await;
}

async fn deliver(client: &reqwest::Client, callback: &Callback) {
    let url = full_url(callback);
    for pause in PAUSES.into_iter().map(Some).chain([None]) {
        let answer = client.get(url.clone()).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
        match pause {
            Some(pause) => tokio::time::sleep(pause).await,
            None => tracing::warn!("a callback could not be delivered"),
        }
    }
}

fn full_url(callback: &Callback) -> Url {
    let mut url = callback.url.clone();
    let role = match callback.who.role {
        Role::Client => "CLIENT",
        Role::Specialist => "SPECIALIST",
    };
    url.query_pairs_mut()
        .append_pair("user_id", callback.who.id.as_str())
        .append_pair("user_role", role)
        .append_pair("at", callback.access_token.expose());
    url
}
