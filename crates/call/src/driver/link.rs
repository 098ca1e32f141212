//! The task of one transport: does its jobs in order, sends what waits in its lane, puts received pictures together.
//! How much is sent, and when, is in [`super::sender`].

use super::event::CallEvent;
use super::lane::{Lane, Outgoing};
use super::rtc::{self, RtcConfig};
use super::sender::Sender;
use super::task::sleep_until;
use super::transport::{Request, Stream, Transport, TransportError, TransportEvent};
use crate::core::estimate::PacketReport;
use crate::core::{Candidate, Health, IceConfig, Input, LinkEvent, LinkId};
use consilium_media::video::{ReceiverConfig, VideoEvent, VideoReceiver};
use consilium_media::{EncodedVideo, ReceivedRtp};
use consilium_model::{PeerId, Secret};
use consilium_wire::room::DescriptionKind;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// How often the round trip is read.
const RTT_INTERVAL: Duration = Duration::from_secs(1);

/// What a transport is told to do.
#[derive(Debug)]
pub(super) enum Job {
    Offer { ice_restart: bool },
    Rollback,
    Apply { kind: DescriptionKind, sdp: Secret },
    AddCandidate(Candidate),
    Configure(IceConfig),
}

/// Who a transport's task works for.
pub(super) struct LinkTask {
    pub(super) peer: PeerId,
    pub(super) link: LinkId,
    pub(super) lane: Arc<Lane>,
    pub(super) events: mpsc::Sender<CallEvent>,
    pub(super) reports: mpsc::Sender<Input>,
}

/// A transport at work.
struct Running {
    task: LinkTask,
    transport: Box<dyn Transport>,
    sender: Sender,
    receiver: VideoReceiver,
    /// The owner missed a picture: what follows is of no use to it before a key frame.
    owner_needs_key: bool,
    connected: bool,
    started: Instant,
}

impl LinkTask {
    /// Runs until it is cancelled. A transport that cannot be made or breaks is reported, and closed by the core.
    pub(super) async fn run(
        self,
        config: RtcConfig,
        ice: IceConfig,
        mut jobs: mpsc::Receiver<Job>,
        queue: mpsc::Receiver<Outgoing>,
        cancel: CancellationToken,
    ) {
        let started = Instant::now();
        self.lane.counters.transports.one();
        // Not cancelled half-way: a connection that nobody closes would keep its sockets.
        let made = rtc::connect(&config, &ice, Arc::clone(&self.lane)).await;
        let Ok(transport) = made else {
            self.report(LinkEvent::Broken).await;
            return;
        };
        let mut running = Running {
            sender: Sender::new(Arc::clone(&self.lane)),
            task: self,
            transport,
            receiver: VideoReceiver::new(ReceiverConfig::default()),
            owner_needs_key: false,
            connected: false,
            started,
        };
        tokio::select! {
            () = cancel.cancelled() => {}
            () = running.work(&mut jobs, queue) => cancel.cancelled().await,
        }
        running.transport.close().await;
    }

    async fn report(&self, event: LinkEvent) {
        let input = Input::Link { peer: self.peer.clone(), link: self.link, event };
        // After the end of the call there is nobody to tell.
        let _ = self.reports.send(input).await;
    }
}

impl Running {
    /// Until the transport breaks.
    async fn work(&mut self, jobs: &mut mpsc::Receiver<Job>, mut queue: mpsc::Receiver<Outgoing>) {
        let mut rtt = tokio::time::interval(RTT_INTERVAL);
        rtt.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let lane = Arc::clone(&self.task.lane);
        loop {
            let timeout = self.receiver.next_timeout();
            let departure = self.sender.next_timeout();
            let alive = tokio::select! {
                Some(job) = jobs.recv() => self.job(job).await,
                event = self.transport.next() => self.event(event).await,
                Some(outgoing) = queue.recv() => self.send(outgoing).await,
                () = sleep_until(departure) => self.depart().await,
                () = sleep_until(timeout) => self.drain(Instant::now()).await,
                () = lane.key_frame.notified() => self.request(Request::KeyFrame).await,
                _ = rtt.tick(), if self.connected => self.measure().await,
            };
            if alive.is_err() {
                self.task.report(LinkEvent::Broken).await;
                return;
            }
        }
    }

    async fn job(&mut self, job: Job) -> Result<(), TransportError> {
        match job {
            Job::Offer { ice_restart } => {
                let sdp = self.transport.offer(ice_restart).await?;
                self.task.report(LinkEvent::Described { kind: DescriptionKind::Offer, sdp }).await;
            }
            Job::Rollback => self.transport.rollback().await?,
            Job::Apply { kind, sdp } => match self.transport.apply(kind, sdp).await {
                Ok(None) => {}
                Ok(Some(sdp)) => {
                    self.task.report(LinkEvent::Described { kind: DescriptionKind::Answer, sdp }).await;
                }
                Err(TransportError::Rejected) => self.task.report(LinkEvent::Rejected).await,
                Err(TransportError::Broken) => return Err(TransportError::Broken),
            },
            Job::AddCandidate(candidate) => self.transport.add_candidate(candidate).await,
            Job::Configure(ice) => self.transport.configure(&ice).await,
        }
        Ok(())
    }

