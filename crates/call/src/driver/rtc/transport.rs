//! A peer connection as a [`Transport`].

use super::super::transport::{Request, Stream, Transport, TransportError, TransportEvent};
use super::connect::configuration;
use super::handler::{News, is_loopback};
use super::turn::Bridges;
use crate::core::estimate::PacketReport;
use crate::core::{Candidate, Ends, Fingerprint, Health, IceConfig, PerContent};
use ::rtc::peer_connection::configuration::RTCOfferOptions;
use ::rtc::rtcp;
use ::rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use ::rtc::rtcp::transport_feedbacks::transport_layer_nack::{
    TransportLayerNack, nack_pairs_from_sequence_numbers,
};
use ::rtc::rtp;
use ::rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use async_trait::async_trait;
use bytes::Bytes;
use consilium_media::{ReceivedRtp, RtpPayload};
use consilium_model::{Content, Secret};
use consilium_wire::room::DescriptionKind;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc, watch};
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{
    PeerConnection, RTCIceCandidateInit, RTCSessionDescription, RTCStatsReportEntry, StatsSelector,
};
use webrtc::rtp_transceiver::RtpSender;

/// One of the streams to the peer.
pub(super) struct Outbound {
    pub(super) track: Arc<TrackLocalStaticRTP>,
    pub(super) sender: Arc<dyn RtpSender>,
    pub(super) ssrc: u32,
    /// As negotiated: the peer that offers chooses the numbers.
    pub(super) payload_type: u8,
    pub(super) sequence: u16,
    /// Of the last packet.
    pub(super) timestamp: u32,
}

impl Outbound {
    async fn send(&mut self, payload: RtpPayload) {
        let RtpPayload { timestamp, marker, payload } = payload;
        let header = rtp::Header {
            version: 2,
            marker,
            payload_type: self.payload_type,
            sequence_number: self.sequence,
            timestamp,
            ssrc: self.ssrc,
            ..Default::default()
        };
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = timestamp;
        // Fails only when the connection has stopped, which `next` reports.
        let _ = self.track.write_rtp(rtp::Packet { header, payload }).await;
    }
}

/// One of the streams from the peer.
struct Inbound {
    track: Arc<dyn TrackRemote>,
    ssrc: Option<u32>,
}

/// A peer connection with its streams and what it reports.
pub(super) struct Connected {
    pub(super) connection: Arc<dyn PeerConnection>,
    pub(super) audio: Outbound,
    pub(super) pictures: PerContent<Outbound>,
    pub(super) news: mpsc::Receiver<News>,
    pub(super) health: watch::Receiver<Health>,
    pub(super) key_frame_wanted: Arc<PerContent<Notify>>,
    pub(super) feedback: mpsc::Receiver<Vec<PacketReport>>,
}

pub(super) struct RtcTransport {
    rtc: Connected,
    bridges: Bridges,
    include_loopback: bool,
    own: Option<Fingerprint>,
    from_audio: Option<Inbound>,
    from: PerContent<Option<Inbound>>,
    /// Not adopted yet: that waits for the connection, and may be interrupted.
    arriving: VecDeque<Arc<dyn TrackRemote>>,
}

impl RtcTransport {
    pub(super) fn new(
        rtc: Connected,
        bridges: Bridges,
        include_loopback: bool,
        own: Option<Fingerprint>,
    ) -> Self {
        Self {
            rtc,
            bridges,
            include_loopback,
            own,
            from_audio: None,
            from: PerContent::default(),
            arriving: VecDeque::new(),
        }
    }

    /// A description as the peer may see it.
    fn tell(&self, sdp: &str) -> Secret {
        let shown = |line: &&str| !line.starts_with("a=candidate:") || self.may_be_told(line);
        Secret::from(sdp.split_inclusive('\n').filter(shown).collect::<String>())
    }

    fn may_be_told(&self, candidate: &str) -> bool {
        self.include_loopback || !is_loopback(candidate)
    }

    /// Reads which payload types were agreed on.
    async fn learn_payload_types(&mut self) {
        let PerContent { camera, screen } = &mut self.rtc.pictures;
        for outbound in [&mut self.rtc.audio, camera, screen] {
            if let Ok(parameters) = outbound.sender.get_parameters().await
                && let Some(codec) = parameters.rtp_parameters.codecs.first()
            {
                outbound.payload_type = codec.payload_type;
            }
        }
    }

