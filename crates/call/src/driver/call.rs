//! The handle on a running call.

use super::event::CallEvent;
use super::fanout::Fanout;
use super::rtc::{Certificate, RtcConfig, Trust};
use super::stats::CallStats;
use super::task::CallTask;
use crate::core::{Input, LayerHeights, LayerRates, Mesh, content_of};
use consilium_media::audio::AudioInput;
use consilium_media::{EncodedAudio, EncodedVideo, lip_sync};
use consilium_model::{Content, Intent, PeerId};
use consilium_wire::room::{FromServer, Trouble};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

/// More signals of other participants than this do not wait. Those that are lost are made good by the negotiation;
/// what the room itself says is never dropped.
const MAX_WAITING_SIGNALS: usize = 1024;

/// How a call is set up.
#[derive(Clone, Debug)]
pub struct CallConfig {
    /// Offers loopback addresses too, for several participants on one machine.
    pub include_loopback: bool,
    /// Where to bind UDP sockets. An unspecified address stands for each interface of its family, looked up anew
    /// at every ICE restart; port 0 draws a port.
    pub bind: Vec<SocketAddr>,
    /// The layers of the capture.
    pub layers: LayerHeights,
    /// What the encoders of the capture are set to.
    pub rates: LayerRates,
    /// By what the others recognize this participant; `None` for one that is made for this call.
    pub certificate: Option<Certificate>,
    /// How TURN servers over TLS are trusted; `None` for what the operating system trusts.
    pub turn_tls: Option<Arc<rustls::ClientConfig>>,
}

impl Default for CallConfig {
    /// All interfaces, no loopback, three layers from 720 pixels down.
    fn default() -> Self {
        let any = [IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)];
        Self {
            include_loopback: false,
            bind: any.map(|ip| SocketAddr::new(ip, 0)).to_vec(),
            layers: LayerHeights::halving(720, 3),
            rates: LayerRates::default(),
            certificate: None,
            turn_tls: None,
        }
    }
}

/// An input on its way to the task, counted while it waits when another participant caused it.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) input: Input,
    pub(super) counted: Option<Arc<AtomicUsize>>,
}

/// A running call. Everything is switched off until [`Call::set_intent`]. Dropping it cancels the call without
/// waiting; [`Call::close`] waits.
#[derive(Debug)]
pub struct Call {
    inputs: mpsc::UnboundedSender<Waiting>,
    signals: Arc<AtomicUsize>,
    fanout: Arc<Fanout>,
    network: watch::Receiver<u64>,
    task: JoinHandle<()>,
    cancel: DropGuard,
}

/// Starts a call that has not entered its room yet, on the current tokio runtime.
pub fn start(config: CallConfig, events: mpsc::Sender<CallEvent>) -> Call {
    let (inputs, receiver) = mpsc::unbounded_channel();
    let cancel = CancellationToken::new();
    let fanout = Arc::new(Fanout::default());
    let CallConfig { include_loopback, bind, certificate, turn_tls, .. } = config;
    let certificate = certificate.or_else(|| Certificate::generate().ok());
    let rtc = RtcConfig { include_loopback, bind, certificate, trust: Trust::new(turn_tls) };
    let mesh = Mesh::with_rates(config.layers, config.rates);
    let (changes, network) = watch::channel(0);
    let task = CallTask::new(mesh, rtc, Arc::clone(&fanout), events, cancel.clone(), changes);
    let task = tokio::spawn(task.run(receiver));
    Call { inputs, signals: Arc::default(), fanout, network, task, cancel: cancel.drop_guard() }
}

impl Call {
    /// The room says something.
    pub fn room(&self, message: FromServer) {
        if !matches!(message, FromServer::Signal { .. }) {
            self.give(Input::Room(message));
        } else if self.signals.fetch_add(1, Ordering::Relaxed) < MAX_WAITING_SIGNALS {
            let counted = Some(Arc::clone(&self.signals));
            self.queue(Waiting { input: Input::Room(message), counted });
        } else {
            self.signals.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// The room's socket is lost. Media goes on while the seat is kept.
    pub fn room_lost(&self) {
        self.give(Input::RoomLost);
    }

    /// The user has moved a switch. What was switched off does not leave any more when this returns.
    pub fn set_intent(&self, intent: Intent) {
        self.fanout.gate.set_intent(intent);
        self.give(Input::Intent(intent));
    }

    /// The tile of a peer's camera or screen has this height now, in physical pixels; 0 when it is not seen. Until then
    /// a camera is sent for a tile of 360 pixels, and a screen is sent.
    pub fn wish(&self, peer: PeerId, content: Content, height: u16) {
        self.give(Input::Wish { peer, content, height });
    }

    /// The camera's capture has turned out to have layers of these sizes, at these rates: a camera may give less than was
    /// asked of it. As many as at the start; anything else is ignored.
    pub fn set_layers(&self, heights: LayerHeights, rates: LayerRates) {
        self.give(Input::Layers { heights, rates });
    }

    /// What this participant suffers from at its own end, or nothing any more: the others are told. Whoever calls this
    /// sees to it that it does not change all the time.
    pub fn tell_trouble(&self, trouble: Option<Trouble>) {
        self.give(Input::Trouble(trouble));
    }

    /// The machine has other network addresses now, or woke up. The call notices that itself within a second or two;
    /// somebody who knows sooner says so.
    pub fn network_changed(&self) {
        self.give(Input::NetworkChanged);
    }

    /// How many changes of the network the call has noticed itself. At each of them the room's socket may lead
    /// nowhere, over which the others are told where this participant is now: its owner should open a new one.
    pub fn network_changes(&self) -> watch::Receiver<u64> {
        self.network.clone()
    }

    /// The peer's pictures of this content cannot be decoded before a key frame.
    pub fn request_key_frame(&self, peer: &PeerId, content: Content) {
        self.fanout.request_key_frame(peer, content);
    }

    /// An own picture, in any layer, or of the screen ([`crate::core::SCREEN_LAYER`]). It goes to those who get that
    /// layer, if the latch is open.
    pub fn video(&self, frame: &EncodedVideo) {
        let content = content_of(frame.layer);
        for peer in self.fanout.video(frame) {
            self.give(Input::KeyFrameWanted { peer, content });
        }
    }

    /// Own sound. It goes to everybody, if the latch is open.
    pub fn audio(&self, sound: &EncodedAudio) {
        self.fanout.audio(sound);
    }

    /// Keeps a peer's sound and camera pictures together: whichever waits less is held back for the other
    /// ([`lip_sync`]). To be called now and then, a few times a second.
    pub fn keep_together(&self, peer: &PeerId, sound: &AudioInput) {
        let heard = sound.report().receiver.target_delay;
        let seen = self.fanout.align_pictures(peer, lip_sync::least_for_pictures(heard));
        sound.set_least_delay(lip_sync::least_for_sound(seen));
    }

    /// Counters up to now.
    pub fn stats(&self) -> CallStats {
        self.fanout.stats()
    }

    /// Ends the call and waits until every task has ended and every socket is closed. The room is not told.
    pub async fn close(self) {
        drop(self.cancel);
        if self.task.await.is_err() {
            tracing::error!("the call's task has panicked");
        }
    }

    fn give(&self, input: Input) {
        self.queue(Waiting { input, counted: None });
    }

    /// After the end of the task there is nobody to tell.
    fn queue(&self, waiting: Waiting) {
        let _ = self.inputs.send(waiting);
    }
}
