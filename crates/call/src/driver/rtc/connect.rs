//! Makes a peer connection with three sections in both directions: sound, the camera, the screen.
//!
//! Which section is which follows from the order alone: the first section for pictures is the camera's, the second the
//! screen's, whoever offers and whatever the sections are called. A peer that offers only two gets two back, and has no
//! place for a screen.

use super::super::lane::Lane;
use super::super::transport::{Transport, TransportError};
use super::border::{Border, SLOT, Ssrcs};
use super::certificate::Certificate;
use super::handler::{Handler, NEWS};
use super::transport::{Connected, Outbound, RtcTransport};
use super::turn::{Bridges, Trust};
use crate::core::{Health, IceConfig, PerContent};
use ::rtc::interceptor::{NackResponderBuilder, Registry, Slot};
use ::rtc::media_stream::MediaStreamTrack;
use ::rtc::peer_connection::certificate::RTCCertificate;
use ::rtc::peer_connection::configuration::interceptor_registry::{configure_rtcp_reports, configure_twcc};
use ::rtc::peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MIME_TYPE_VP8, MediaEngine};
use ::rtc::rtp_transceiver::rtp_sender::{
    RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters,
    RtpCodecKind,
};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};
use webrtc::error::Error;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionBuilder, RTCConfiguration, RTCConfigurationBuilder, RTCIceServer,
    RTCIceTransportPolicy, SettingEngine, SettingEngineBuilder,
};

/// Silence for this long is a lost way; and this long after that there is none. Checks keep an idle way open.
const DISCONNECTED_AFTER: Duration = Duration::from_secs(3);
const FAILED_AFTER: Duration = Duration::from_secs(15);
const KEEP_ALIVE: Duration = Duration::from_secs(1);
/// Where only relays may be used there is nothing better to wait for than a relay over UDP.
const RELAY_PATIENCE: Duration = Duration::from_millis(750);

/// A packet that is sent again keeps its number and gets another header extension. AES-GCM would use one nonce for
/// both, and whoever sees that can forge packets (RFC 7714, section 8.4); with HMAC nothing is learned from it.
const CIPHER: SrtpProtectionProfile = SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80;

/// Where peer connections bind.
#[derive(Clone, Debug)]
pub(in super::super) struct RtcConfig {
    pub(in super::super) include_loopback: bool,
    pub(in super::super) bind: Vec<SocketAddr>,
    /// The own one; without it each connection makes one, and there are no safety words.
    pub(in super::super) certificate: Option<Certificate>,
    /// Of TURN servers over TLS.
    pub(in super::super) trust: Trust,
}

/// Makes a transport.
pub(in super::super) async fn connect(
    config: &RtcConfig,
    ice: &IceConfig,
    lane: Arc<Lane>,
) -> Result<Box<dyn Transport>, TransportError> {
    let mut bridges = Bridges::new(config.trust.clone());
    let servers = bridges.servers(&ice.servers).await;
    let addresses = addresses(config, !bridges.is_empty());
    let certificates = config.certificate.iter().map(|certificate| certificate.rtc.clone()).collect();
    let settled = configuration(servers, ice.relay_only, certificates);
    let settings = settings(config.include_loopback, ice.relay_only);
    // The stack's set-up future is about 20 kB.
    match Box::pin(build(addresses, settled, settings, lane)).await {
        Ok(connected) => {
            let own = config.certificate.as_ref().map(Certificate::fingerprint);
            Ok(Box::new(RtcTransport::new(connected, bridges, config.include_loopback, own)))
        }
        Err(error) => {
            tracing::warn!(kind = error_kind(&error), "a peer connection could not be made");
            bridges.close().await;
            Err(TransportError::Broken)
        }
    }
}

async fn build(
    addresses: Vec<SocketAddr>,
    configuration: RTCConfiguration,
    settings: SettingEngine,
    lane: Arc<Lane>,
) -> Result<Connected, Error> {
    let key_frame_wanted = Arc::<PerContent<Notify>>::default();
    let mut engine = media_engine()?;
    let ssrcs = Ssrcs { audio: random()?, camera: random()?, screen: random()? };
    let (feedback_sender, feedback) = mpsc::channel(NEWS);
    let border = Border::new(lane, ssrcs, Arc::clone(&key_frame_wanted), feedback_sender);
    let registry = registry(&mut engine, border)?;
    let (news_sender, news) = mpsc::channel(NEWS);
    let (health_sender, health) = watch::channel(Health::Connecting);
    let handler = Handler { news: news_sender, health: health_sender };
    let builder = PeerConnectionBuilder::new()
        .with_configuration(configuration)
        .with_media_engine(engine)
        .with_setting_engine(settings)
        .with_interceptor_registry(registry)
        .with_handler(Arc::new(handler))
        .with_udp_addrs(addresses);
    let connection: Arc<dyn PeerConnection> = Arc::new(Box::pin(builder.build()).await?);
    match outbounds(connection.as_ref(), ssrcs).await {
        Ok((audio, pictures)) => {
            Ok(Connected { connection, audio, pictures, news, health, key_frame_wanted, feedback })
        }
        Err(error) => {
            let _ = connection.close().await;
            Err(error)
        }
    }
}

