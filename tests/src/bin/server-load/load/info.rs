//! `info` beside a route that answers a constant: how much of the HTTP stack's speed is left when there is a token
//! to look up and an answer to put together.

use super::Rounds;
use super::booking::Visit;
use super::figures::{Rate, Spread, Stopwatch};
use super::http::{Connection, get};
use super::server::Server;
use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use serde::Serialize;
use std::convert::Infallible;
use std::time::{Duration, Instant};

/// The path, on both servers.
pub(super) const PATH: &str = "/meets/v1/info";
/// So many connections ask at a time, each one thing after the other.
const CONNECTIONS: usize = 32;
const WARM_UP: Duration = Duration::from_millis(500);
/// `info` should have at least this share of the constant's requests a processor second.
const GOAL: f64 = 0.5;

/// What was measured.
#[derive(Serialize)]
pub(super) struct Figures {
    goal: Goal,
    /// Requests a processor second: `info` to constant, one ratio a round.
    ratio: Spread,
    /// The same by the clock.
    ratio_by_clock: Spread,
    info: Rate,
    constant: Rate,
    connections: usize,
    answer_bytes: usize,
}

#[derive(Serialize)]
struct Goal {
    ratio_at_least: f64,
    met: bool,
}

/// Measures both in turn.
pub(super) async fn measure(
    clinic: &Server,
    visits: &[Visit],
    rounds: Rounds,
    constant: &impl Fn(usize) -> Result<Server>,
) -> Result<Figures> {
    let tokens = visits.iter().flat_map(|visit| [&visit.specialist, &visit.client]);
    let requests: Vec<_> = tokens.map(|token| get(&format!("{PATH}?access_token={token}"))).collect();
    let answer_bytes = Connection::open(clinic.address).await?.exchange(&requests[0]).await?.len();
    let constant = constant(answer_bytes)?;
    let mut both = [Asked::open(clinic).await?, Asked::open(&constant).await?];
    for asked in &mut both {
        asked.round(&requests, WARM_UP).await?;
    }
    let mut rates = [Vec::new(), Vec::new()];
    for round in 0..rounds.count {
        // Neither always has the warm cache, or the quiet moment.
        for turn in [round % 2, (round + 1) % 2] {
            rates[turn].push(both[turn].round(&requests, rounds.length).await?);
        }
    }
    Ok(figures(&rates, answer_bytes))
}

fn figures([info, constant]: &[Vec<Rate>; 2], answer_bytes: usize) -> Figures {
    let ratios = |figure: fn(&Rate) -> f64| {
        let pairs = info.iter().zip(constant).map(|(info, constant)| figure(info) / figure(constant));
        Spread::of(pairs.collect())
    };
    let ratio = ratios(|rate| rate.per_cpu_second);
    Figures {
        goal: Goal { ratio_at_least: GOAL, met: ratio.median >= GOAL },
        ratio,
        ratio_by_clock: ratios(|rate| rate.per_second),
        info: Rate::median(info),
        constant: Rate::median(constant),
        connections: CONNECTIONS,
        answer_bytes,
    }
}

/// A server with its connections.
struct Asked<'a> {
    server: &'a Server,
    connections: Vec<Connection>,
}

impl<'a> Asked<'a> {
    async fn open(server: &'a Server) -> Result<Self> {
        let connections = try_join_all((0..CONNECTIONS).map(|_| Connection::open(server.address))).await?;
        Ok(Self { server, connections })
    }

    async fn round(&mut self, requests: &[Vec<u8>], length: Duration) -> Result<Rate> {
        let watch = Stopwatch::start(self.server)?;
        let end = Instant::now() + length;
        let ask = self.connections.iter_mut().enumerate().map(|(start, connection)| async move {
            let mut count = 0;
            for request in requests.iter().cycle().skip(start * requests.len() / CONNECTIONS) {
                if Instant::now() >= end {
                    break;
                }
                ensure!(!connection.exchange(request).await?.is_empty(), "the answer is empty");
                count += 1;
            }
            anyhow::Ok(count)
        });
        let counts: Vec<usize> = tokio::select! {
            counts = try_join_all(ask) => counts?,
            never = stay_awake() => match never {},
        };
        watch.stop(counts.iter().sum())
    }
}

/// Keeps the core of the load busy. Waking it would cost the server processor time, and the more often, the slower
/// the server: the ratio would tell of that instead.
async fn stay_awake() -> Infallible {
    loop {
        tokio::task::yield_now().await;
    }
}
