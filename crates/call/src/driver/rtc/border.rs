//! The border between the stack and the network: the interceptor nearest to the wire.
//!
//! Outwards it is the last look at the latch: every RTP packet passes here, retransmissions too, and none passes a
//! closed latch, or is sent again after the latch was closed and opened. Inwards it listens to the peer's feedback:
//! key-frame requests and NACKs. Inbound RTCP ends inside the stack unless an interceptor takes it; this one changes
//! nothing, and the built-in responder still answers the NACKs.
//!
//! Being the last to see a packet, it also notes when each one left, and matches the peer's feedback with that. And it
//! gives padding its size: the stack writes RTP padding of four bytes at most, so the filling stands in a header
//! extension nobody knows (RFC 8285, section 4.1.2: unknown ones are ignored) in front of an empty payload.

use super::super::lane::Lane;
use super::super::transport::Stream;
use super::feedback::History;
use super::repeats::{Numbers, Passing};
use crate::core::estimate::PacketReport;
use crate::core::uplink::PADDING_PAYLOAD;
use crate::core::{PACKET_OVERHEAD, PerContent};
use ::rtc::interceptor::{Interceptor, Packet, StreamInfo, TaggedPacket};
use ::rtc::rtcp;
use ::rtc::rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use ::rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use ::rtc::rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
use ::rtc::rtcp::transport_feedbacks::transport_layer_nack::TransportLayerNack;
use ::rtc::rtp;
use ::rtc::rtp::header::{EXTENSION_PROFILE_TWO_BYTE, Extension, Header};
use ::rtc::sansio::Protocol;
use ::rtc::shared::error::Error;
use bytes::Bytes;
use consilium_model::Content;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{Notify, mpsc};

/// Nearer to the network than every built-in interceptor.
pub(super) const SLOT: usize = 500;
/// The extension with the transport-wide number.
const TRANSPORT_WIDE: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
/// The number of the filling's extension, which no description names.
const FILLING: u8 = 200;
const FILLING_LENGTH: usize = 250;
static ZEROS: [u8; FILLING_LENGTH] = [0; FILLING_LENGTH];

/// How the streams to the peer are told apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ssrcs {
    pub(super) audio: u32,
    pub(super) camera: u32,
    pub(super) screen: u32,
}

impl Ssrcs {
    /// What the pictures of a stream show; `None` for sound and for a stream nobody knows.
    fn content(self, ssrc: u32) -> Option<Content> {
        [(self.camera, Content::Camera), (self.screen, Content::Screen)]
            .into_iter()
            .find_map(|(of, content)| (of == ssrc).then_some(content))
    }
}

pub(super) struct Border {
    lane: Arc<Lane>,
    ssrcs: Ssrcs,
    key_frame_wanted: Arc<PerContent<Notify>>,
    feedback: mpsc::Sender<Vec<PacketReport>>,
    /// The number of the extension with the transport-wide number, as negotiated.
    extension: Option<u8>,
    history: History,
    numbers: PerContent<Numbers>,
    read: VecDeque<TaggedPacket>,
    write: VecDeque<TaggedPacket>,
}

impl Border {
    pub(super) fn new(
        lane: Arc<Lane>,
        ssrcs: Ssrcs,
        key_frame_wanted: Arc<PerContent<Notify>>,
        feedback: mpsc::Sender<Vec<PacketReport>>,
    ) -> Self {
        Self {
            lane,
            ssrcs,
            key_frame_wanted,
            feedback,
            extension: None,
            history: History::default(),
            numbers: PerContent::default(),
            read: VecDeque::new(),
            write: VecDeque::new(),
        }
    }

    /// What a packet belongs to; a stream that nobody knows does not leave.
    fn stream(&self, packet: &rtp::Packet) -> Option<Stream> {
        let ssrc = packet.header.ssrc;
        if ssrc == self.ssrcs.audio {
            return Some(Stream::Audio);
        }
        let stream = if is_padding(packet) { Stream::Padding } else { Stream::Pictures };
        self.ssrcs.content(ssrc).map(stream)
    }

    fn may_leave(&self, stream: Option<Stream>, bytes: usize) -> bool {
        let counters = &self.lane.counters;
        let Some(stream) = stream.filter(|stream| self.lane.may_leave(*stream)) else {
            counters.stopped_at_gate.one();
            return false;
        };
        match stream {
            Stream::Audio => counters.audio_sent.one(),
            Stream::Padding(_) => counters.padding_sent.one(),
            Stream::Pictures(content) => {
                counters.video_sent.one();
                counters.screen_sent.add((content == Content::Screen).into());
            }
        }
        counters.bytes_sent.add(bytes as u64);
        true
    }

