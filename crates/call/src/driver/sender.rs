//! The sending side of one transport: what its line carries, and when a packet leaves. Carries out what
//! [`Uplink`] decides.

#[cfg(test)]
mod tests;

use super::lane::{Lane, Picture};
use super::transport::{Stream, Transport};
use crate::core::PerContent;
use crate::core::estimate::PacketReport;
use crate::core::pacing::Frame;
use crate::core::uplink::{Departure, Uplink};
use consilium_media::RtpPayload;
use consilium_media::video::rtp::PayloadRewriter;
use consilium_model::Content;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(super) struct Sender {
    lane: Arc<Lane>,
    uplink: Uplink<(Content, Arc<[RtpPayload]>)>,
    streams: PerContent<Pictures>,
}

/// One stream of pictures towards this peer.
struct Pictures {
    rewriter: PayloadRewriter,
    /// The picture that leaves, with this peer's numbers.
    leaving: Vec<RtpPayload>,
    layer: Option<u8>,
    /// The stretch ([`Lane::stretch`]) that waits and leaves.
    stretch: u32,
}

impl Sender {
    pub(super) fn new(lane: Arc<Lane>) -> Self {
        let streams = PerContent::of(|content| Pictures {
            rewriter: PayloadRewriter::new(0),
            leaving: Vec::new(),
            layer: None,
            stretch: lane.stretch(content),
        });
        Self { lane, uplink: Uplink::default(), streams }
    }

    pub(super) fn set_rtt(&mut self, rtt: Duration) {
        self.uplink.set_rtt(rtt);
    }

    /// Packets take another way from now on.
    pub(super) fn new_route(&mut self) {
        self.uplink.new_route();
    }

    pub(super) fn estimate(&self) -> Option<u32> {
        self.uplink.estimate()
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.uplink.next_timeout()
    }

    /// Sound leaves at once, unless the latch has closed behind it.
    pub(super) async fn sound(&mut self, now: Instant, payload: RtpPayload, transport: &mut dyn Transport) {
        if passes(&self.lane, Stream::Audio) {
            self.uplink.sound(now, payload.payload.len() as u32);
            transport.send(Stream::Audio, payload).await;
        }
    }

    /// Takes a picture; says whether the peer needs a key frame now.
    pub(super) fn picture(&mut self, now: Instant, picture: Picture) -> bool {
        self.follow_ladder(now);
        self.forget_ended(now);
        match self.lane.take_resent() {
            0 => {}
            bytes => self.uplink.passed(now, bytes),
        }
        let Picture { content, key, droppable, stretch, packets } = picture;
        if stretch != self.streams[content].stretch {
            self.lane.counters.stopped_at_gate.one();
            return false;
        }
        let sizes = packets.iter().map(|packet| packet.payload.len() as u32).collect();
        let picture = (content, packets);
        let pushed = self.uplink.picture(now, Frame { content, key, droppable, sizes, picture });
        let counters = &self.lane.counters;
        counters.paced_out.add(pushed.dropped.into());
        let wait = millis(self.uplink.wait());
        counters.pacing_ms.set(wait);
        counters.pacing_peak_ms.raise_to(wait);
        pushed.key_frame_needed
    }

    /// Takes what the peer says about packets.
    pub(super) fn report(&mut self, now: Instant, reports: &[PacketReport]) {
        self.follow_ladder(now);
        self.uplink.report(now, reports);
        self.count();
    }

    /// Looks whether the peer has gone silent.
    pub(super) fn check(&mut self, now: Instant) {
        self.uplink.check(now);
        self.count();
    }

    /// Sends what may leave now.
    pub(super) async fn depart(&mut self, transport: &mut dyn Transport) {
        loop {
            let now = Instant::now();
            self.forget_ended(now);
            let Some(departure) = self.uplink.poll(now) else { break };
            match departure {
                Departure::Packet { picture, index } => {
                    let (content, packets) = picture;
                    let Pictures { rewriter, leaving, .. } = &mut self.streams[*content];
                    if index == 0 {
                        *leaving = rewriter.rewrite(packets);
                    }
                    let (payload, stream) = (leaving.get(index).cloned(), Stream::Pictures(*content));
                    if let Some(payload) = payload.filter(|_| passes(&self.lane, stream)) {
                        transport.send(stream, payload).await;
                    }
                }
                Departure::Padding => self.pad(transport).await,
            }
        }
    }

    /// Padding goes out in a stream of which the peer gets something, or would if its line carried it.
    async fn pad(&mut self, transport: &mut dyn Transport) {
        let open = |content: &Content| self.lane.may_leave(Stream::Padding(*content));
        if let Some(content) = [Content::Camera, Content::Screen].into_iter().find(open) {
            transport.pad(content).await;
        } else {
            self.lane.counters.stopped_at_gate.one();
            self.uplink.set_goal(0);
        }
    }

    /// A peer that is stepped down because of its line gets nothing more of the layer it had: that is what its line
    /// does not carry.
    fn follow_ladder(&mut self, now: Instant) {
        let sending = self.lane.sending();
        self.uplink.set_goal(sending.goal);
        for content in [Content::Camera, Content::Screen] {
            let layer = sending.layer_of(content);
            let before = std::mem::replace(&mut self.streams[content].layer, layer);
            let fell = before.zip(layer).is_some_and(|(before, layer)| layer > before);
            if fell && sending.goal > 0 {
                let dropped = self.uplink.clear(now, content);
                self.lane.counters.paced_out.add(dropped.into());
            }
        }
    }

    /// What waits of a stream that was closed neither costs the others anything nor leaves when it is open again.
    fn forget_ended(&mut self, now: Instant) {
        for content in [Content::Camera, Content::Screen] {
            let stretch = self.lane.stretch(content);
            if std::mem::replace(&mut self.streams[content].stretch, stretch) != stretch {
                let dropped = self.uplink.end(now, content);
                self.lane.counters.stopped_at_gate.add(dropped.into());
            }
        }
    }

    fn count(&self) {
        let counters = &self.lane.counters;
        counters.line_carries.set(self.uplink.estimate().unwrap_or(0).into());
        counters.line_queue_ms.set(millis(self.uplink.line_queue()));
        counters.pacing_ms.set(millis(self.uplink.wait()));
    }
}

/// What waited while the latch closed goes no further. The transport looks once more at the wire.
fn passes(lane: &Lane, stream: Stream) -> bool {
    let passes = lane.may_leave(stream);
    if !passes {
        lane.counters.stopped_at_gate.one();
    }
    passes
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
