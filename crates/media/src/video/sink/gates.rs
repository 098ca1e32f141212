//! The gates of many streams in front of one decoder.

use super::KeyFrameRequest;
use super::gate::Gate;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// One gate a stream, and the way to ask for key frames.
pub(super) struct Gates {
    gates: Mutex<HashMap<u32, Gate>>,
    request: KeyFrameRequest,
}

impl Gates {
    /// All shut.
    pub(super) fn new(request: KeyFrameRequest) -> Self {
        Self { gates: Mutex::default(), request }
    }

    /// Lets a frame through to `submit`, unless the stream waits for a key frame; `submit` answers whether there was
    /// a place for it. Gives whether it went through.
    pub(super) fn pass(&self, stream: u32, key: bool, submit: impl FnOnce() -> bool) -> bool {
        let (passed, asks) = {
            let mut gates = self.lock();
            let gate = gates.entry(stream).or_insert(Gate::SHUT);
            let passed = gate.admits(key) && submit();
            if !passed {
                gate.shut();
            } else if key {
                *gate = Gate::Open;
            }
            (passed, gate.asks(Instant::now()))
        };
        if asks {
            (self.request)(stream);
        }
        passed
    }

    /// A frame could not be decoded.
    pub(super) fn fail(&self, stream: u32) {
        let asks = {
            let mut gates = self.lock();
            let gate = gates.entry(stream).or_insert(Gate::SHUT);
            gate.shut();
            gate.asks(Instant::now())
        };
        if asks {
            (self.request)(stream);
        }
    }

    /// Nobody wants the stream for now, so nothing is asked for; it begins again with a key frame.
    pub(super) fn rest(&self, stream: u32) {
        self.lock().remove(&stream);
    }

    /// A gate is sound whatever its last holder did.
    fn lock(&self) -> MutexGuard<'_, HashMap<u32, Gate>> {
        self.gates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
