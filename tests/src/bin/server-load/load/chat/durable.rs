//! Messages that are answered only when they are on the disk, beside plain inserts of the same rows on the same core
//! and disk.
//!
//! A writer sends its next message when the last one is acknowledged, so the server can take at most one message of
//! each writer into a commit; the yardstick takes exactly that many. The server's groups can only be smaller: the ratio
//! does not flatter it.

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
    met: bool,
    /// Messages a second by the clock: the server's to plain inserts', one ratio a round.
    ratio: Spread,
    messages: Rate,
    /// From the request to the acknowledgement.
    answer: Times,
    plain_inserts_per_second: f64,
    /// Rows of a transaction of the plain inserts: no commit of the server can hold more.
    rows_in_a_transaction: usize,
}

/// Measures both in turn.
pub(super) async fn measure(
    clinic: &Server,
    talks: &[Conversation],
    rounds: Rounds,
    folder: &Path,
    cores: &Cores,
) -> Result<Figures> {
    let mut next = 0;
    let mut by_writers = Vec::new();
    for writers in WRITERS.into_iter().filter(|writers| *writers <= talks.len()) {
        let mut plain = Plain::open(&folder.join(format!("plain-{writers}.db")))?;
        let mut tally = Tally::default();
        for round in 0..rounds.count {
            // Neither always comes first.
            for ours in [round % 2 == 0, round % 2 == 1] {
                if ours {
                    tally.write(clinic, &talks[..writers], &mut next, rounds.length).await?;
                } else {
                    let inserted = cores.on_the_servers(|| plain.round(next, writers, rounds.length))?;
                    tally.plain.push(inserted?);
                    next += PER_ROUND;
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
    plain: Vec<f64>,
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
        let ratios = self.rates.iter().zip(&self.plain).map(|(rate, plain)| rate.per_second / plain);
        let ratio = Spread::of(ratios.collect());
        ByWriters {
            writers,
            met: ratio.median >= GOAL,
            ratio,
            messages: Rate::median(&self.rates),
            answer: Times::of(self.times),
            plain_inserts_per_second: Spread::of(self.plain).median.round(),
            rows_in_a_transaction: writers,
        }
    }
}
