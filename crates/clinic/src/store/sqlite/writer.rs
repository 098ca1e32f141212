//! The thread that owns the connection. Jobs that queue up while it commits share the next commit: one sync to the
//! disk for all of them. Each runs in a savepoint, so that one that fails takes nothing else back. What takes the whole
//! transaction back (a disk that is full or broken) fails all of them: nothing is stored that is not acknowledged.
//!
//! Several who each wait for their answer come back at about the same time. A commit that took the first of them alone
//! would make all others wait for the disk once more, so a commit that writes waits a little for as many jobs as the
//! last one had. Whoever writes alone waits for nobody.

use super::super::{Result, StoreError};
use rusqlite::Connection;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// So many jobs share one commit at most.
const BATCH: usize = 256;
/// So many jobs may wait; more callers wait for a place.
const QUEUE: usize = 1024;
/// A commit waits for others at most half as long as the last one took, and never longer than this.
const PATIENCE: Duration = Duration::from_millis(1);

/// Does the work, and gives what tells the caller once it is known whether the commit went well.
type Job = Box<dyn FnOnce(&Connection) -> Answer + Send>;
type Answer = Box<dyn FnOnce(bool) + Send>;

pub(super) struct Writer {
    jobs: Mutex<Option<Sender<Queued>>>,
    places: Arc<Semaphore>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Queued {
    job: Job,
    /// Until the job begins.
    _place: OwnedSemaphorePermit,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Self {
        let (jobs, queue) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("clinic-store".to_owned())
            .spawn(move || serve(connection, queue))
            .expect("a thread can be started");
        let places = Arc::new(Semaphore::new(QUEUE));
        Self { jobs: Mutex::new(Some(jobs)), places, thread: Mutex::new(Some(thread)) }
    }

    /// Runs `work` on the connection and answers when it is durable.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.run_telling(work, |_| ()).await
    }

    /// Like [`Writer::run`], and calls `tell` with what has become durable, before anybody has the answer: on the
    /// store's thread and in the order of the jobs. When nothing did, it is not called.
    pub(super) async fn run_telling<T, F, G>(&self, work: F, tell: G) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
        G: FnOnce(&T) + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = in_savepoint(connection, work);
            Box::new(move |committed| {
                let result = if committed { result } else { result.and(Err(StoreError::Closed)) };
                if let Ok(done) = &result {
                    tell(done);
                }
                // The caller may have gone away; what it asked for is done all the same.
                let _ = reply.send(result);
            })
        });
        self.queue(job).await?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    async fn queue(&self, job: Job) -> Result<()> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let jobs = self.jobs.lock().expect("no one panics with this lock");
        let queued = Queued { job, _place: place };
        jobs.as_ref().ok_or(StoreError::Closed)?.send(queued).map_err(|_| StoreError::Closed)
    }

    pub(super) async fn close(&self) {
        drop(self.jobs.lock().expect("no one panics with this lock").take());
        let thread = self.thread.lock().expect("no one panics with this lock").take();
        if let Some(thread) = thread {
            let ended = tokio::task::spawn_blocking(move || thread.join()).await;
            debug_assert!(matches!(ended, Ok(Ok(()))), "the store thread has failed");
        }
    }
}

fn in_savepoint<T>(connection: &Connection, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    let result = work(connection);
    if result.is_err() {
        connection.execute_batch("ROLLBACK TO job")?;
    }
    connection.prepare_cached("RELEASE job")?.execute([])?;
    result
}

fn serve(connection: Connection, queue: Receiver<Queued>) {
    let mut last = Commit::default();
    while let Ok(first) = queue.recv() {
        if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
            tracing::error!(%error, "the database began no transaction");
            // Whoever waits for the job hears that it was not done.
            drop(first);
            continue;
        }
        let answers = run_all(&connection, first, &queue, &last);
        let started = Instant::now();
        let committed = commit(&connection);
        last = Commit { jobs: answers.len(), took: started.elapsed() };
        answers.into_iter().for_each(|answer| answer(committed));
    }
    if let Err((_, error)) = connection.close() {
        tracing::error!(%error, "the database did not close");
    }
}

/// Whether everything since the beginning is durable. What is not is gone.
fn commit(connection: &Connection) -> bool {
    if connection.is_autocommit() {
        tracing::error!("the database took a transaction back");
        return false;
    }
    let committed = connection.execute_batch("COMMIT");
    if let Err(error) = &committed {
        tracing::error!(%error, "the database did not commit");
        // Without a transaction there is nothing to roll back, and that is fine too.
        let _ = connection.execute_batch("ROLLBACK");
    }
    committed.is_ok()
}

/// How the last commit went.
#[derive(Default)]
struct Commit {
    jobs: usize,
    took: Duration,
}

