//! The thread that decodes and converts.

use super::render::Renderer;
use super::state::Shared;
use crate::video::picture::I420;
use crate::video::sink::decoders::Decoders;
use crate::video::sink::gates::Gates;
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// What the thread is to do.
pub(super) enum Job {
    /// The next frame of a stream.
    Frame { stream: u32, data: Bytes },
    /// The next picture of a stream, as it is.
    Picture { stream: u32, picture: Arc<I420> },
    /// Tiles have moved or changed their size.
    Place,
    /// A stream is over.
    End { stream: u32 },
}

/// Works until the queue is closed.
pub(super) fn run(queue: &Receiver<Job>, shared: &Shared, gates: &Gates) {
    let mut work = Work {
        shared,
        gates,
        decoders: Decoders::default(),
        renderer: Renderer::default(),
        newest: BTreeMap::new(),
        due: BTreeSet::new(),
    };
    while let Ok(job) = queue.recv() {
        // Whatever waits is decoded, and only the newest picture of each stream is converted.
        work.take(job);
        queue.try_iter().for_each(|job| work.take(job));
        work.render();
    }
}

struct Work<'a> {
    shared: &'a Shared,
    gates: &'a Gates,
    decoders: Decoders,
    renderer: Renderer,
    /// The newest picture of each stream: a tile may change while no other comes.
    newest: BTreeMap<u32, Arc<I420>>,
    /// The streams with something new to render.
    due: BTreeSet<u32>,
}

impl Work<'_> {
    fn take(&mut self, job: Job) {
        match job {
            Job::Frame { stream, data } => match self.decoders.decode(stream, &data) {
                Ok(Some(picture)) => self.renew(stream, Arc::new(picture)),
                Ok(None) => {}
                Err(_) => self.gates.fail(stream),
            },
            Job::Picture { stream, picture } => self.renew(stream, picture),
            Job::Place => self.place(),
            Job::End { stream } => {
                self.decoders.end(stream);
                self.newest.remove(&stream);
            }
        }
    }

    fn renew(&mut self, stream: u32, picture: Arc<I420>) {
        self.shared.lock().decoded(stream);
        self.newest.insert(stream, picture);
        self.due.insert(stream);
    }

    /// Keeps the pictures that have a tile; those whose tile has changed are due.
    fn place(&mut self) {
        let state = self.shared.lock();
        self.newest.retain(|stream, _| state.tile(*stream).is_some());
        self.due.extend(self.newest.keys());
    }

    fn render(&mut self) {
        while let Some(stream) = self.due.pop_first() {
            let Some((tile, scale)) = self.shared.lock().tile(stream) else {
                // Old when it is wanted again.
                self.newest.remove(&stream);
                continue;
            };
            if let Some(picture) = self.newest.get(&stream)
                && let Some(pixels) = self.renderer.render(picture, &tile, scale)
            {
                self.shared.show(stream, pixels);
            }
        }
    }
}
