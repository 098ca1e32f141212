//! Nothing that was acknowledged is lost, and nothing is there twice: the server and two applications are killed
//! (`SIGKILL`) three hundred times at random moments, while their people and a third one write. Afterwards every
//! message is on every side exactly once, in one order.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(unreachable_pub, reason = "the parts are modules of one program")]

#[path = "chat_kill/history.rs"]
mod history;
#[path = "chat_kill/sides.rs"]
mod sides;
#[path = "chat_kill/writer.rs"]
mod writer;

use history::History;
use sides::{Application, Server};
use std::time::{Duration, Instant};
use writer::Writer;

const KILLS: usize = 300;
/// Out of so many kills one meets an application, the others the server.
const APPLICATION_EVERY: usize = 3;
/// A side lives so long, from the moment it is up: the longest of them see several kills of the other sides.
const LIFE_MS: std::ops::Range<u64> = 20..350;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_messages_survive_every_kill() {
    let begun = Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::begin(folder.path()).await;
    let [doctor, patients @ ..] = server.links();
    let mut applications: Vec<Application> = (1..)
        .zip(&patients)
        .map(|(n, link)| Application::new(folder.path(), &format!("patient-{n}"), link))
        .collect();
    let writers: Vec<Writer> = ["doctor-a", "doctor-b"]
        .into_iter()
        .map(|name| Writer::begin(name, &server.home(), &doctor))
        .collect();
    let (mut server_kills, mut application_kills) = (0, 0);
    for kill in 0..KILLS {
        applications.iter_mut().for_each(Application::keep_alive);
        tokio::time::sleep(random_life()).await;
        if kill % APPLICATION_EVERY == 0 {
            applications[kill / APPLICATION_EVERY % 2].kill();
            application_kills += 1;
        } else {
            server.kill();
            server_kills += 1;
            tokio::time::sleep(random_life() / 4).await;
            server.again().await;
        }
    }
    applications.iter_mut().for_each(Application::kill);
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.end().await);
    }
    for application in &applications {
        application.settle().await;
    }
    let stored = History::read(&server.home(), &doctor).await;
    stored.is_whole();
    for (id, text) in &acknowledged {
        stored.has_once(text, Some(id));
    }
    let enqueued: Vec<Vec<String>> = applications.iter().map(Application::log).collect();
    for text in enqueued.iter().flatten() {
        stored.has_once(text, None);
    }
    stored.keeps_the_order_of_writers();
    for application in &applications {
        let shown = application.shows(&stored.newest()).await;
        stored.is_shown_by(application.name(), &shown);
    }
    println!(
        "{server_kills} kills of the server, {application_kills} of applications, {} s; {} messages stored, of which {} \
         acknowledged by the server to a writer and {} seen as written in an application before it was killed; none \
         lost, none twice, one order on all sides",
        begun.elapsed().as_secs(),
        stored.len(),
        acknowledged.len(),
        enqueued.iter().map(Vec::len).sum::<usize>(),
    );
    assert!(server_kills + application_kills >= KILLS);
    assert!(
        acknowledged.len() > KILLS && enqueued.iter().all(|log| log.len() > KILLS / 10),
        "hardly anything was written"
    );
}

fn random_life() -> Duration {
    let random = u64::from(getrandom::u32().unwrap());
    Duration::from_millis(LIFE_MS.start + random % (LIFE_MS.end - LIFE_MS.start))
}
