//! The task of a call: feeds the core, carries out its effects, owns the peers' tasks.

use super::call::Waiting;
use super::event::CallEvent;
use super::fanout::Fanout;
use super::lane::Lane;
use super::link::{Job, LinkTask};
use super::network::Network;
use super::outbox::Outbox;
use super::rtc::RtcConfig;
use crate::core::{Effect, IceConfig, Input, LinkEvent, LinkId, Mesh, PeerView};
use consilium_model::{Intent, PeerId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use tokio::sync::{mpsc, watch};
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// Jobs that wait for a transport. More means that it hangs.
const JOBS: usize = 256;
/// Reports that wait for the core.
const REPORTS: usize = 256;

pub(super) struct CallTask {
    mesh: Mesh,
    rtc: RtcConfig,
    fanout: Arc<Fanout>,
    events: mpsc::Sender<CallEvent>,
    cancel: CancellationToken,
    outbox: Outbox,
    links: BTreeMap<PeerId, LinkHandle>,
    tasks: JoinSet<()>,
    /// Whose task is whose, to tell a panic from an end.
    owners: HashMap<Id, (PeerId, LinkId)>,
    reports: mpsc::Sender<Input>,
    incoming: mpsc::Receiver<Input>,
    network: Network,
    network_changes: watch::Sender<u64>,
}

/// What the call keeps of a peer's task.
struct LinkHandle {
    link: LinkId,
    jobs: mpsc::Sender<Job>,
    lane: Arc<Lane>,
    cancel: CancellationToken,
}

impl CallTask {
    pub(super) fn new(
        mesh: Mesh,
        rtc: RtcConfig,
        fanout: Arc<Fanout>,
        events: mpsc::Sender<CallEvent>,
        cancel: CancellationToken,
        network_changes: watch::Sender<u64>,
    ) -> Self {
        let (reports, incoming) = mpsc::channel(REPORTS);
        Self {
            mesh,
            rtc,
            fanout,
            events,
            cancel,
            outbox: Outbox::default(),
            links: BTreeMap::new(),
            tasks: JoinSet::new(),
            owners: HashMap::new(),
            reports,
            incoming,
            network: Network::new(),
            network_changes,
        }
    }

    pub(super) async fn run(mut self, mut inputs: mpsc::UnboundedReceiver<Waiting>) {
        while let Some(input) = self.next(&mut inputs).await {
            self.mesh.handle(Instant::now(), input);
            self.fanout.gate.set_latch(self.mesh.allows());
            while let Some(effect) = self.mesh.poll() {
                self.carry_out(effect);
            }
        }
        self.end().await;
    }

    /// The next input; `None` at the end of the call.
    async fn next(&mut self, inputs: &mut mpsc::UnboundedReceiver<Waiting>) -> Option<Input> {
        let (cancel, events) = (self.cancel.clone(), self.events.clone());
        loop {
            let timeout = self.mesh.next_timeout();
            tokio::select! {
                () = cancel.cancelled() => return None,
                permit = events.reserve(), if !self.outbox.is_empty() => match (permit, self.outbox.pop()) {
                    (Ok(permit), Some(event)) => permit.send(event),
                    (Ok(_), None) => {}
                    (Err(_), _) => return None,
                },
                waiting = inputs.recv() => {
                    let Waiting { input, counted } = waiting?;
                    if let Some(signals) = counted {
                        signals.fetch_sub(1, Ordering::Relaxed);
                    }
                    return Some(input);
                }
                Some(report) = self.incoming.recv() => return Some(report),
                Some(ended) = self.tasks.join_next_with_id() => {
                    if let Some(input) = self.reap(ended) {
                        return Some(input);
                    }
                }
                () = self.network.changed() => {
                    tracing::info!("the network has changed");
                    self.network_changes.send_modify(|changes| *changes += 1);
                    return Some(Input::NetworkChanged);
                }
                () = sleep_until(timeout) => return Some(Input::Timeout),
            }
        }
    }

    /// A task that panicked leaves its peer without a transport; one that ended was told to.
    fn reap(&mut self, ended: Result<(Id, ()), JoinError>) -> Option<Input> {
        let id = match &ended {
            Ok((id, ())) => *id,
            Err(error) => error.id(),
        };
        let (peer, link) = self.owners.remove(&id)?;
        let panicked = ended.is_err_and(|error| error.is_panic());
        panicked.then(|| {
            tracing::error!("a peer's task has panicked");
            Input::Link { peer, link, event: LinkEvent::Broken }
        })
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Send(message) => self.outbox.push(CallEvent::ToRoom(message)),
            Effect::AudioOnly(on) => self.outbox.push(CallEvent::AudioOnly(on)),
            Effect::Capture(capture) => self.outbox.push(CallEvent::Capture(capture)),
            Effect::KeyFrame { layer } => self.outbox.push(CallEvent::KeyFrameWanted { layer }),
            Effect::Peers(views) => self.publish(views),
            Effect::Connect { peer, link, ice } => self.connect(peer, link, ice),
            Effect::Close { peer, link } => self.disconnect(&peer, link),
            Effect::Sending { peer, sending } => {
                if let Some(handle) = self.links.get(&peer) {
                    handle.lane.set_sending(sending);
                }
            }
            Effect::Taking { peer, link, taking } => {
                if let Some(handle) = self.links.get(&peer).filter(|handle| handle.link == link) {
                    handle.lane.set_taking(taking);
                }
            }
            Effect::Configure { peer, link, ice } => self.order(&peer, link, Job::Configure(ice)),
            Effect::CreateOffer { peer, link, ice_restart } => {
                self.order(&peer, link, Job::Offer { ice_restart })
            }
            Effect::Rollback { peer, link } => self.order(&peer, link, Job::Rollback),
            Effect::ApplyRemote { peer, link, kind, sdp } => {
                self.order(&peer, link, Job::Apply { kind, sdp })
            }
            Effect::AddCandidate { peer, link, candidate } => {
                self.order(&peer, link, Job::AddCandidate(candidate))
            }
        }
    }

    fn publish(&mut self, views: Vec<PeerView>) {
        self.fanout.retain(|peer| views.iter().any(|view| view.id == *peer));
        self.outbox.push(CallEvent::Peers(views));
    }

    fn connect(&mut self, peer: PeerId, link: LinkId, ice: IceConfig) {
        let (lane, queue) = Lane::new(Arc::clone(&self.fanout.gate), self.fanout.counters(&peer));
        let lane = Arc::new(lane);
        let (jobs, orders) = mpsc::channel(JOBS);
        let cancel = self.cancel.child_token();
        let task = LinkTask {
            peer: peer.clone(),
            link,
            lane: Arc::clone(&lane),
            events: self.events.clone(),
            reports: self.reports.clone(),
        };
        let running = task.run(self.rtc.clone(), ice, orders, queue, cancel.clone());
        let id = self.tasks.spawn(running).id();
        self.owners.insert(id, (peer.clone(), link));
        self.fanout.add(peer.clone(), Arc::clone(&lane));
        self.links.insert(peer, LinkHandle { link, jobs, lane, cancel });
    }

    fn disconnect(&mut self, peer: &PeerId, link: LinkId) {
        if let Some(handle) = self.links.get(peer).filter(|handle| handle.link == link) {
            handle.lane.set_sending(Default::default());
            handle.cancel.cancel();
            self.links.remove(peer);
            self.fanout.remove(peer);
        }
    }

    /// Gives a transport a job. One whose queue is full does not hold up the others: the core replaces it.
    fn order(&mut self, peer: &PeerId, link: LinkId, job: Job) {
        if let Some(handle) = self.links.get(peer).filter(|handle| handle.link == link)
            && handle.jobs.try_send(job).is_err()
        {
            tracing::warn!("a transport does not keep up with its jobs");
            let report = Input::Link { peer: peer.clone(), link, event: LinkEvent::Broken };
            let _ = self.reports.try_send(report);
        }
    }

    async fn end(mut self) {
        self.fanout.gate.set_latch(Intent::default());
        self.incoming.close();
        for peer in self.links.keys() {
            self.fanout.remove(peer);
        }
        self.links.values().for_each(|handle| handle.cancel.cancel());
        while self.tasks.join_next().await.is_some() {}
    }
}

pub(super) async fn sleep_until(timeout: Option<Instant>) {
    match timeout {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
