//! The end of a page that cannot decode: a thread decodes for it.

use super::pictures::Pictures;
use super::shared::Shared;
use super::wire::{self, Ack};
use crate::EncodedVideo;
use crate::video::picture::I420;
use crate::video::sink::Decoders;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use tokio::sync::mpsc;

/// Frames of all streams that may wait for the decoder; each stream's own limit is its flow's.
const QUEUE: usize = 256;

/// What the decoding thread is to do.
pub(super) enum Job {
    Frame { stream: u32, sequence: u32, data: Bytes },
    End { stream: u32 },
}

/// A connected page that gets raw pictures. Dropping it ends the decoding thread.
pub(super) struct RawPage {
    jobs: SyncSender<Job>,
    page: mpsc::Sender<Bytes>,
    streams: HashMap<u32, Pictures<I420>>,
}

impl RawPage {
    /// A page, and the jobs for its decoding thread.
    pub(super) fn new(page: mpsc::Sender<Bytes>) -> (Self, Receiver<Job>) {
        let (jobs, queue) = sync_channel(QUEUE);
        (Self { jobs, page, streams: HashMap::new() }, queue)
    }

    /// Hands a frame to the decoder, unless its queue is full.
    pub(super) fn take(&self, stream: u32, sequence: u32, frame: &EncodedVideo) -> bool {
        self.jobs.try_send(Job::Frame { stream, sequence, data: frame.data.clone() }).is_ok()
    }

    /// A picture has been decoded: the page gets it when it can take it.
    pub(super) fn show(&mut self, stream: u32, picture: I420) {
        let pictures = self.streams.entry(stream).or_default();
        if let Some(due) = pictures.offer(picture) {
            send(&self.page, pictures, stream, due);
        }
    }

    pub(super) fn acknowledge(&mut self, ack: Ack) {
        let Some(pictures) = self.streams.get_mut(&ack.stream) else { return };
        if let Some(due) = pictures.acknowledge(ack.sequence) {
            send(&self.page, pictures, ack.stream, due);
        }
    }

    pub(super) fn restart(&mut self) {
        self.streams.values_mut().for_each(Pictures::restart);
    }

    pub(super) fn end(&mut self, stream: u32) {
        self.streams.remove(&stream);
        // If the queue is full, the decoder stays until the page goes: no harm but its memory.
        let _ = self.jobs.try_send(Job::End { stream });
    }
}

fn send(page: &mpsc::Sender<Bytes>, pictures: &mut Pictures<I420>, stream: u32, due: (u32, I420)) {
    let (sequence, picture) = due;
    if page.try_send(wire::encode_raw(stream, sequence, &picture)).is_err() {
        pictures.revoke();
    }
}

/// Decodes for a page until it has gone.
pub(super) fn decode_all(queue: &Receiver<Job>, page: u64, shared: &Shared) {
    let mut decoders = Decoders::default();
    for job in queue {
        match job {
            Job::End { stream } => decoders.end(stream),
            Job::Frame { stream, sequence, data } => {
                let outcome = decoders.decode(stream, &data);
                if shared.decoded(page, stream, sequence, outcome).is_break() {
                    return;
                }
            }
        }
    }
}