/// Runs what is there, and waits a little for what will be. A job that loses the transaction is the last one: what ran
/// after it would be stored by itself.
fn run_all(connection: &Connection, first: Queued, queue: &Receiver<Queued>, last: &Commit) -> Vec<Answer> {
    let changes = connection.total_changes();
    let until = Instant::now() + PATIENCE.min(last.took / 2);
    let mut answers = vec![(first.job)(connection)];
    while answers.len() < BATCH && !connection.is_autocommit() {
        let next = match queue.try_recv() {
            Ok(next) => next,
            Err(_) if answers.len() < last.jobs && connection.total_changes() > changes => {
                let Ok(next) = queue.recv_timeout(until.saturating_duration_since(Instant::now())) else {
                    break;
                };
                next
            }
            Err(_) => break,
        };
        answers.push((next.job)(connection));
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn what_does_not_become_durable_is_told_to_nobody() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(
            "PRAGMA foreign_keys = ON; CREATE TABLE parent (id INTEGER PRIMARY KEY);
             CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);",
        )
        .unwrap();
        let writer = Writer::start(db);
        let told = Arc::new(AtomicU32::new(0));
        let add = |sql: &'static str| {
            let told = Arc::clone(&told);
            let tell = move |(): &()| {
                told.fetch_add(1, Ordering::SeqCst);
            };
            writer.run_telling(move |db| Ok(db.execute_batch(sql)?), tell)
        };
        assert!(add("INSERT INTO child VALUES (1)").await.is_err(), "only the commit notices");
        assert!(add("INSERT INTO nowhere VALUES (1)").await.is_err());
        assert_eq!(told.load(Ordering::SeqCst), 0);
        add("INSERT INTO parent VALUES (1)").await.unwrap();
        assert_eq!(told.load(Ordering::SeqCst), 1);
        writer.close().await;
    }

    /// Holds the writer while jobs queue up, so that they share a transaction.
    fn hold(writer: &Arc<Writer>) -> (std::sync::mpsc::Sender<()>, tokio::task::JoinHandle<Result<()>>) {
        let (release, held) = std::sync::mpsc::channel();
        let writer = Arc::clone(writer);
        let task = tokio::spawn(async move {
            let wait = move |_: &Connection| {
                let _ = held.recv();
                Ok(())
            };
            writer.run(wait).await
        });
        (release, task)
    }

    #[tokio::test]
    async fn what_the_database_takes_back_itself_fails_everyone_in_it() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("PRAGMA max_page_count = 8; CREATE TABLE notes (note BLOB)").unwrap();
        let writer = Arc::new(Writer::start(db));
        let told = Arc::new(AtomicU32::new(0));
        let (release, held) = hold(&writer);
        tokio::task::yield_now().await;
        let add = |size: u32| {
            let (writer, told) = (Arc::clone(&writer), Arc::clone(&told));
            async move {
                let work = move |db: &Connection| {
                    db.execute("INSERT INTO notes VALUES (zeroblob(?1))", [size])?;
                    Ok(())
                };
                let tell = move |(): &()| {
                    told.fetch_add(1, Ordering::SeqCst);
                };
                writer.run_telling(work, tell).await
            }
        };
        let jobs: Vec<_> = [1, 1_000_000, 1].into_iter().map(|size| tokio::spawn(add(size))).collect();
        tokio::task::yield_now().await;
        release.send(()).unwrap();
        let mut done = vec![held.await.unwrap().is_ok()];
        for job in jobs {
            done.push(job.await.unwrap().is_ok());
        }
        let count = |db: &Connection| Ok(db.query_row("SELECT count(*) FROM notes", [], |row| row.get(0))?);
        let stored: u32 = writer.run(count).await.unwrap();
        let acknowledged = done[1..].iter().filter(|done| **done).count() as u32;
        assert_eq!((acknowledged, told.load(Ordering::SeqCst)), (stored, stored), "{done:?}");
        add(1).await.unwrap();
        assert_eq!(writer.run(count).await.unwrap(), stored + 1, "it goes on");
        writer.close().await;
    }

    #[tokio::test]
    async fn without_a_transaction_nothing_runs() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("db");
        let other = Connection::open(&file).unwrap();
        other.execute_batch("CREATE TABLE notes (note); BEGIN IMMEDIATE").unwrap();
        let db = Connection::open(&file).unwrap();
        db.busy_timeout(Duration::ZERO).unwrap();
        let writer = Writer::start(db);
        let ran = Arc::new(AtomicU32::new(0));
        let add = || {
            let ran = Arc::clone(&ran);
            writer.run(move |db| {
                ran.fetch_add(1, Ordering::SeqCst);
                Ok(db.execute_batch("INSERT INTO notes VALUES (1)")?)
            })
        };
        assert!(add().await.is_err());
        assert_eq!(ran.load(Ordering::SeqCst), 0);
        other.execute_batch("COMMIT").unwrap();
        add().await.unwrap();
        writer.close().await;
    }
}
