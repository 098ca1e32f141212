//! The task of one transport: does its jobs in order, sends what waits in its lane, puts received pictures together.
//! How much is sent, and when, is in [`super::sender`].

use super::event::CallEvent;
use super::lane::{Lane, Outgoing};
use super::losses::Losses;
use super::rtc::{self, RtcConfig};
use super::sender::Sender;
use super::task::sleep_until;
use super::transport::{Request, Stream, Transport, TransportError, TransportEvent};
use crate::core::estimate::PacketReport;
use crate::core::{Candidate, Health, IceConfig, Input, LinkEvent, LinkId, PerContent};
use consilium_media::video::{ReceiverConfig, VideoEvent, VideoReceiver};
use consilium_media::{EncodedVideo, ReceivedRtp};
use consilium_model::{Content, PeerId, Secret};
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
    streams: PerContent<Incoming>,
    losses: Losses,
    /// What was counted of the freezes so far.
    frozen_ms: u64,
    connected: bool,
    started: Instant,
}

/// One stream of pictures from the peer.
struct Incoming {
    receiver: VideoReceiver,
    /// The owner missed a picture: what follows is of no use to it before a key frame.
    owner_needs_key: bool,
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
            streams: PerContent::of(|_| Incoming {
                receiver: VideoReceiver::new(ReceiverConfig::default()),
                owner_needs_key: false,
            }),
            losses: Losses::default(),
            frozen_ms: 0,
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
            let due = self.streams.iter().filter_map(|(_, stream)| stream.receiver.next_timeout()).min();
            let departure = self.sender.next_timeout();
            let alive = tokio::select! {
                Some(job) = jobs.recv() => self.job(job).await,
                event = self.transport.next() => self.event(event).await,
                Some(outgoing) = queue.recv() => self.send(outgoing).await,
                () = sleep_until(departure) => self.depart().await,
                () = sleep_until(due) => self.drain_all().await,
                () = lane.key_frame.camera.notified() => self.request(Content::Camera, Request::KeyFrame).await,
                () = lane.key_frame.screen.notified() => self.request(Content::Screen, Request::KeyFrame).await,
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
            TransportEvent::KeyFrameWanted(content) => {
                self.task.report(LinkEvent::KeyFrameWanted(content)).await;
            }
            // Nobody has a right to it, on one of the sides.
            TransportEvent::Packet(stream, _) if !self.task.lane.takes(stream) => {
                self.task.lane.counters.packets_refused.one();
            }
            TransportEvent::Packet(Stream::Audio, packet) => self.audio(packet),
            TransportEvent::Packet(Stream::Pictures(content) | Stream::Padding(content), packet) => {
                return self.video(content, packet).await;
            }
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
        if self.connected {
            self.tell_ends().await;
        }
        self.task.report(LinkEvent::Health(health)).await;
    }

    /// Before anybody believes that it is connected.
    async fn tell_ends(&mut self) {
        let mut seed = [0; 32];
        if let Some(ends) = self.transport.ends().await
            && getrandom::fill(&mut seed).is_ok()
        {
            self.task.report(LinkEvent::Secured { ends, seed: Secret::new(seed) }).await;
        }
    }

    async fn send(&mut self, outgoing: Outgoing) -> Result<(), TransportError> {
        let now = Instant::now();
        match outgoing {
            Outgoing::Audio(payload) => self.sender.sound(now, payload, self.transport.as_mut()).await,
            Outgoing::Video(picture) => {
                let content = picture.content;
                if self.sender.picture(now, picture) {
                    self.task.report(LinkEvent::KeyFrameWanted(content)).await;
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
        let lost = reports.iter().filter(|report| report.arrived.is_none()).count();
        self.losses.told(reports.len(), lost);
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
        self.losses.heard(packet.sequence);
        counters.bytes_received.add(packet.payload.len() as u64);
        let event = CallEvent::Audio { peer: self.task.peer.clone(), packet };
        if self.task.events.try_send(event).is_err() {
            counters.events_dropped.one();
        }
    }

    async fn video(&mut self, content: Content, packet: ReceivedRtp) -> Result<(), TransportError> {
        let counters = &self.task.lane.counters;
        counters.video_received.one();
        counters.screen_received.add((content == Content::Screen).into());
        counters.bytes_received.add(packet.payload.len() as u64);
        let arrived = packet.arrived;
        self.streams[content].receiver.push(packet);
        self.drain(content, arrived).await
    }

    async fn drain_all(&mut self) -> Result<(), TransportError> {
        let now = Instant::now();
        self.drain(Content::Camera, now).await?;
        self.drain(Content::Screen, now).await
    }

    async fn drain(&mut self, content: Content, now: Instant) -> Result<(), TransportError> {
        while let Some(event) = self.streams[content].receiver.poll(now) {
            match event {
                VideoEvent::Frame(frame) => self.frame(content, frame),
                VideoEvent::Nack(sequences) => self.request(content, Request::Packets(sequences)).await?,
                VideoEvent::KeyFrameNeeded => self.request(content, Request::KeyFrame).await?,
            }
        }
        Ok(())
    }

    fn frame(&mut self, content: Content, frame: EncodedVideo) {
        let counters = &self.task.lane.counters;
        counters.frames_received.one();
        counters.screen_frames_received.add((content == Content::Screen).into());
        counters.key_frames_received.add(frame.key.into());
        let droppable = frame.temporal > 0;
        let owner_needs_key = &mut self.streams[content].owner_needs_key;
        if *owner_needs_key && !frame.key {
            counters.events_dropped.one();
            return;
        }
        let event = CallEvent::Video { peer: self.task.peer.clone(), content, frame };
        *owner_needs_key = match self.task.events.try_send(event) {
            Ok(()) => false,
            Err(_) => {
                counters.events_dropped.one();
                !droppable
            }
        };
        if *owner_needs_key {
            self.task.lane.key_frame[content].notify_one();
        }
    }

    async fn request(&mut self, content: Content, request: Request) -> Result<(), TransportError> {
        let counters = &self.task.lane.counters;
        match &request {
            Request::Packets(sequences) => counters.nacks_sent.add(sequences.len() as u64),
            Request::KeyFrame => counters.plis_sent.one(),
        }
        self.transport.request(content, request).await;
        Ok(())
    }

    /// How well packets come, and what follows for the pictures.
    fn count(&mut self) {
        let (lane, camera) = (&self.task.lane, &mut self.streams.camera.receiver);
        camera.set_least_delay(lane.least_picture_delay());
        let camera = &self.streams.camera.receiver;
        lane.counters.playout_delay_ms.set(u64::try_from(camera.delay().as_millis()).unwrap_or(u64::MAX));
        lane.counters.frozen_ms.add(camera.stats().frozen_ms.saturating_sub(self.frozen_ms));
        self.frozen_ms = camera.stats().frozen_ms;
        let pictures = self.streams.iter().map(|(_, stream)| stream.receiver.stats());
        lane.counters.lost_permille.set(self.losses.here(pictures));
        lane.counters.undelivered_permille.set(self.losses.there());
    }

    async fn measure(&mut self) -> Result<(), TransportError> {
        if let Some(rtt) = self.transport.rtt().await {
            self.streams.camera.receiver.set_rtt(rtt);
            self.streams.screen.receiver.set_rtt(rtt);
            self.sender.set_rtt(rtt);
            let micros = u64::try_from(rtt.as_micros()).unwrap_or(u64::MAX);
            self.task.lane.counters.rtt_micros.set(micros.max(1));
        }
        self.sender.check(Instant::now());
        self.count();
        self.tell_estimate().await;
        Ok(())
    }
}
