//! Decodes without a window and measures what it sees: for the participant that is a program.

use super::decoders::Decoders;
use super::gates::Gates;
use super::native_stats::{NativeStreamStats, Observer};
use super::{KeyFrameRequest, VideoSink};
use crate::EncodedVideo;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

/// Frames of all streams that may wait for the decoder.
const QUEUE: usize = 64;

enum Job {
    Frame { stream: u32, data: Bytes },
    End { stream: u32 },
}

type Observers = Arc<Mutex<HashMap<u32, Observer>>>;

/// Decodes every stream on one thread of its own. Dropping it ends the thread.
pub struct NativeSink {
    jobs: Option<SyncSender<Job>>,
    observers: Observers,
    gates: Arc<Gates>,
    thread: Option<JoinHandle<()>>,
}

impl NativeSink {
    /// Starts the thread. `request` is called for a stream that needs a key frame.
    pub fn start(request: KeyFrameRequest) -> std::io::Result<Self> {
        let (jobs, queue) = sync_channel(QUEUE);
        let (observers, gates) = (Observers::default(), Arc::new(Gates::new(request)));
        let thread = std::thread::Builder::new().name("video-decode".into()).spawn({
            let (observers, gates) = (Arc::clone(&observers), Arc::clone(&gates));
            move || decode_all(&queue, &observers, &gates)
        })?;
        Ok(Self { jobs: Some(jobs), observers, gates, thread: Some(thread) })
    }

    /// What a stream did so far; kept after its end.
    pub fn stats(&self, stream: u32) -> Option<NativeStreamStats> {
        lock(&self.observers).get(&stream).map(|observer| observer.stats().clone())
    }

    /// What each stream did so far.
    pub fn all_stats(&self) -> HashMap<u32, NativeStreamStats> {
        lock(&self.observers).iter().map(|(&id, observer)| (id, observer.stats().clone())).collect()
    }

    fn submit(&self, job: Job) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok())
    }
}

impl VideoSink for NativeSink {
    fn frame(&self, stream: u32, frame: &EncodedVideo) {
        let admitted = self
            .gates
            .pass(stream, frame.key, || self.submit(Job::Frame { stream, data: frame.data.clone() }));
        lock(&self.observers).entry(stream).or_default().received(admitted);
    }

    fn end(&self, stream: u32) {
        self.gates.rest(stream);
        // If the queue is full, the decoder stays until the stream or the sink ends: no harm but its memory.
        self.submit(Job::End { stream });
    }
}

impl Drop for NativeSink {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the decoding thread panicked");
        }
    }
}

impl std::fmt::Debug for NativeSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NativeSink").finish_non_exhaustive()
    }
}

fn decode_all(queue: &Receiver<Job>, observers: &Observers, gates: &Gates) {
    let mut decoders = Decoders::default();
    for job in queue {
        match job {
            Job::End { stream } => decoders.end(stream),
            Job::Frame { stream, data } => match decoders.decode(stream, &data) {
                Ok(Some(picture)) => {
                    lock(observers).entry(stream).or_default().decoded(&picture, Instant::now());
                }
                Ok(None) => {}
                Err(_) => {
                    lock(observers).entry(stream).or_default().failed();
                    gates.fail(stream);
                }
            },
        }
    }
}

/// Counters are sound whatever their last holder did.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