    async fn answer(&mut self) -> Result<Secret, TransportError> {
        let answer = self.rtc.connection.create_answer(None).await.map_err(|_| TransportError::Broken)?;
        let sdp = self.tell(&answer.sdp);
        self.rtc.connection.set_local_description(answer).await.map_err(|_| TransportError::Broken)?;
        Ok(sdp)
    }

    /// Takes back the peer's offer, which may be half in effect.
    async fn reject(&mut self) -> TransportError {
        let Ok(rollback) = rollback() else { return TransportError::Broken };
        match self.rtc.connection.set_remote_description(rollback).await {
            Ok(()) => TransportError::Rejected,
            Err(_) => TransportError::Broken,
        }
    }

    async fn adopt(&mut self, track: Arc<dyn TrackRemote>) {
        let slot = match track.kind().await {
            RtpCodecKind::Audio => &mut self.from_audio,
            RtpCodecKind::Video => match self.content_of(&track).await {
                Some(content) => &mut self.from[content],
                // A section more than there are streams.
                None => return,
            },
            _ => return,
        };
        *slot = Some(Inbound { track, ssrc: None });
    }

    /// What a track shows: a section is one stream there and one back.
    async fn content_of(&self, track: &Arc<dyn TrackRemote>) -> Option<Content> {
        for transceiver in self.rtc.connection.get_transceivers().await {
            let Ok(Some(receiver)) = transceiver.receiver().await else { continue };
            if Arc::ptr_eq(receiver.track(), track) {
                let section: usize = receiver.id().into();
                let same =
                    |(_, outbound): &(Content, &Outbound)| usize::from(outbound.sender.id()) == section;
                return self.rtc.pictures.iter().find(same).map(|(content, _)| content);
            }
        }
        None
    }
}

#[async_trait]
impl Transport for RtcTransport {
    async fn offer(&mut self, ice_restart: bool) -> Result<Secret, TransportError> {
        let options = Some(RTCOfferOptions { ice_restart });
        let offer = self.rtc.connection.create_offer(options).await.map_err(|_| TransportError::Broken)?;
        let sdp = self.tell(&offer.sdp);
        self.rtc.connection.set_local_description(offer).await.map_err(|_| TransportError::Broken)?;
        Ok(sdp)
    }

    async fn rollback(&mut self) -> Result<(), TransportError> {
        self.rtc.connection.set_local_description(rollback()?).await.map_err(|_| TransportError::Broken)
    }

    async fn apply(&mut self, kind: DescriptionKind, sdp: Secret) -> Result<Option<Secret>, TransportError> {
        let sdp = sdp.into_inner();
        let answer = match kind {
            DescriptionKind::Offer => {
                let Ok(offer) = RTCSessionDescription::offer(sdp) else {
                    return Err(TransportError::Rejected);
                };
                if self.rtc.connection.set_remote_description(offer).await.is_err() {
                    return Err(self.reject().await);
                }
                Some(self.answer().await?)
            }
            DescriptionKind::Answer => {
                let answer = RTCSessionDescription::answer(sdp).map_err(|_| TransportError::Broken)?;
                self.rtc
                    .connection
                    .set_remote_description(answer)
                    .await
                    .map_err(|_| TransportError::Broken)?;
                None
            }
        };
        self.learn_payload_types().await;
        Ok(answer)
    }

    async fn add_candidate(&mut self, candidate: Candidate) {
        let Candidate { line, mid, index } = candidate;
        let init = RTCIceCandidateInit {
            candidate: line.into_inner(),
            sdp_mid: mid,
            sdp_mline_index: index,
            ..Default::default()
        };
        if self.rtc.connection.add_ice_candidate(init).await.is_err() {
            tracing::debug!("a candidate could not be used");
        }
    }

    async fn configure(&mut self, ice: &IceConfig) {
        let servers = self.bridges.servers(&ice.servers).await;
        // The certificate stays as it is.
        let settled = configuration(servers, ice.relay_only, Vec::new());
        if self.rtc.connection.set_configuration(settled).await.is_err() {
            tracing::debug!("the servers of a connection could not be changed");
        }
    }

    async fn send(&mut self, stream: Stream, payload: RtpPayload) {
        match stream {
            Stream::Audio => self.rtc.audio.send(payload).await,
            Stream::Pictures(content) | Stream::Padding(content) => {
                self.rtc.pictures[content].send(payload).await;
            }
        }
    }

    async fn pad(&mut self, content: Content) {
        let outbound = &mut self.rtc.pictures[content];
        // Empty, and of the last picture's time: receivers take it for padding, the border fills it.
        let timestamp = outbound.timestamp;
        outbound.send(RtpPayload { timestamp, marker: false, payload: Bytes::new() }).await;
    }