/// Adds the streams, in the order of their sections.
async fn outbounds(
    connection: &dyn PeerConnection,
    ssrcs: Ssrcs,
) -> Result<(Outbound, PerContent<Outbound>), Error> {
    let audio = outbound(connection, opus(), RtpCodecKind::Audio, ssrcs.audio).await?;
    let camera = outbound(connection, vp8(), RtpCodecKind::Video, ssrcs.camera).await?;
    let screen = outbound(connection, vp8(), RtpCodecKind::Video, ssrcs.screen).await?;
    Ok((audio, PerContent { camera, screen }))
}

/// What may be said of an error: its variant. Its text may hold addresses.
fn error_kind(error: &Error) -> String {
    format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// The bridges to TURN servers are talked to from the loopback interface: not every system lets others reach it.
fn addresses(config: &RtcConfig, bridged: bool) -> Vec<SocketAddr> {
    let mut addresses = config.bind.clone();
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    if (config.include_loopback || bridged) && !addresses.contains(&loopback) {
        addresses.push(loopback);
    }
    addresses
}

fn settings(include_loopback: bool, relay_only: bool) -> SettingEngine {
    SettingEngineBuilder::new()
        .with_multicast_dns_mode(::rtc::ice::mdns::MulticastDnsMode::Disabled)
        .with_include_loopback_candidate(include_loopback)
        .with_discard_local_candidates_during_ice_restart(true)
        .with_relay_acceptance_min_wait(relay_only.then_some(RELAY_PATIENCE))
        .with_ice_timeouts(Some(DISCONNECTED_AFTER), Some(FAILED_AFTER), Some(KEEP_ALIVE))
        .with_srtp_protection_profiles(vec![CIPHER])
        .build()
}

pub(super) fn configuration(
    servers: Vec<RTCIceServer>,
    relay_only: bool,
    certificates: Vec<RTCCertificate>,
) -> RTCConfiguration {
    let policy = if relay_only { RTCIceTransportPolicy::Relay } else { RTCIceTransportPolicy::All };
    RTCConfigurationBuilder::new()
        .with_ice_servers(servers)
        .with_ice_transport_policy(policy)
        .with_certificates(certificates)
        .build()
}

fn registry(engine: &mut MediaEngine, border: Border) -> Result<Registry, Error> {
    let registry = configure_twcc(Registry::new(), engine)?;
    Ok(configure_rtcp_reports(registry)
        .with(Slot::NackResponder, NackResponderBuilder::new().build())
        .with(Slot::from(SLOT), border))
}

fn media_engine() -> Result<MediaEngine, Error> {
    let mut engine = MediaEngine::default();
    engine.register_codec(opus(), RtpCodecKind::Audio)?;
    engine.register_codec(vp8(), RtpCodecKind::Video)?;
    Ok(engine)
}

/// Opus with in-band FEC (RFC 7587).
fn opus() -> RTCRtpCodecParameters {
    RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: MIME_TYPE_OPUS.to_owned(),
            clock_rate: 48_000,
            channels: 2,
            sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
            rtcp_feedback: vec![],
        },
        payload_type: 111,
    }
}

/// VP8 (RFC 7741) with NACK, PLI (RFC 4585) and FIR (RFC 5104).
fn vp8() -> RTCRtpCodecParameters {
    let feedback =
        |typ: &str, parameter: &str| RTCPFeedback { typ: typ.to_owned(), parameter: parameter.to_owned() };
    RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: MIME_TYPE_VP8.to_owned(),
            clock_rate: 90_000,
            channels: 0,
            sdp_fmtp_line: String::new(),
            rtcp_feedback: vec![feedback("nack", ""), feedback("nack", "pli"), feedback("ccm", "fir")],
        },
        payload_type: 96,
    }
}

/// Adds a stream that sends and receives. Its names are drawn anew, so that nothing links two calls.
async fn outbound(
    connection: &dyn PeerConnection,
    codec: RTCRtpCodecParameters,
    kind: RtpCodecKind,
    ssrc: u32,
) -> Result<Outbound, Error> {
    let coding = RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(ssrc), ..Default::default() },
        codec: codec.rtp_codec,
        ..Default::default()
    };
    let track_id = format!("{kind}-{:08x}", random()?);
    let track = MediaStreamTrack::new("call".to_owned(), track_id, kind.to_string(), kind, vec![coding]);
    let track = Arc::new(TrackLocalStaticRTP::new(track));
    let sender = connection.add_track(Arc::clone(&track) as Arc<dyn TrackLocal>).await?;
    let sequence = (random()? >> 16) as u16;
    Ok(Outbound { track, sender, ssrc, payload_type: codec.payload_type, sequence, timestamp: 0 })
}

fn random() -> Result<u32, Error> {
    getrandom::u32().map_err(|_| Error::Other("no randomness".to_owned()))
}
