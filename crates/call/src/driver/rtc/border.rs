//! The border between the stack and the network: the interceptor nearest to the wire.
//!
//! Outwards it is the last look at the latch: every RTP packet passes here, retransmissions too, and none passes a
//! closed latch. Inwards it listens to the peer's feedback: key-frame requests and NACKs. Inbound RTCP ends inside
//! the stack unless an interceptor takes it; this one changes nothing, and the built-in responder still answers the
//! NACKs.

use super::super::lane::Lane;
use super::super::transport::Stream;
use ::rtc::interceptor::{Interceptor, Packet, StreamInfo, TaggedPacket};
use ::rtc::rtcp;
use ::rtc::rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use ::rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use ::rtc::rtcp::transport_feedbacks::transport_layer_nack::TransportLayerNack;
use ::rtc::rtp;
use ::rtc::sansio::Protocol;
use ::rtc::shared::error::Error;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Notify;

/// Nearer to the network than every built-in interceptor.
pub(super) const SLOT: usize = 500;

pub(super) struct Border {
    lane: Arc<Lane>,
    audio_ssrc: u32,
    key_frame_wanted: Arc<Notify>,
    read: VecDeque<TaggedPacket>,
    write: VecDeque<TaggedPacket>,
}

impl Border {
    pub(super) fn new(lane: Arc<Lane>, audio_ssrc: u32, key_frame_wanted: Arc<Notify>) -> Self {
        Self { lane, audio_ssrc, key_frame_wanted, read: VecDeque::new(), write: VecDeque::new() }
    }

    fn may_leave(&self, packet: &rtp::Packet) -> bool {
        let counters = &self.lane.counters;
        let (stream, sent) = match packet.header.ssrc == self.audio_ssrc {
            true => (Stream::Audio, &counters.audio_sent),
            false => (Stream::Video, &counters.video_sent),
        };
        let open = self.lane.may_leave(stream);
        if open {
            sent.one();
            counters.bytes_sent.add(packet.payload.len() as u64);
        } else {
            counters.stopped_at_gate.one();
        }
        open
    }

    fn hear(&self, packet: &dyn rtcp::Packet) {
        let packet = packet.as_any();
        if packet.is::<PictureLossIndication>() || packet.is::<FullIntraRequest>() {
            self.lane.counters.plis_received.one();
            self.key_frame_wanted.notify_one();
        } else if let Some(nack) = packet.downcast_ref::<TransportLayerNack>() {
            let lost = |pair: &rtcp::transport_feedbacks::transport_layer_nack::NackPair| {
                1 + u64::from(pair.lost_packets.count_ones())
            };
            self.lane.counters.nacks_received.add(nack.nacks.iter().map(lost).sum());
        }
    }
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for Border {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, message: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtcp(packets) = &message.message.packet {
            packets.iter().for_each(|packet| self.hear(packet.as_ref()));
        }
        self.read.push_back(message);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.read.pop_front()
    }

    fn handle_write(&mut self, message: TaggedPacket) -> Result<(), Error> {
        let leaves = match &message.message.packet {
            Packet::Rtp(packet) => self.may_leave(packet),
            _ => true,
        };
        if leaves {
            self.write.push_back(message);
        }
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.write.pop_front()
    }
}

impl Interceptor for Border {
    fn bind_local_stream(&mut self, _: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _: &StreamInfo) {}
}
