//! The thread that owns the connection. Jobs that queue up while it commits share the next commit: one sync to the
//! disk for all of them. Each runs in a savepoint, so that one that fails takes nothing else back.

use super::super::{Result, StoreError};
use rusqlite::Connection;
use std::sync::Mutex;
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// So many jobs share one commit at most.
const BATCH: usize = 128;
/// So many jobs may wait; more callers wait for a place.
const QUEUE: usize = 1024;

/// Does the work, and gives what tells the caller once it is known whether the commit went well.
type Job = Box<dyn FnOnce(&Connection) -> Answer + Send>;
type Answer = Box<dyn FnOnce(bool) + Send>;

pub(super) struct Writer {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("clinic-store".to_owned())
            .spawn(move || serve(connection, queue))
            .expect("a thread can be started");
        Self { jobs: Mutex::new(Some(jobs)), thread: Mutex::new(Some(thread)) }
    }

    /// Runs `work` on the connection and answers when it is durable.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = in_savepoint(connection, work);
            Box::new(move |committed| {
                let result = if committed { result } else { result.and(Err(StoreError::Closed)) };
                // The caller may have gone away; what it asked for is done all the same.
                let _ = reply.send(result);
            })
        });
        let jobs =
            self.jobs.lock().expect("no one panics with this lock").clone().ok_or(StoreError::Closed)?;
        jobs.send(job).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
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
    connection.execute_batch("SAVEPOINT job")?;
    let result = work(connection);
    let end = if result.is_ok() { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" };
    connection.execute_batch(end)?;
    result
}

fn serve(connection: Connection, mut queue: mpsc::Receiver<Job>) {
    while let Some(first) = queue.blocking_recv() {
        let begun = connection.execute_batch("BEGIN IMMEDIATE");
        let mut answers = vec![first(&connection)];
        while answers.len() < BATCH {
            let Ok(job) = queue.try_recv() else { break };
            answers.push(job(&connection));
        }
        let committed = begun.and_then(|()| connection.execute_batch("COMMIT"));
        if let Err(error) = &committed {
            tracing::error!(%error, "the database did not commit");
            // Without a transaction there is nothing to roll back, and that is fine too.
            let _ = connection.execute_batch("ROLLBACK");
        }
        answers.into_iter().for_each(|answer| answer(committed.is_ok()));
    }
    if let Err((_, error)) = connection.close() {
        tracing::error!(%error, "the database did not close");
    }
}
