//! The decoders of many streams, for the one thread that runs them.

use crate::video::picture::I420;
use crate::video::vp8::{CodecError, Decoder};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// One decoder a stream, opened with its first frame.
#[derive(Debug, Default)]
pub(in crate::video) struct Decoders {
    streams: HashMap<u32, Decoder>,
}

impl Decoders {
    /// Decodes the next frame of a stream, as [`Decoder::decode`] does.
    pub(in crate::video) fn decode(&mut self, stream: u32, frame: &[u8]) -> Result<Option<I420>, CodecError> {
        match self.streams.entry(stream) {
            Entry::Occupied(decoder) => decoder.into_mut().decode(frame),
            Entry::Vacant(vacant) => vacant.insert(Decoder::new()?).decode(frame),
        }
    }

    /// The stream is over.
    pub(in crate::video) fn end(&mut self, stream: u32) {
        self.streams.remove(&stream);
    }
}
