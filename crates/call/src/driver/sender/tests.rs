//! What was taken in before a stream was closed never leaves, however soon it is open again.

use super::super::gate::Gate;
use super::super::transport::{Request, TransportError, TransportEvent};
use super::*;
use crate::core::{Candidate, Ends, IceConfig, Rung, SCREEN_LAYER, Sending};
use async_trait::async_trait;
use bytes::Bytes;
use consilium_model::{Intent, Secret};
use consilium_wire::room::DescriptionKind;

const ALL: Intent = Intent { mic: true, camera: true, screen: true };

/// Notes the RTP times of what leaves, and does something after each packet.
struct Wire<F> {
    left: Vec<u32>,
    after: F,
}

#[async_trait]
impl<F: FnMut() + Send> Transport for Wire<F> {
    async fn send(&mut self, _: Stream, payload: RtpPayload) {
        self.left.push(payload.timestamp);
        (self.after)();
    }

    async fn offer(&mut self, _: bool) -> Result<Secret, TransportError> {
        Err(TransportError::Broken)
    }

    async fn rollback(&mut self) -> Result<(), TransportError> {
        Err(TransportError::Broken)
    }

    async fn apply(&mut self, _: DescriptionKind, _: Secret) -> Result<Option<Secret>, TransportError> {
        Err(TransportError::Broken)
    }

    async fn add_candidate(&mut self, _: Candidate) {}
    async fn configure(&mut self, _: &IceConfig) {}
    async fn pad(&mut self, _: Content) {}
    async fn request(&mut self, _: Content, _: Request) {}

    async fn ends(&mut self) -> Option<Ends> {
        None
    }

    async fn rtt(&mut self) -> Option<Duration> {
        None
    }

    async fn next(&mut self) -> TransportEvent {
        TransportEvent::Stopped
    }

    async fn close(self: Box<Self>) {}
}

/// A sender with an open screen.
fn sharing() -> (Arc<Gate>, Arc<Lane>, Sender) {
    let gate = Arc::<Gate>::default();
    gate.set_intent(ALL);
    gate.set_latch(ALL);
    let (lane, _queue) = Lane::new(Arc::clone(&gate), Arc::default());
    lane.set_sending(shared());
    let lane = Arc::new(lane);
    (gate, Arc::clone(&lane), Sender::new(lane))
}

fn shared() -> Sending {
    Sending { screen: Some(Rung::Full { layer: SCREEN_LAYER }), ..Sending::default() }
}

/// A large key frame of the screen, taken in now.
fn page(lane: &Lane, timestamp: u32) -> Picture {
    // A VP8 descriptor with a picture number of 15 bits (RFC 7741, section 4.2).
    let payload = Bytes::from_static(&[0x90, 0x80, 0x80, 0x01, 0, 0, 0]);
    let packets = vec![RtpPayload { timestamp, marker: false, payload }; 30].into();
    let content = Content::Screen;
    Picture { content, key: true, droppable: false, stretch: lane.stretch(content), packets }
}

/// What leaves once the screen was closed and opened again, in the ways there are, before anything left of it.
async fn left(close_and_open: impl FnOnce(&Gate, &Lane)) -> Vec<u32> {
    let (gate, lane, mut sender) = sharing();
    let (taken, waiting) = (page(&lane, 1), page(&lane, 2));
    assert!(!sender.picture(Instant::now(), taken));
    close_and_open(&gate, &lane);
    // It was still in the queue.
    sender.picture(Instant::now(), waiting);
    let mut wire = Wire { left: Vec::new(), after: || () };
    sender.depart(&mut wire).await;
    sender.picture(Instant::now(), page(&lane, 3));
    sender.depart(&mut wire).await;
    wire.left
}

#[tokio::test]
async fn what_waited_when_the_screen_was_closed_does_not_leave_later() {
    let by_hand = left(|gate, _| {
        gate.set_intent(ALL.sharing(false));
        gate.set_intent(ALL);
    });
    let by_the_room = left(|gate, _| {
        gate.set_latch(ALL.sharing(false));
        gate.set_latch(ALL);
    });
    let for_this_peer = left(|_, lane| {
        lane.set_sending(Sending::default());
        lane.set_sending(shared());
    });
    for left in [by_hand.await, by_the_room.await, for_this_peer.await] {
        assert_eq!(left, [3; 30]);
    }
}

#[tokio::test]
async fn a_picture_that_has_begun_to_leave_is_not_finished() {
    let (gate, lane, mut sender) = sharing();
    sender.picture(Instant::now(), page(&lane, 1));
    let close_and_open = || {
        gate.set_intent(ALL.sharing(false));
        gate.set_intent(ALL);
    };
    let mut wire = Wire { left: Vec::new(), after: close_and_open };
    sender.depart(&mut wire).await;
    assert_eq!(wire.left, [1]);
}
