//! Messages that are answered only when they are on the disk, beside plain inserts of the same rows on the same core
//! and disk.
//!
//! There are two yardsticks. One commits every row by itself, as durable as each message is when it is acknowledged. The
//! other commits as many rows at once as there are writers: a writer sends its next message when the last one is
//! acknowledged, so the server's groups can only be smaller, and no server that takes single messages from people could
//! do better.

use super::super::Rounds;
use super::super::figures::{Rate, Spread, Stopwatch, Times};
use super::super::http::{Connection, signed};
use super::super::machine::Cores;
use super::super::server::Server;
use super::people::Conversation;
use super::plain::Plain;
use super::words;
use anyhow::Result;
use futures_util::future::try_join_all;
use serde::Serialize;
use std::path::Path;
use std::time::{Duration, Instant};

/// Few, and many.
const WRITERS: [usize; 4] = [1, 8, 64, 256];
/// Of the plain inserts a second, so many should be left.
const GOAL: f64 = 0.5;

#[derive(Serialize)]
pub(super) struct Figures {
    ratio_at_least: f64,
    by_writers: Vec<ByWriters>,
}

#[derive(Serialize)]
struct ByWriters {
    /// Each in a conversation of its own, over a connection that is kept, one message after the other.
    writers: usize,
    messages: Rate,
    /// From the request to the acknowledgement.
    answer: Times,
    each_row_by_itself: Beside,
    /// As many rows in a transaction as there are writers.
    rows_in_groups: Beside,
}

/// The server beside plain inserts.
#[derive(Serialize)]
struct Beside {
    /// A second.
    plain_inserts: f64,
    /// Messages a second by the clock: the server's to plain inserts', one ratio a round.
    ratio: Spread,
    met: bool,
}

impl Beside {
    fn of(rates: &[Rate], plain: Vec<f64>) -> Self {
        let ratios = rates.iter().zip(&plain).map(|(rate, plain)| rate.per_second / plain);
        let ratio = Spread::of(ratios.collect());
        Self { met: ratio.median >= GOAL, ratio, plain_inserts: Spread::of(plain).median.round() }
    }
}

/// Measures both in turn.
pub(super) async fn measure(
    clinic: &Server,
    talks: &[Conversation],
    rounds: Rounds,
    folder: &Path,
    cores: &Cores,
) -> Result<Figures> {
    // Whose numbers are whose does not matter, but nobody uses one twice.
    let (mut sent, mut next) = (0, 1 << 60);
    let mut by_writers = Vec::new();
    for writers in WRITERS.into_iter().filter(|writers| *writers <= talks.len()) {
        let mut plain = Plain::open(&folder.join(format!("plain-{writers}.db")))?;
        let mut tally = Tally::default();
        for round in 0..rounds.count {
            let mut insert = |rows| {
                next += PER_ROUND;
                cores.on_the_servers(|| plain.round(next, rows, writers, rounds.length))?
            };
            // None always comes first.
            for turn in 0..3 {
                match (round + turn) % 3 {
                    0 => tally.single.push(insert(1)?),
                    1 => tally.grouped.push(insert(writers)?),
                    _ => tally.write(clinic, &talks[..writers], &mut sent, rounds.length).await?,
                }
            }
        }
        by_writers.push(tally.figures(writers));
    }
    Ok(Figures { ratio_at_least: GOAL, by_writers })
}

/// Numbers of messages that a round may use up.
const PER_ROUND: u64 = 1 << 32;

#[derive(Default)]
struct Tally {
    rates: Vec<Rate>,
    times: Vec<Duration>,
    single: Vec<f64>,
    grouped: Vec<f64>,
}

impl Tally {
    async fn write(
        &mut self,
        clinic: &Server,
        talks: &[Conversation],
        next: &mut u64,
        length: Duration,
    ) -> Result<()> {
        let connections = try_join_all(talks.iter().map(|_| Connection::open(clinic.address))).await?;
        let (first, step) = (*next, talks.len());
        *next += PER_ROUND;
        let watch = Stopwatch::start(clinic)?;
        let end = Instant::now() + length;
        let busy =
            talks.iter().zip(connections).zip(first..).map(|((talk, mut connection), first)| async move {
                let (path, mut times) = (talk.messages(), Vec::new());
                for number in (first..).step_by(step) {
                    if Instant::now() >= end {
                        break;
                    }
                    let sender = if times.len() % 2 == 0 { &talk.patient } else { &talk.specialist };
                    let request = signed("POST", &path, &sender.token, &words::message(number))?;
                    let sent = Instant::now();
                    connection.exchange(&request).await?;
                    times.push(sent.elapsed());
                }
                anyhow::Ok(times)
            });
        let times = try_join_all(busy).await?.concat();
        self.rates.push(watch.stop(times.len())?);
        self.times.extend(times);
        Ok(())
    }

    fn figures(self, writers: usize) -> ByWriters {
        ByWriters {
            writers,
            messages: Rate::median(&self.rates),
            answer: Times::of(self.times),
            each_row_by_itself: Beside::of(&self.rates, self.single),
            rows_in_groups: Beside::of(&self.rates, self.grouped),
        }
    }
}
