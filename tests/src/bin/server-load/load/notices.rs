//! From `change_status` on the specialist's socket to `change_status_callback` on the client's, while a thousand
//! sockets listen.

mod pair;

use super::booking::Visit;
use super::figures::{Rate, Stopwatch, Times};
use super::server::Server;
use anyhow::{Context, Result};
use pair::{Order, Pair};
use serde::Serialize;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

/// So many changes of each kind are timed.
const CHANGES: usize = 2000;
/// The clock sets the pace of the second kind, not the server: a slow answer delays no later question.
const PACE: Duration = Duration::from_millis(5);
/// An order may wait while the one before is carried out.
const ORDERS: usize = 64;

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
        crowd.add(pair);
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

/// Everyone who is connected.
#[derive(Default)]
struct Crowd {
    orders: Vec<mpsc::Sender<Order>>,
    pairs: JoinSet<Result<()>>,
}

impl Crowd {
    fn add(&mut self, pair: Pair) {
        let (orders, queue) = mpsc::channel(ORDERS);
        self.orders.push(orders);
        self.pairs.spawn(pair.serve(queue));
    }

    async fn one_at_a_time(&mut self, changes: usize) -> Result<Vec<Duration>> {
        let (done, mut times) = mpsc::channel(1);
        let mut all = Vec::with_capacity(changes);
        for orders in self.orders.iter().cycle().take(changes) {
            let order = Order { due: Instant::now(), done: done.clone() };
            if orders.send(order).await.is_err() {
                return Err(self.what_went_wrong().await);
            }
            tokio::select! {
                time = times.recv() => all.extend(time),
                Some(ended) = self.pairs.join_next() => return Err(why(ended)),
            }
        }
        Ok(all)
    }

    async fn paced(&mut self, changes: usize) -> Result<Vec<Duration>> {
        let (done, mut times) = mpsc::channel(changes);
        let mut pace = interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for orders in self.orders.iter().cycle().take(changes) {
            pace.tick().await;
            if orders.send(Order { due: Instant::now(), done: done.clone() }).await.is_err() {
                return Err(self.what_went_wrong().await);
            }
        }
        drop(done);
        let mut all = Vec::with_capacity(changes);
        while let Some(time) = times.recv().await {
            all.push(time);
        }
        if all.len() < changes { Err(self.what_went_wrong().await) } else { Ok(all) }
    }

    async fn what_went_wrong(&mut self) -> anyhow::Error {
        match self.pairs.join_next().await {
            Some(ended) => why(ended),
            None => anyhow::anyhow!("nobody is connected"),
        }
    }

    async fn leave(mut self) -> Result<()> {
        self.orders.clear();
        while let Some(ended) = self.pairs.join_next().await {
            ended.context("a pair has failed")??;
        }
        Ok(())
    }
}

fn why(ended: Result<Result<()>, tokio::task::JoinError>) -> anyhow::Error {
    match ended {
        Ok(Ok(())) => anyhow::anyhow!("a pair has left"),
        Ok(Err(error)) => error,
        Err(error) => error.into(),
    }
}
