//! `join` and `leave`: the requests that are answered only when they are on the disk.

use super::Rounds;
use super::booking::{Booking, Visit};
use super::figures::{Rate, Stopwatch, Times};
use super::http::{Connection, post};
use super::server::Server;
use anyhow::Result;
use futures_util::future::try_join_all;
use serde::Serialize;
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// So many conferences are busy at a time, each one request after the other.
const SEVERAL: usize = 64;
/// So often a round syncs a file of its own, to know the disk.
const SYNCS: usize = 40;

/// What was measured.
#[derive(Serialize)]
pub(super) struct Figures {
    one_conference: Presses,
    several_conferences: Presses,
    /// What appending 4 KiB to a file and syncing it takes on this disk: no durable answer is quicker.
    disk_sync: Times,
}

#[derive(Serialize)]
struct Presses {
    conferences: usize,
    /// A pair is a `join` and a `leave`.
    pairs: Rate,
    /// Of one request.
    answer: Times,
}

/// Measures both in turn, and the disk between them.
pub(super) async fn measure(
    clinic: &Server,
    booking: &mut Booking,
    rounds: Rounds,
    folder: &Path,
) -> Result<Figures> {
    let (mut one, mut several, mut syncs) = (Tally::default(), Tally::default(), Vec::new());
    for _ in 0..rounds.count {
        // New ones each round: all rounds work on conferences with the same little past.
        let visits = booking.book(1 + SEVERAL).await?;
        one.round(clinic, &visits[..1], rounds.length).await?;
        several.round(clinic, &visits[1..], rounds.length).await?;
        sync_often(&folder.join("sync"), &mut syncs)?;
    }
    Ok(Figures {
        one_conference: one.presses(1),
        several_conferences: several.presses(SEVERAL),
        disk_sync: Times::of(syncs),
    })
}

#[derive(Default)]
struct Tally {
    rates: Vec<Rate>,
    times: Vec<Duration>,
}

impl Tally {
    async fn round(&mut self, clinic: &Server, visits: &[Visit], length: Duration) -> Result<()> {
        let connections = try_join_all(visits.iter().map(|_| Connection::open(clinic.address))).await?;
        let watch = Stopwatch::start(clinic)?;
        let end = Instant::now() + length;
        let busy = visits.iter().zip(connections).map(|(visit, mut connection)| async move {
            let body = json!({ "access_token": visit.client });
            let pair = [post("/meets/v1/join", &body)?, post("/meets/v1/leave", &body)?];
            let mut times = Vec::new();
            while Instant::now() < end {
                for request in &pair {
                    let sent = Instant::now();
                    connection.exchange(request).await?;
                    times.push(sent.elapsed());
                }
            }
            anyhow::Ok(times)
        });
        let times = try_join_all(busy).await?.concat();
        self.rates.push(watch.stop(times.len() / 2)?);
        self.times.extend(times);
        Ok(())
    }

    fn presses(self, conferences: usize) -> Presses {
        Presses { conferences, pairs: Rate::median(&self.rates), answer: Times::of(self.times) }
    }
}

fn sync_often(path: &Path, times: &mut Vec<Duration>) -> Result<()> {
    let mut file = File::create(path)?;
    for _ in 0..SYNCS {
        let started = Instant::now();
        file.write_all(&[1; 4096])?;
        file.sync_data()?;
        times.push(started.elapsed());
    }
    Ok(())
}
