//! The bounded queue in front of one transport, and the choice of what goes into it.

use super::gate::{Gate, bits};
use super::stats::Counters;
use super::transport::Stream;
use crate::core::{PerContent, Rung, Sending, content_of};
use consilium_media::{EncodedVideo, RtpPayload};
use consilium_model::{Content, Intent};
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// So many pictures and sounds wait at most: a second of sound and picture.
pub(super) const QUEUE: usize = 80;

/// What waits for its transport. The same packets are in the queues of all peers.
#[derive(Clone, Debug)]
pub(super) enum Outgoing {
    Audio(RtpPayload),
    Video(Picture),
}

/// A picture that waits.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    pub(super) content: Content,
    pub(super) key: bool,
    /// No other picture depends on it.
    pub(super) droppable: bool,
    /// The stretch ([`Lane::stretch`]) it belongs to.
    pub(super) stretch: u32,
    pub(super) packets: Arc<[RtpPayload]>,
}

/// What the fan-out knows of one transport.
#[derive(Debug)]
pub(super) struct Lane {
    gate: Arc<Gate>,
    sending: AtomicU64,
    /// Of what comes from the peer, what has a right to.
    taking: AtomicU8,
    /// How often the peer's share of each stream of pictures became nothing.
    ended: PerContent<AtomicU32>,
    flow: PerContent<Mutex<Flow>>,
    queue: mpsc::Sender<Outgoing>,
    /// The least that the peer's camera pictures are held back, in milliseconds.
    picture_delay_ms: AtomicU32,
    /// Bytes that were sent again and not yet taken off the pace.
    resent: AtomicU32,
    pub(super) counters: Arc<Counters>,
    /// The owner wants a key frame from this peer.
    pub(super) key_frame: PerContent<Notify>,
}

/// Which layer the peer is getting of a stream. It changes at key frames only.
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

const AUDIO_BIT: u64 = 0x80;
const BASE_BIT: u64 = 0x40;
const RUNG_BITS: u64 = 0x7f;
const SLIDES: u64 = 0x3e;
const AUDIO_ONLY: u64 = 0x3f;
const SCREEN_SHIFT: u32 = 8;
const GOAL_SHIFT: u32 = 32;

impl Lane {
    pub(super) fn new(gate: Arc<Gate>, counters: Arc<Counters>) -> (Self, mpsc::Receiver<Outgoing>) {
        let (queue, receiver) = mpsc::channel(QUEUE);
        let sending = AtomicU64::new(encode(Sending::default()));
        let flow = PerContent::of(|_| Mutex::new(Flow::AwaitingKey));
        (
            Self {
                gate,
                sending,
                taking: AtomicU8::new(0),
                ended: PerContent::default(),
                flow,
                queue,
                picture_delay_ms: AtomicU32::new(0),
                resent: AtomicU32::new(0),
                counters,
                key_frame: PerContent::default(),
            },
            receiver,
        )
    }

