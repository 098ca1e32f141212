//! From `change_status` on the specialist's socket to `change_status_callback` on the client's, while a thousand
//! sockets listen.

mod pair;

use super::booking::Visit;
use super::crowd::Crowd;
use super::figures::{Rate, Stopwatch, Times};
use super::server::Server;
use anyhow::Result;
use pair::Pair;
use serde::Serialize;

/// So many changes of each kind are timed.
const CHANGES: usize = 2000;

/// What was measured.
#[derive(Serialize)]
pub(super) struct Figures {
    sockets: usize,
    /// The next change when the last one has arrived.
    one_at_a_time: Times,
    /// 200 a second, each conference in its turn.
    paced: Times,
    /// Of the server while paced.
    paced_rate: Rate,
}

/// Connects everyone, starts every conference, then times changes.
pub(super) async fn measure(clinic: &Server, visits: &[Visit]) -> Result<Figures> {
    let mut pairs = Vec::new();
    for visit in visits {
        pairs.push(Pair::connect(clinic.address, visit).await?);
    }
    let mut crowd = Crowd::default();
    for mut pair in pairs {
        pair.start_visit(clinic.address).await?;
        crowd.add(|orders| pair.serve(orders));
    }
    crowd.one_at_a_time(visits.len()).await?;
    let one_at_a_time = crowd.one_at_a_time(CHANGES).await?;
    let watch = Stopwatch::start(clinic)?;
    let paced = crowd.paced(CHANGES).await?;
    let paced_rate = watch.stop(paced.len())?;
    let sockets = 2 * visits.len();
    crowd.leave().await?;
    Ok(Figures { sockets, one_at_a_time: Times::of(one_at_a_time), paced: Times::of(paced), paced_rate })
}
