//! The bounded queue in front of one transport, and the choice of what goes into it.

use super::gate::Gate;
use super::stats::Counters;
use super::transport::Stream;
use crate::core::Sending;
use consilium_media::{EncodedVideo, RtpPayload};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, mpsc};

/// So many pictures and sounds wait at most: a second of sound and picture.
pub(super) const QUEUE: usize = 80;

/// What waits for its transport. The same packets are in the queues of all peers.
#[derive(Clone, Debug)]
pub(super) enum Outgoing {
    Audio(RtpPayload),
    Video(Arc<[RtpPayload]>),
}

/// What the fan-out knows of one transport.
#[derive(Debug)]
pub(super) struct Lane {
    gate: Arc<Gate>,
    sending: AtomicU8,
    flow: Mutex<Flow>,
    queue: mpsc::Sender<Outgoing>,
    pub(super) counters: Arc<Counters>,
    /// The owner wants a key frame from this peer.
    pub(super) key_frame: Notify,
}

/// Which layer the peer is getting. It changes at key frames only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// Nothing goes before a key frame.
    AwaitingKey,
    /// This layer goes, until a key frame of the wanted one comes.
    Layer(u8),
}

/// What became of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offered {
    /// It is in the queue, or was none of this peer's.
    Fine,
    /// It was dropped, and what follows is of no use before a key frame.
    KeyFrameNeeded,
}

const AUDIO_BIT: u8 = 0x80;

impl Lane {
    pub(super) fn new(gate: Arc<Gate>, counters: Arc<Counters>) -> (Self, mpsc::Receiver<Outgoing>) {
        let (queue, receiver) = mpsc::channel(QUEUE);
        let sending = AtomicU8::new(encode(Sending::default()));
        let flow = Mutex::new(Flow::AwaitingKey);
        (Self { gate, sending, flow, queue, counters, key_frame: Notify::new() }, receiver)
    }

    pub(super) fn set_sending(&self, sending: Sending) {
        self.sending.store(encode(sending), Ordering::SeqCst);
    }

    pub(super) fn sending(&self) -> Sending {
        decode(self.sending.load(Ordering::SeqCst))
    }

    /// Whether a packet may leave towards this peer at this very moment.
    pub(super) fn may_leave(&self, stream: Stream) -> bool {
        match stream {
            Stream::Audio => self.gate.audio() && self.sending().audio,
            Stream::Video => self.gate.video() && self.sending().video.is_some(),
        }
    }

    pub(super) fn offer_audio(&self, payload: &RtpPayload) {
        if self.sending().audio {
            self.push(Outgoing::Audio(payload.clone()));
        }
    }

    /// Takes a picture if it is this peer's; `packets` cuts it, once for all peers.
    pub(super) fn offer_video(
        &self,
        frame: &EncodedVideo,
        packets: impl FnOnce() -> Arc<[RtpPayload]>,
    ) -> Offered {
        let mut flow = self.flow.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(wanted) = self.sending().video else {
            *flow = Flow::AwaitingKey;
            return Offered::Fine;
        };
        let (passes, next) = match *flow {
            _ if frame.key && frame.layer == wanted => (true, Flow::Layer(wanted)),
            Flow::Layer(current) => (current == frame.layer, *flow),
            Flow::AwaitingKey => (false, *flow),
        };
        if !passes {
            return Offered::Fine;
        }
        *flow = next;
        if self.push(Outgoing::Video(packets())) || frame.temporal > 0 {
            return Offered::Fine;
        }
        *flow = Flow::AwaitingKey;
        Offered::KeyFrameNeeded
    }

    fn push(&self, outgoing: Outgoing) -> bool {
        let waiting = QUEUE - self.queue.capacity();
        self.counters.queue_peak.raise_to(waiting as u64 + 1);
        let pushed = self.queue.try_send(outgoing).is_ok();
        if !pushed {
            self.counters.queue_drops.one();
        }
        pushed
    }
}

fn encode(sending: Sending) -> u8 {
    let layer = sending.video.map_or(0, |layer| layer.min(0x7e) + 1);
    layer | if sending.audio { AUDIO_BIT } else { 0 }
}

fn decode(bits: u8) -> Sending {
    Sending { audio: bits & AUDIO_BIT != 0, video: (bits & !AUDIO_BIT).checked_sub(1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn frame(layer: u8, key: bool) -> EncodedVideo {
        let data = Bytes::from_static(b"vp8");
        EncodedVideo {
            layer,
            key,
            temporal: 0,
            layer_sync: false,
            width: 2,
            height: 2,
            rtp_timestamp: 0,
            data,
        }
    }

    fn packets() -> Arc<[RtpPayload]> {
        Arc::new([RtpPayload { timestamp: 0, marker: true, payload: Bytes::from_static(b"x") }])
    }

    /// Whether each picture went into the queue.
    fn passed(lane: &Lane, queue: &mut mpsc::Receiver<Outgoing>, frames: &[(u8, bool)]) -> Vec<bool> {
        let offer = |&(layer, key): &(u8, bool)| {
            lane.offer_video(&frame(layer, key), packets);
            queue.try_recv().is_ok()
        };
        frames.iter().map(offer).collect()
    }

    #[test]
    fn layers_are_switched_at_key_frames_only() {
        let (lane, mut queue) = Lane::new(Arc::default(), Arc::default());
        assert_eq!(passed(&lane, &mut queue, &[(1, true)]), [false], "nothing is wanted yet");
        lane.set_sending(Sending { audio: false, video: Some(1) });
        let first = passed(&lane, &mut queue, &[(1, false), (0, true), (1, true), (1, false), (0, false)]);
        assert_eq!(first, [false, false, true, true, false]);
        lane.set_sending(Sending { audio: false, video: Some(0) });
        let switch = passed(
            &lane,
            &mut queue,
            &[(1, false), (0, false), (0, true), (1, false), (1, true), (0, false)],
        );
        assert_eq!(switch, [true, false, true, false, false, true]);
        lane.set_sending(Sending::default());
        assert_eq!(passed(&lane, &mut queue, &[(0, true), (0, false)]), [false, false]);
        lane.set_sending(Sending { audio: false, video: Some(0) });
        assert_eq!(passed(&lane, &mut queue, &[(0, false), (0, true)]), [false, true]);
    }

    #[test]
    fn a_full_queue_costs_the_pictures_up_to_the_next_key_frame() {
        let (lane, mut queue) = Lane::new(Arc::default(), Arc::default());
        lane.set_sending(Sending { audio: false, video: Some(0) });
        for _ in 0..QUEUE {
            assert_eq!(lane.offer_video(&frame(0, true), packets), Offered::Fine);
        }
        assert_eq!(lane.offer_video(&frame(0, false), packets), Offered::KeyFrameNeeded);
        while queue.try_recv().is_ok() {}
        assert_eq!(passed(&lane, &mut queue, &[(0, false), (0, true)]), [false, true]);
        assert_eq!(lane.counters.snapshot().queue_drops, 1);
    }

    #[test]
    fn what_a_peer_gets_survives_its_coding() {
        for sending in [
            Sending::default(),
            Sending { audio: true, video: None },
            Sending { audio: false, video: Some(0) },
            Sending { audio: true, video: Some(2) },
        ] {
            assert_eq!(decode(encode(sending)), sending);
        }
    }
}
