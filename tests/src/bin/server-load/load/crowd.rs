//! Many who each wait for an order: one after the other, or at a pace that the clock sets.

use anyhow::{Context, Result};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

/// The clock sets the pace, not the server: a slow answer delays no later question.
const PACE: Duration = Duration::from_millis(5);
/// An order may wait while the one before is carried out.
const ORDERS: usize = 64;

/// Do it, and say how long after `due` it had arrived.
pub(super) struct Order {
    pub(super) due: Instant,
    pub(super) done: mpsc::Sender<Duration>,
}

/// Everyone who is connected.
#[derive(Default)]
pub(super) struct Crowd {
    orders: Vec<mpsc::Sender<Order>>,
    members: JoinSet<Result<()>>,
}

impl Crowd {
    /// Somebody who carries orders out until there are none any more.
    pub(super) fn add<F>(&mut self, serve: impl FnOnce(mpsc::Receiver<Order>) -> F)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let (orders, queue) = mpsc::channel(ORDERS);
        self.orders.push(orders);
        self.members.spawn(serve(queue));
    }

    /// The next order when the one before is carried out.
    pub(super) async fn one_at_a_time(&mut self, count: usize) -> Result<Vec<Duration>> {
        let (done, mut times) = mpsc::channel(1);
        let mut all = Vec::with_capacity(count);
        for orders in self.orders.iter().cycle().take(count) {
            let order = Order { due: Instant::now(), done: done.clone() };
            if orders.send(order).await.is_err() {
                return Err(self.what_went_wrong().await);
            }
            tokio::select! {
                time = times.recv() => all.extend(time),
                Some(ended) = self.members.join_next() => return Err(why(ended)),
            }
        }
        Ok(all)
    }

    /// 200 orders a second, each to the next one.
    pub(super) async fn paced(&mut self, count: usize) -> Result<Vec<Duration>> {
        let (done, mut times) = mpsc::channel(count);
        let mut pace = interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for orders in self.orders.iter().cycle().take(count) {
            pace.tick().await;
            if orders.send(Order { due: Instant::now(), done: done.clone() }).await.is_err() {
                return Err(self.what_went_wrong().await);
            }
        }
        drop(done);
        let mut all = Vec::with_capacity(count);
        while let Some(time) = times.recv().await {
            all.push(time);
        }
        if all.len() < count { Err(self.what_went_wrong().await) } else { Ok(all) }
    }

    async fn what_went_wrong(&mut self) -> anyhow::Error {
        match self.members.join_next().await {
            Some(ended) => why(ended),
            None => anyhow::anyhow!("nobody is connected"),
        }
    }

    /// Lets everybody end.
    pub(super) async fn leave(mut self) -> Result<()> {
        self.orders.clear();
        while let Some(ended) = self.members.join_next().await {
            ended.context("somebody has failed")??;
        }
        Ok(())
    }
}

fn why(ended: Result<Result<()>, tokio::task::JoinError>) -> anyhow::Error {
    match ended {
        Ok(Ok(())) => anyhow::anyhow!("somebody has left"),
        Ok(Err(error)) => error,
        Err(error) => error.into(),
    }
}