    async fn event(&mut self, event: TransportEvent) -> Result<(), TransportError> {
        match event {
            TransportEvent::Candidate(candidate) => self.task.report(LinkEvent::Candidate(candidate)).await,
            TransportEvent::Health(health) => self.health(health).await,
            TransportEvent::KeyFrameWanted => self.task.report(LinkEvent::KeyFrameWanted).await,
            TransportEvent::Packet(Stream::Audio, packet) => self.audio(packet),
            TransportEvent::Packet(_, packet) => return self.video(packet).await,
            TransportEvent::Feedback(reports) => return self.feedback(&reports).await,
            TransportEvent::Stopped => return Err(TransportError::Broken),
        }
        Ok(())
    }

    async fn health(&mut self, health: Health) {
        self.connected = health == Health::Connected;
        if self.connected {
            self.sender.new_route();
        }
        if self.connected && self.task.lane.counters.connected_micros.get() == 0 {
            let micros = self.started.elapsed().as_micros().try_into().unwrap_or(u64::MAX);
            self.task.lane.counters.connected_micros.set(micros);
        }
        self.task.report(LinkEvent::Health(health)).await;
    }

    async fn send(&mut self, outgoing: Outgoing) -> Result<(), TransportError> {
        let now = Instant::now();
        match outgoing {
            Outgoing::Audio(payload) => self.sender.sound(now, payload, self.transport.as_mut()).await,
            Outgoing::Video(picture) => {
                if self.sender.picture(now, picture) {
                    self.task.report(LinkEvent::KeyFrameWanted).await;
                }
            }
        }
        self.depart().await
    }

    async fn depart(&mut self) -> Result<(), TransportError> {
        self.sender.depart(self.transport.as_mut()).await;
        Ok(())
    }

    async fn feedback(&mut self, reports: &[PacketReport]) -> Result<(), TransportError> {
        self.sender.report(Instant::now(), reports);
        self.tell_estimate().await;
        self.depart().await
    }

    async fn tell_estimate(&mut self) {
        if let Some(rate) = self.sender.estimate() {
            self.task.report(LinkEvent::Carries(rate)).await;
        }
    }

    fn audio(&mut self, packet: ReceivedRtp) {
        let counters = &self.task.lane.counters;
        counters.audio_received.one();
        counters.bytes_received.add(packet.payload.len() as u64);
        let event = CallEvent::Audio { peer: self.task.peer.clone(), packet };
        if self.task.events.try_send(event).is_err() {
            counters.events_dropped.one();
        }
    }

    async fn video(&mut self, packet: ReceivedRtp) -> Result<(), TransportError> {
        let counters = &self.task.lane.counters;
        counters.video_received.one();
        counters.bytes_received.add(packet.payload.len() as u64);
        let arrived = packet.arrived;
        self.receiver.push(packet);
        self.drain(arrived).await
    }

    async fn drain(&mut self, now: Instant) -> Result<(), TransportError> {
        while let Some(event) = self.receiver.poll(now) {
            match event {
                VideoEvent::Frame(frame) => self.frame(frame),
                VideoEvent::Nack(sequences) => self.request(Request::Packets(sequences)).await?,
                VideoEvent::KeyFrameNeeded => self.request(Request::KeyFrame).await?,
            }
        }
        Ok(())
    }

    fn frame(&mut self, frame: EncodedVideo) {
        let counters = &self.task.lane.counters;
        counters.frames_received.one();
        counters.key_frames_received.add(frame.key.into());
        let droppable = frame.temporal > 0;
        if self.owner_needs_key && !frame.key {
            counters.events_dropped.one();
            return;
        }
        let event = CallEvent::Video { peer: self.task.peer.clone(), frame };
        self.owner_needs_key = match self.task.events.try_send(event) {
            Ok(()) => false,
            Err(_) => {
                counters.events_dropped.one();
                !droppable
            }
        };
        if self.owner_needs_key {
            self.task.lane.key_frame.notify_one();
        }
    }

    async fn request(&mut self, request: Request) -> Result<(), TransportError> {
        let counters = &self.task.lane.counters;
        match &request {
            Request::Packets(sequences) => counters.nacks_sent.add(sequences.len() as u64),
            Request::KeyFrame => counters.plis_sent.one(),
        }
        self.transport.request(request).await;
        Ok(())
    }

    async fn measure(&mut self) -> Result<(), TransportError> {
        if let Some(rtt) = self.transport.rtt().await {
            self.receiver.set_rtt(rtt);
            self.sender.set_rtt(rtt);
            let micros = u64::try_from(rtt.as_micros()).unwrap_or(u64::MAX);
            self.task.lane.counters.rtt_micros.set(micros.max(1));
        }
        self.sender.check(Instant::now());
        self.tell_estimate().await;
        Ok(())
    }
}