    /// Gives padding its size, and notes the packet.
    fn leaves(&mut self, now: Instant, stream: Option<Stream>, passing: Passing, packet: &mut rtp::Packet) {
        let Some(extension) = self.extension else { return };
        let Some(number) = packet.header.get_extension(extension) else { return };
        let Some(number) = number.first_chunk::<2>().map(|bytes| u16::from_be_bytes(*bytes)) else { return };
        let padding = matches!(stream, Some(Stream::Padding(_)));
        let payload = if padding { fill(&mut packet.header) } else { packet.payload.len() as u32 };
        self.history.sent(number, now, payload + PACKET_OVERHEAD);
        if passing == Passing::Again {
            self.lane.resend(payload + PACKET_OVERHEAD);
        }
    }

    /// What a packet is among those of its stream. Only pictures are sent again.
    fn passing(&mut self, header: &Header) -> Passing {
        let Some(content) = self.ssrcs.content(header.ssrc) else { return Passing::New };
        self.numbers[content].pass(header.sequence_number, self.lane.stretch(content))
    }

    /// A peer that asks wrongly means the camera.
    fn want_key_frame(&self, ssrc: u32) {
        self.lane.counters.plis_received.one();
        let content = self.ssrcs.content(ssrc).unwrap_or_default();
        self.key_frame_wanted[content].notify_one();
    }

    fn hear(&mut self, packet: &dyn rtcp::Packet) {
        let packet = packet.as_any();
        if let Some(lost) = packet.downcast_ref::<PictureLossIndication>() {
            self.want_key_frame(lost.media_ssrc);
        } else if let Some(wanted) = packet.downcast_ref::<FullIntraRequest>() {
            // Its own field for the stream is empty (RFC 5104, section 4.3.1.2).
            wanted.fir.iter().for_each(|entry| self.want_key_frame(entry.ssrc));
        } else if let Some(nack) = packet.downcast_ref::<TransportLayerNack>() {
            let lost = |pair: &rtcp::transport_feedbacks::transport_layer_nack::NackPair| {
                1 + u64::from(pair.lost_packets.count_ones())
            };
            self.lane.counters.nacks_received.add(nack.nacks.iter().map(lost).sum());
        } else if let Some(feedback) = packet.downcast_ref::<TransportLayerCc>() {
            let reports = self.history.reports(feedback);
            // What is lost here is one of ten reports a second.
            let _ = self.feedback.try_send(reports);
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
            for packet in packets {
                self.hear(packet.as_ref());
            }
        }
        self.read.push_back(message);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.read.pop_front()
    }

    fn handle_write(&mut self, mut message: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtp(packet) = &mut message.message.packet {
            let passing = self.passing(&packet.header);
            let stream = self.stream(packet).filter(|_| passing != Passing::Ended);
            if !self.may_leave(stream, packet.payload.len()) {
                return Ok(());
            }
            self.leaves(message.now, stream, passing, packet);
        }
        self.write.push_back(message);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.write.pop_front()
    }
}

impl Interceptor for Border {
    fn bind_local_stream(&mut self, info: &StreamInfo) {
        let mut extensions = info.rtp_header_extensions.iter();
        if let Some(extension) = extensions.find(|extension| extension.uri == TRANSPORT_WIDE) {
            self.extension = u8::try_from(extension.id).ok().filter(|id| *id != 0);
        }
    }

    fn unbind_local_stream(&mut self, _: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _: &StreamInfo) {}
}

fn is_padding(packet: &rtp::Packet) -> bool {
    packet.payload.is_empty()
}

/// Fills a packet without payload, and says with how many bytes.
fn fill(header: &mut Header) -> u32 {
    let pieces = (PADDING_PAYLOAD as usize).div_ceil(FILLING_LENGTH + 2);
    // Two-byte headers (RFC 8285, section 4.3) have room for more than 16 bytes.
    header.extension_profile = EXTENSION_PROFILE_TWO_BYTE;
    header.extensions_padding = 0;
    let filling = Extension { id: FILLING, payload: Bytes::from_static(&ZEROS) };
    header.extensions.extend(std::iter::repeat_n(filling, pieces));
    (pieces * (FILLING_LENGTH + 2)) as u32
}
