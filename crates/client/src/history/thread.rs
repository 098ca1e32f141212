//! The thread that owns the store. Jobs that queue up while it commits share the next commit: one sync to the disk for
//! all of them. Each runs in a savepoint, so that one that fails takes nothing else back.

use super::Result;
use super::books::Books;
use super::file::HistoryError;
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// So many jobs share one commit at most.
const BATCH: usize = 64;
/// So many jobs may wait; more callers wait for a place.
const QUEUE: usize = 256;

/// Does the work, and gives what tells the caller once it is known whether the commit went well.
type Job = Box<dyn FnOnce(&mut Books) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<()>) + Send>;

pub(super) struct Thread {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    handle: Mutex<Option<JoinHandle<()>>>,
}

impl Thread {
    pub(super) fn start(books: Books) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let handle = std::thread::Builder::new()
            .name("chat-history".to_owned())
            .spawn(move || serve(books, queue))
            .expect("a thread can be started");
        Self { jobs: Mutex::new(Some(jobs)), handle: Mutex::new(Some(handle)) }
    }

    /// Runs `work` and answers when what it did is durable.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Books) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |books| {
            let result = books.in_savepoint(work);
            Box::new(move |committed| {
                // The caller may have gone away; what it asked for is done all the same.
                let _ = reply.send(result.and_then(|value| committed.map(|()| value)));
            })
        });
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
        jobs.ok_or(HistoryError::Closed)?.send(job).await.map_err(|_| HistoryError::Closed)?;
        answer.await.map_err(|_| HistoryError::Closed)?
    }

    /// Ends the thread after what waits, and waits until the file is free.
    pub(super) async fn close(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(handle) = handle {
            let ended = tokio::task::spawn_blocking(move || handle.join()).await;
            if !matches!(ended, Ok(Ok(()))) {
                tracing::error!("the history's thread has failed");
            }
        }
    }
}

fn serve(mut books: Books, mut queue: mpsc::Receiver<Job>) {
    while let Some(first) = queue.blocking_recv() {
        let begun = books.begin();
        let mut answers = vec![first(&mut books)];
        while answers.len() < BATCH {
            let Ok(job) = queue.try_recv() else { break };
            answers.push(job(&mut books));
        }
        let committed = begun.and_then(|()| books.commit());
        if let Err(error) = committed {
            tracing::error!(%error, "the history did not commit");
            books.roll_back();
        }
        answers.into_iter().for_each(|answer| answer(committed));
    }
    books.close();
}
