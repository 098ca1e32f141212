//! One call, from the first attempt to the last.

use super::call::Call;
use super::lanes::InLane;
use super::signature;
use crate::domain::Clinic;
use reqwest::header;
use std::sync::Arc;
use std::time::Duration;

/// The pauses between the attempts, before [`jittered`].
const PAUSES: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(20),
    Duration::from_secs(60),
    Duration::from_secs(180),
];
/// A receiver that takes longer to answer has not heard.
const REQUEST_WAIT: Duration = Duration::from_secs(10);

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The receiver has answered with a 2xx status.
    Heard,
    /// It has not, or the call was no longer wanted.
    GivenUp,
}

/// Makes the requests.
pub(super) struct Courier {
    client: reqwest::Client,
    clinic: Arc<Clinic>,
}

impl Courier {
    pub(super) fn new(clinic: Arc<Clinic>) -> reqwest::Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(REQUEST_WAIT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("clinic-server/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, clinic })
    }

    /// Tries until it is heard, the attempts are used up, or it is too late.
    pub(super) async fn deliver(&self, call: &Call, place: &InLane) -> Outcome {
        let outcome = tokio::time::timeout(call.topic.patience(), self.attempts(call, place)).await;
        let outcome = outcome.unwrap_or(Outcome::GivenUp);
        if outcome == Outcome::GivenUp {
            tracing::warn!(topic = call.topic.as_str(), "a web hook could not be called");
        }
        outcome
    }

    async fn attempts(&self, call: &Call, place: &InLane) -> Outcome {
        for pause in PAUSES.into_iter().map(Some).chain([None]) {
            let turn = place.turn().await;
            let is_heard = self.attempt(call).await;
            drop(turn);
            match pause {
                _ if is_heard => return Outcome::Heard,
                Some(pause) => tokio::time::sleep(jittered(pause)).await,
                None => {}
            }
        }
        Outcome::GivenUp
    }

    /// One request. The body of the answer is not read.
    async fn attempt(&self, call: &Call) -> bool {
        let (url, body) = (call.url.expose(), call.body.expose());
        let at = self.clinic.clock().now().unix_timestamp();
        let signature = signature::sign(self.clinic.api_key(), at, &call.method, url, body);
        let mut request =
            self.client.request(call.method.clone(), url.clone()).header(signature::HEADER, signature);
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body.clone());
        }
        if let Some(key) = &call.idempotency_key {
            request = request.header("idempotency-key", key);
        }
        request.send().await.is_ok_and(|answer| answer.status().is_success())
    }
}

/// Half as long to one and a half times as long, so that calls that failed together do not come back together.
fn jittered(pause: Duration) -> Duration {
    // Without random numbers the pause is only as long as every other.
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    pause.mul_f64(0.5 + f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_differ() {
        let pause = Duration::from_secs(20);
        let some: Vec<_> = (0..100).map(|_| jittered(pause)).collect();
        assert!(some.iter().all(|one| *one >= pause / 2 && *one <= pause * 3 / 2));
        assert!(some.iter().any(|one| one != &some[0]));
        assert!(PAUSES.is_sorted());
    }
}
