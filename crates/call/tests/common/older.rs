//! A participant from before screens, or a page with a camera and a microphone: its transport has two sections, and
//! it says nothing of screens. Made with the stack alone, so that nothing of our own transport is in it.

use super::room::TestRoom;
use consilium_model::{PeerId, Secret};
use consilium_wire::room::{DescriptionKind, FromClient, FromServer, Signal};
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MIME_TYPE_VP8, MediaEngine};
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCIceCandidateInit,
    RTCPeerConnectionIceEvent, RTCSessionDescription, SettingEngineBuilder,
};

/// The participant. It ends with [`Older::leave`].
pub struct Older {
    pub id: PeerId,
    heard: Arc<Mutex<Heard>>,
    connection: Arc<dyn PeerConnection>,
    room: JoinHandle<()>,
}

/// What it was offered and what came.
#[derive(Default)]
struct Heard {
    sections: usize,
    /// Packets of each stream, by its SSRC.
    packets: BTreeMap<(&'static str, u32), u64>,
}

struct Handler {
    room: TestRoom,
    own: PeerId,
    other: PeerId,
    heard: Arc<Mutex<Heard>>,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_candidate(&self, event: RTCPeerConnectionIceEvent) {
        let candidate = Secret::from(event.candidate.to_json().unwrap().candidate);
        let signal = Signal::Candidate { candidate, sdp_mid: None, sdp_m_line_index: Some(0) };
        self.room.take(&self.own, FromClient::Signal { to: self.other.clone(), signal });
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let heard = Arc::clone(&self.heard);
        tokio::spawn(async move {
            let kind = if track.kind().await == RtpCodecKind::Audio { "audio" } else { "video" };
            while let Some(event) = track.poll().await {
                if let TrackRemoteEvent::OnRtpPacket(packet) = event {
                    let mut heard = heard.lock().unwrap();
                    *heard.packets.entry((kind, packet.header.ssrc)).or_default() += 1;
                }
            }
        });
    }
}

impl Older {
    /// Enters the room of which `other` is, or will be, the only other participant. Whoever comes second offers.
    pub async fn join(room: &TestRoom, id: &str, other: &str) -> Self {
        let (id, other) = (PeerId::from(id), PeerId::from(other));
        let heard = Arc::<Mutex<Heard>>::default();
        let handler =
            Handler { room: room.clone(), own: id.clone(), other: other.clone(), heard: Arc::clone(&heard) };
        let connection = connection(handler).await;
        let (sender, mut socket) = mpsc::unbounded_channel();
        let tell = {
            let (room, id, other) = (room.clone(), id.clone(), other.clone());
            move |kind, sdp: String| {
                let signal = Signal::Description { kind, sdp: sdp.into() };
                room.take(&id, FromClient::Signal { to: other.clone(), signal });
            }
        };
        room.enter(&id, sender);
        let task = tokio::spawn({
            let (connection, heard) = (Arc::clone(&connection), Arc::clone(&heard));
            async move {
                while let Some(message) = socket.recv().await {
                    hear(message, connection.as_ref(), &heard, &tell).await;
                }
            }
        });
        Self { id, heard, connection, room: task }
    }

    /// Packets that have come, of each stream of a kind.
    pub fn came(&self, kind: &str) -> Vec<u64> {
        let heard = self.heard.lock().unwrap();
        heard.packets.iter().filter(|((of, _), _)| *of == kind).map(|(_, count)| *count).collect()
    }

    /// The sections of the last description it was given.
    pub fn sections(&self) -> usize {
        self.heard.lock().unwrap().sections
    }

    pub async fn leave(self) {
        self.room.abort();
        let _ = self.room.await;
        self.connection.close().await.unwrap();
    }
}

async fn hear(
    message: FromServer,
    connection: &dyn PeerConnection,
    heard: &Mutex<Heard>,
    tell: &(impl Fn(DescriptionKind, String) + Sync),
) {
    match message {
        FromServer::Welcome { peers, .. } if !peers.is_empty() => {
            let offer = connection.create_offer(None).await.unwrap();
            let sdp = offer.sdp.clone();
            connection.set_local_description(offer).await.unwrap();
            tell(DescriptionKind::Offer, sdp);
        }
        FromServer::Signal { signal: Signal::Description { kind, sdp }, .. } => {
            let sdp = sdp.into_inner();
            heard.lock().unwrap().sections = sdp.matches("\nm=").count();
            if kind == DescriptionKind::Answer {
                let answer = RTCSessionDescription::answer(sdp).unwrap();
                connection.set_remote_description(answer).await.unwrap();
                return;
            }
            let offer = RTCSessionDescription::offer(sdp).unwrap();
            connection.set_remote_description(offer).await.unwrap();
            let answer = connection.create_answer(None).await.unwrap();
            let sdp = answer.sdp.clone();
            connection.set_local_description(answer).await.unwrap();
            tell(DescriptionKind::Answer, sdp);
        }
        FromServer::Signal { signal: Signal::Candidate { candidate, .. }, .. } => {
            let candidate = candidate.into_inner();
            let sdp_mline_index = Some(0);
            let init = RTCIceCandidateInit { candidate, sdp_mline_index, ..Default::default() };
            let _ = connection.add_ice_candidate(init).await;
        }
        _ => {}
    }
}

async fn connection(handler: Handler) -> Arc<dyn PeerConnection> {
    let mut engine = MediaEngine::default();
    let codecs = [codec(MIME_TYPE_OPUS, 48_000, 2, 111), codec(MIME_TYPE_VP8, 90_000, 0, 96)];
    let kinds = [RtpCodecKind::Audio, RtpCodecKind::Video];
    for (codec, kind) in codecs.iter().zip(kinds) {
        engine.register_codec(codec.clone(), kind).unwrap();
    }
    let settings = SettingEngineBuilder::new()
        .with_multicast_dns_mode(rtc::ice::mdns::MulticastDnsMode::Disabled)
        .with_include_loopback_candidate(true)
        .build();
    let builder = PeerConnectionBuilder::new()
        .with_media_engine(engine)
        .with_setting_engine(settings)
        .with_handler(Arc::new(handler))
        .with_udp_addrs(vec!["127.0.0.1:0"]);
    let connection = Box::pin(builder.build()).await.unwrap();
    for (number, (codec, kind)) in codecs.into_iter().zip(kinds).enumerate() {
        let coding = RTCRtpEncodingParameters {
            rtp_coding_parameters: RTCRtpCodingParameters {
                ssrc: Some(100 + number as u32),
                ..Default::default()
            },
            codec: codec.rtp_codec,
            ..Default::default()
        };
        let track =
            MediaStreamTrack::new("s".into(), format!("{kind}"), kind.to_string(), kind, vec![coding]);
        let track: Arc<dyn TrackLocal> = Arc::new(TrackLocalStaticRTP::new(track));
        connection.add_track(track).await.unwrap();
    }
    Arc::new(connection)
}

fn codec(mime_type: &str, clock_rate: u32, channels: u16, payload_type: u8) -> RTCRtpCodecParameters {
    let mime_type = mime_type.to_owned();
    let rtp_codec = RTCRtpCodec { mime_type, clock_rate, channels, ..Default::default() };
    RTCRtpCodecParameters { rtp_codec, payload_type }
}
