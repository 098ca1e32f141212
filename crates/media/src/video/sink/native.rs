//! Decodes without a window and measures what it sees: for the participant that is a program.

use super::decoders::Decoders;
use super::gate::Gate;
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

struct Stream {
    gate: Gate,
    observer: Observer,
}

impl Default for Stream {
    fn default() -> Self {
        Self { gate: Gate::SHUT, observer: Observer::default() }
    }
}

type Streams = Arc<Mutex<HashMap<u32, Stream>>>;

/// Decodes every stream on one thread of its own. Dropping it ends the thread.
pub struct NativeSink {
    jobs: Option<SyncSender<Job>>,
    streams: Streams,
    request: KeyFrameRequest,
    thread: Option<JoinHandle<()>>,
}

impl NativeSink {
    /// Starts the thread. `request` is called for a stream that needs a key frame.
    pub fn start(request: KeyFrameRequest) -> std::io::Result<Self> {
        let (jobs, queue) = sync_channel(QUEUE);
        let streams = Streams::default();
        let thread = std::thread::Builder::new().name("video-decode".into()).spawn({
            let (streams, request) = (Arc::clone(&streams), Arc::clone(&request));
            move || decode_all(&queue, &streams, &request)
        })?;
        Ok(Self { jobs: Some(jobs), streams, request, thread: Some(thread) })
    }

    /// What a stream did so far; kept after its end.
    pub fn stats(&self, stream: u32) -> Option<NativeStreamStats> {
        lock(&self.streams).get(&stream).map(|stream| stream.observer.stats().clone())
    }

    /// What each stream did so far.
    pub fn all_stats(&self) -> HashMap<u32, NativeStreamStats> {
        lock(&self.streams).iter().map(|(&id, stream)| (id, stream.observer.stats().clone())).collect()
    }

    fn submit(&self, job: Job) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok())
    }
}

impl VideoSink for NativeSink {
    fn frame(&self, id: u32, frame: &EncodedVideo) {
        let asks = {
            let mut streams = lock(&self.streams);
            let stream = streams.entry(id).or_default();
            let admitted = stream.gate.admits(frame.key)
                && self.submit(Job::Frame { stream: id, data: frame.data.clone() });
            stream.observer.received(admitted);
            if !admitted {
                stream.gate.shut();
            } else if frame.key {
                stream.gate = Gate::Open;
            }
            stream.gate.asks(Instant::now())
        };
        if asks {
            (self.request)(id);
        }
    }

    fn end(&self, stream: u32) {
        if let Some(stream) = lock(&self.streams).get_mut(&stream) {
            stream.gate = Gate::SHUT;
        }
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

fn decode_all(queue: &Receiver<Job>, streams: &Streams, request: &KeyFrameRequest) {
    let mut decoders = Decoders::default();
    for job in queue {
        match job {
            Job::End { stream } => decoders.end(stream),
            Job::Frame { stream, data } => decode(&mut decoders, stream, &data, streams, request),
        }
    }
}

fn decode(decoders: &mut Decoders, id: u32, data: &[u8], streams: &Streams, request: &KeyFrameRequest) {
    let outcome = decoders.decode(id, data);
    let asks = {
        let mut streams = lock(streams);
        let stream = streams.entry(id).or_default();
        match outcome {
            Ok(Some(picture)) => stream.observer.decoded(&picture, Instant::now()),
            Ok(None) => {}
            Err(_) => {
                stream.observer.failed();
                stream.gate.shut();
            }
        }
        stream.gate.asks(Instant::now())
    };
    if asks {
        request(id);
    }
}

/// Counters are sound whatever their last holder did.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