    async fn request(&mut self, content: Content, request: Request) {
        let Some(Inbound { track, ssrc: Some(media_ssrc) }) = &self.from[content] else { return };
        let (sender_ssrc, media_ssrc) = (self.rtc.pictures[content].ssrc, *media_ssrc);
        let packet: Box<dyn rtcp::Packet> = match request {
            Request::KeyFrame => Box::new(PictureLossIndication { sender_ssrc, media_ssrc }),
            Request::Packets(sequences) => {
                let nacks = nack_pairs_from_sequence_numbers(&sequences);
                Box::new(TransportLayerNack { sender_ssrc, media_ssrc, nacks })
            }
        };
        // Fails only when the connection has stopped, which `next` reports.
        let _ = track.write_rtcp(vec![packet]).await;
    }

    async fn ends(&mut self) -> Option<Ends> {
        let dtls = self.rtc.audio.sender.transport().await.ok()??;
        let certificates = dtls.get_remote_certificates().await.ok()?;
        Some(Ends { own: self.own?, peer: Fingerprint::of(certificates.first()?) })
    }

    async fn rtt(&mut self) -> Option<Duration> {
        let report = self.rtc.connection.get_stats(Instant::now(), StatsSelector::None).await;
        let measured = |entry: &RTCStatsReportEntry| match entry {
            RTCStatsReportEntry::IceCandidatePair(pair) if pair.nominated => {
                Some(pair.current_round_trip_time)
            }
            _ => None,
        };
        let seconds = report.iter().filter_map(measured).find(|seconds| *seconds > 0.0)?;
        Duration::try_from_secs_f64(seconds).ok()
    }

    async fn next(&mut self) -> TransportEvent {
        loop {
            while let Some(track) = self.arriving.front().cloned() {
                self.adopt(track).await;
                self.arriving.pop_front();
            }
            tokio::select! {
                changed = self.rtc.health.changed() => return match changed {
                    Ok(()) => TransportEvent::Health(*self.rtc.health.borrow_and_update()),
                    Err(_) => TransportEvent::Stopped,
                },
                news = self.rtc.news.recv() => match news {
                    Some(News::Candidate(candidate)) if self.may_be_told(candidate.line.expose()) => {
                        return TransportEvent::Candidate(candidate);
                    }
                    Some(News::Candidate(_)) => {}
                    Some(News::Track(track)) => self.arriving.push_back(track),
                    None => return TransportEvent::Stopped,
                },
                () = self.rtc.key_frame_wanted.camera.notified() => {
                    return TransportEvent::KeyFrameWanted(Content::Camera);
                }
                () = self.rtc.key_frame_wanted.screen.notified() => {
                    return TransportEvent::KeyFrameWanted(Content::Screen);
                }
                Some(reports) = self.rtc.feedback.recv() => return TransportEvent::Feedback(reports),
                // Carries no events; ends when the connection has stopped by itself.
                None = self.rtc.pictures.camera.track.poll() => return TransportEvent::Stopped,
                packet = receive(&mut self.from_audio) => return TransportEvent::Packet(Stream::Audio, packet),
                packet = receive(&mut self.from.camera) => {
                    return TransportEvent::Packet(Stream::Pictures(Content::Camera), packet);
                }
                packet = receive(&mut self.from.screen) => {
                    return TransportEvent::Packet(Stream::Pictures(Content::Screen), packet);
                }
            }
        }
    }

    async fn close(self: Box<Self>) {
        if self.rtc.connection.close().await.is_err() {
            tracing::debug!("a connection did not close cleanly");
        }
        self.bridges.close().await;
    }
}

/// The next packet of a stream; waits for ever when there is none, or none any more.
async fn receive(inbound: &mut Option<Inbound>) -> ReceivedRtp {
    loop {
        let Some(stream) = inbound else { return std::future::pending().await };
        match stream.track.poll().await {
            Some(TrackRemoteEvent::OnRtpPacket(packet)) => {
                stream.ssrc = Some(packet.header.ssrc);
                return ReceivedRtp {
                    sequence: packet.header.sequence_number,
                    timestamp: packet.header.timestamp,
                    marker: packet.header.marker,
                    payload: packet.payload,
                    arrived: Instant::now(),
                };
            }
            Some(_) => {}
            None => *inbound = None,
        }
    }
}

fn rollback() -> Result<RTCSessionDescription, TransportError> {
    RTCSessionDescription::rollback(None).map_err(|_| TransportError::Broken)
}
