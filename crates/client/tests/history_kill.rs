//! `kill -9` while it writes: what was acknowledged is there, once.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod history_kit;

use consilium_client::{History, message_number};
use consilium_wire::im::Message;
use history_kit::{key, message, queued};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Names the file for the run that is killed.
const FILE: &str = "CONSILIUM_HISTORY_TO_KILL";
const ROUND: &str = "CONSILIUM_HISTORY_ROUND";
const ROUNDS: u64 = 60;

/// Writes until it is killed, and says what it tries and what was acknowledged.
async fn write_for_ever(file: &Path, round: u64) {
    let history = History::open(file, &key()).unwrap();
    let held = history.held("s").await.unwrap();
    let mut next = held.last().map_or(1, |range| range.end() + 1);
    let mut out = std::io::stdout();
    let mut say = |line: String| {
        writeln!(out, "{line}").unwrap();
        out.flush().unwrap();
    };
    say("ready".to_owned());
    for at in 0u64.. {
        let client_id = format!("r{round}-{at}");
        history.enqueue(queued(&client_id, "s", &client_id)).await.unwrap();
        say(format!("enqueued {client_id}"));
        if at % 3 == 0 {
            say(format!("sending {client_id}"));
            let stored = Message { client_message_id: client_id.clone(), ..message("s", next, &client_id) };
            history.sent(&client_id, stored).await.unwrap();
            say(format!("sent {client_id}"));
            next += 1;
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Waits,
    MayBeSent,
    Sent,
}

/// Runs one writer, kills it after `pause`, and adds what it said.
fn kill_one(file: &Path, round: u64, pause: Duration, fates: &mut BTreeMap<String, Fate>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "acknowledged_messages_survive_every_kill", "--nocapture"])
        .env(FILE, file)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // The test's own words come first.
    assert!(lines.by_ref().any(|line| line.unwrap().ends_with("ready")), "the writer opens its file");
    std::thread::sleep(pause);
    child.kill().unwrap();
    child.wait().unwrap();
    for line in lines.map_while(Result::ok) {
        let Some((what, client_id)) = line.split_once(' ') else { continue };
        let fate = match what {
            "enqueued" => Fate::Waits,
            "sending" => Fate::MayBeSent,
            "sent" => Fate::Sent,
            other => panic!("{other}"),
        };
        fates.insert(client_id.to_owned(), fate);
    }
}

async fn check(file: &Path, fates: &BTreeMap<String, Fate>) -> (usize, usize) {
    let history = History::open(file, &key()).unwrap();
    let waiting: Vec<String> =
        history.outbox().await.unwrap().into_iter().map(|queued| queued.client_id).collect();
    let waits: BTreeSet<&String> = waiting.iter().collect();
    assert_eq!(waits.len(), waiting.len(), "nothing waits twice");
    let held = history.held("s").await.unwrap();
    assert!(held.len() <= 1, "no gap: {held:?}");
    let mut stored = BTreeMap::new();
    for number in held.into_iter().flatten() {
        let message = history.message("s", number).await.unwrap().expect("what is held is there");
        assert_eq!(message_number(&message.id, "s"), Some(number));
        assert!(
            stored.insert(message.client_message_id.clone(), number).is_none(),
            "nothing is stored twice"
        );
    }
    for (client_id, fate) in fates {
        let place = (waits.contains(client_id), stored.contains_key(client_id));
        let right = match fate {
            Fate::Waits => place == (true, false),
            Fate::Sent => place == (false, true),
            Fate::MayBeSent => place.0 != place.1,
        };
        assert!(right, "{client_id}: {fate:?}, waits and stored: {place:?}");
    }
    history.close().await;
    (waiting.len(), stored.len())
}

#[test]
fn acknowledged_messages_survive_every_kill() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    if let Some(file) = std::env::var_os(FILE) {
        let round = std::env::var(ROUND).unwrap().parse().unwrap();
        return runtime.block_on(write_for_ever(Path::new(&file), round));
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("h.db");
    let mut fates = BTreeMap::new();
    let mut counts = (0, 0);
    for round in 0..ROUNDS {
        kill_one(&file, round, Duration::from_millis(round * 7 % 121), &mut fates);
        counts = runtime.block_on(check(&file, &fates));
    }
    println!("{ROUNDS} kills, {} acknowledged, {} wait, {} stored", fates.len(), counts.0, counts.1);
    assert!(fates.len() > ROUNDS as usize, "the writers wrote");
}