    pub(super) fn set_sending(&self, sending: Sending) {
        let before = decode(self.sending.swap(encode(sending), Ordering::SeqCst));
        for (content, ended) in self.ended.iter() {
            if before.layer_of(content).is_some() && sending.layer_of(content).is_none() {
                ended.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    /// What is taken from this peer.
    pub(super) fn set_taking(&self, taking: Intent) {
        self.taking.store(bits(taking), Ordering::SeqCst);
    }

    /// Whether a packet of this peer is for the owner at this very moment.
    pub(super) fn takes(&self, stream: Stream) -> bool {
        let wanted = match stream {
            Stream::Audio => Intent { mic: true, ..Intent::default() },
            Stream::Pictures(content) | Stream::Padding(content) => match content {
                Content::Camera => Intent { camera: true, ..Intent::default() },
                Content::Screen => Intent { screen: true, ..Intent::default() },
            },
        };
        self.taking.load(Ordering::SeqCst) & bits(wanted) != 0
    }

    /// Which stretch of a stream of pictures this is. Each begins with a key frame and ends when the stream is closed,
    /// by hand, by the latch or for this peer alone; nothing of an ended one leaves.
    pub(super) fn stretch(&self, content: Content) -> u32 {
        self.gate.closed(content).wrapping_add(self.ended[content].load(Ordering::SeqCst))
    }

    pub(super) fn sending(&self) -> Sending {
        decode(self.sending.load(Ordering::SeqCst))
    }

    /// Whether a packet may leave towards this peer at this very moment.
    pub(super) fn may_leave(&self, stream: Stream) -> bool {
        match stream {
            Stream::Audio => self.gate.audio() && self.sending().audio,
            Stream::Pictures(content) => {
                self.gate.pictures(content) && self.sending().layer_of(content).is_some()
            }
            Stream::Padding(content) => self.gate.pictures(content) && self.sending().of(content).is_some(),
        }
    }

    /// Holds the peer's camera pictures back for at least so long.
    pub(super) fn set_least_picture_delay(&self, delay: Duration) {
        let millis = u32::try_from(delay.as_millis()).unwrap_or(u32::MAX);
        self.picture_delay_ms.store(millis, Ordering::Relaxed);
    }

    pub(super) fn least_picture_delay(&self) -> Duration {
        Duration::from_millis(self.picture_delay_ms.load(Ordering::Relaxed).into())
    }

    /// A packet was sent again, past the queue.
    pub(super) fn resend(&self, bytes: u32) {
        self.resent.fetch_add(bytes, Ordering::Relaxed);
    }

    /// What was sent again since the last time, in bytes on the wire.
    pub(super) fn take_resent(&self) -> u32 {
        self.resent.swap(0, Ordering::Relaxed)
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
        let content = content_of(frame.layer);
        let stretch = self.stretch(content);
        let mut flow = self.flow[content].lock().unwrap_or_else(PoisonError::into_inner);
        let rung = self.sending().of(content);
        let Some((rung, wanted)) = rung.and_then(|rung| Some((rung, rung.layer()?))) else {
            *flow = Flow::AwaitingKey;
            return Offered::Fine;
        };
        let (passes, next) = match *flow {
            _ if frame.key && frame.layer == wanted => (true, Flow::Layer(wanted)),
            Flow::Layer(current) => (current == frame.layer, *flow),
            Flow::AwaitingKey => (false, *flow),
        };
        if !passes || (frame.temporal > 0 && !rung.takes_upper()) {
            return Offered::Fine;
        }
        *flow = next;
        let (key, droppable) = (frame.key, frame.temporal > 0);
        let picture = Picture { content, key, droppable, stretch, packets: packets() };
        if self.push(Outgoing::Video(picture)) || droppable {
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

/// One word, so that a reader never sees the half of a change.
fn encode(sending: Sending) -> u64 {
    let audio = if sending.audio { AUDIO_BIT } else { 0 };
    let rungs = encode_rung(sending.video) | encode_rung(sending.screen) << SCREEN_SHIFT;
    u64::from(sending.goal) << GOAL_SHIFT | rungs | audio
}

fn encode_rung(rung: Option<Rung>) -> u64 {
    let number = |layer: u8| u64::from(layer.min(0x3c) + 1);
    match rung {
        None => 0,
        Some(Rung::Full { layer }) => number(layer),
        Some(Rung::Base { layer }) => number(layer) | BASE_BIT,
        Some(Rung::Slides) => SLIDES,
        Some(Rung::AudioOnly) => AUDIO_ONLY,
    }
}

fn decode(word: u64) -> Sending {
    Sending {
        audio: word & AUDIO_BIT != 0,
        video: decode_rung(word),
        screen: decode_rung(word >> SCREEN_SHIFT),
        goal: (word >> GOAL_SHIFT) as u32,
    }
}

fn decode_rung(word: u64) -> Option<Rung> {
    let layer = |number: u64| (number & !BASE_BIT).saturating_sub(1) as u8;
    match word & RUNG_BITS {
        0 => None,
        SLIDES => Some(Rung::Slides),
        AUDIO_ONLY => Some(Rung::AudioOnly),
        base if base & BASE_BIT != 0 => Some(Rung::Base { layer: layer(base) }),
        full => Some(Rung::Full { layer: layer(full) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::SCREEN_LAYER;
    use bytes::Bytes;
    use consilium_model::Intent;
    use proptest::prelude::*;

    const SHARP: Option<Rung> = Some(Rung::Full { layer: SCREEN_LAYER });

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

    fn full(layer: u8) -> Sending {
        Sending { video: Some(Rung::Full { layer }), ..Sending::default() }
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
        lane.set_sending(full(1));
        let first = passed(&lane, &mut queue, &[(1, false), (0, true), (1, true), (1, false), (0, false)]);
        assert_eq!(first, [false, false, true, true, false]);
        lane.set_sending(full(0));
        let switch = passed(
            &lane,
            &mut queue,
            &[(1, false), (0, false), (0, true), (1, false), (1, true), (0, false)],
        );
        assert_eq!(switch, [true, false, true, false, false, true]);
        lane.set_sending(Sending::default());
        assert_eq!(passed(&lane, &mut queue, &[(0, true), (0, false)]), [false, false]);
        lane.set_sending(full(0));
        assert_eq!(passed(&lane, &mut queue, &[(0, false), (0, true)]), [false, true]);
    }

    #[test]
    fn the_screen_has_a_flow_of_its_own() {
        let (lane, mut queue) = Lane::new(Arc::default(), Arc::default());
        lane.set_sending(Sending { screen: SHARP, ..full(0) });
        let first = passed(&lane, &mut queue, &[(0, true), (SCREEN_LAYER, false), (SCREEN_LAYER, true)]);
        assert_eq!(first, [true, false, true]);
        assert_eq!(passed(&lane, &mut queue, &[(0, false), (SCREEN_LAYER, false)]), [true, true]);
        lane.set_sending(full(0));
        assert_eq!(passed(&lane, &mut queue, &[(0, false), (SCREEN_LAYER, false)]), [true, false]);
        lane.set_sending(Sending { screen: SHARP, ..full(0) });
        assert_eq!(passed(&lane, &mut queue, &[(0, false), (SCREEN_LAYER, false)]), [true, false]);
    }

    proptest! {
        /// Whatever changes when: a packet leaves when the hand, the latch and the peer's share allow it, all three.
        #[test]
        fn three_judgements_have_to_agree(
            hand: [bool; 3],
            latch: [bool; 3],
            audio: bool,
            camera in proptest::option::of(0u8..4),
            screen: bool,
        ) {
            let intent = |[mic, camera, screen]: [bool; 3]| Intent { mic, camera, screen };
            let (lane, _queue) = Lane::new(Arc::default(), Arc::default());
            lane.gate.set_intent(intent(hand));
            lane.gate.set_latch(intent(latch));
            let video = camera.map(|layer| Rung::Full { layer });
            lane.set_sending(Sending { audio, video, screen: SHARP.filter(|_| screen), goal: 0 });
            let open = |index: usize| hand[index] && latch[index];
            prop_assert_eq!(lane.may_leave(Stream::Audio), open(0) && audio);
            for stream in [Stream::Pictures, Stream::Padding] {
                prop_assert_eq!(lane.may_leave(stream(Content::Camera)), open(1) && camera.is_some());
                prop_assert_eq!(lane.may_leave(stream(Content::Screen)), open(2) && screen);
            }
        }
    }

    #[test]
    fn a_bad_line_gets_the_pictures_that_others_depend_on() {
        let (lane, mut queue) = Lane::new(Arc::default(), Arc::default());
        lane.set_sending(Sending { video: Some(Rung::Base { layer: 0 }), ..Sending::default() });
        let mut offer = |key, temporal| {
            lane.offer_video(&EncodedVideo { temporal, ..frame(0, key) }, packets);
            queue.try_recv().is_ok()
        };
        assert_eq!([offer(true, 0), offer(false, 1), offer(false, 0)], [true, false, true]);
    }

    #[test]
    fn padding_needs_the_consent_that_a_picture_needs() {
        let (lane, _queue) = Lane::new(Arc::default(), Arc::default());
        let leaves = |video| {
            lane.set_sending(Sending { video, ..Sending::default() });
            [Stream::Pictures(Content::Camera), Stream::Padding(Content::Camera)]
                .map(|stream| lane.may_leave(stream))
        };
        assert_eq!(leaves(Some(Rung::AudioOnly)), [false, false], "the latch is closed");
        let all = Intent { mic: true, camera: true, screen: true };
        lane.gate.set_latch(all);
        lane.gate.set_intent(all.sharing(false));
        assert_eq!(leaves(Some(Rung::AudioOnly)), [false, true], "the line is bad, the camera is on");
        assert_eq!(leaves(Some(Rung::Full { layer: 0 })), [true, true]);
        assert_eq!(leaves(None), [false, false], "nobody looks");
    }

    #[test]
    fn a_full_queue_costs_the_pictures_up_to_the_next_key_frame() {
        let (lane, mut queue) = Lane::new(Arc::default(), Arc::default());
        lane.set_sending(full(0));
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
            Sending { audio: true, ..Sending::default() },
            Sending { goal: u32::MAX, ..full(0) },
            Sending { audio: true, ..full(2) },
            Sending { video: Some(Rung::Base { layer: 2 }), goal: 1, ..Sending::default() },
            Sending { video: Some(Rung::Slides), goal: 1, audio: true, screen: SHARP },
            Sending { video: Some(Rung::AudioOnly), goal: 1, audio: true, screen: Some(Rung::AudioOnly) },
            Sending { screen: Some(Rung::Base { layer: SCREEN_LAYER }), ..full(1) },
            Sending { screen: SHARP, ..Sending::default() },
        ] {
            assert_eq!(decode(encode(sending)), sending);
        }
    }
}
