//! One of the others: what is known of it, and the line to it.

mod signals;

use super::link::{Link, Negotiation, Out};
use super::recovery::{Allowance, Remedy, backoff, remedy};
use super::safety::{Safety, SafetyView};
use super::split::{Shares, Split, Wanted};
use super::{Effect, Health, IceConfig, LayerHeights, LinkEvent, LinkId, PerContent, Rung, Sending};
use consilium_model::{Content, Intent, MediaState, PeerId, Role, Secret, UserId};
use consilium_wire::room::{self, Signal, Trouble};
use std::time::{Duration, Instant};

/// Until a peer has said how large its tile is, it gets a picture for this height.
const DEFAULT_WISH: u16 = 360;

/// Until its owner has said how large the tile of a peer's screen is, this participant asks for this height. One that
/// never asks is older than screens, and gets none.
const SCREEN_WISH: u16 = 1080;

/// A peer gets a key frame for the asking at most so often: the others of its layer get it too, and pay for it.
const KEY_FRAME_SPACING: PerContent<Duration> =
    PerContent { camera: Duration::from_secs(1), screen: Duration::from_secs(3) };

/// Another participant, for the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerView {
    /// The seat.
    pub id: PeerId,
    /// The name.
    pub name: Secret,
    /// The role in the visit.
    pub role: Role,
    /// Who it is in every call of the server.
    pub user: Option<UserId>,
    /// What it says it sends.
    pub media: MediaState,
    /// How the connection stands.
    pub state: PeerState,
    /// What it gets of the own camera: less than it would like when the line to it does not carry that. `None` while
    /// it gets nothing of it for another reason.
    pub gets: Option<Rung>,
    /// What it gets of the own screen, likewise.
    pub gets_screen: Option<Rung>,
    /// What it gets of the own camera is less than it would like, because the line to it does not carry more.
    pub limited: bool,
    /// What it says it suffers from at its own end.
    pub trouble: Option<Trouble>,
    /// What is known of the encryption; `None` while there is none.
    pub safety: Option<SafetyView>,
}

/// How the connection to a participant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerState {
    /// No way found yet.
    Connecting,
    /// Media can flow.
    Connected,
    /// The way was lost; looking for another.
    Reconnecting,
    /// Its line to the room is lost; the seat is kept.
    Away,
}

/// What the mesh lends a peer while it handles one input.
pub(super) struct Context<'a> {
    pub(super) now: Instant,
    pub(super) out: Out<'a>,
    pub(super) ice: &'a IceConfig,
    pub(super) next_link: &'a mut u64,
    /// What this participant suffers from at its own end.
    pub(super) own_trouble: Option<Trouble>,
}

/// The transport to a peer.
#[derive(Debug)]
enum Line {
    /// None is needed yet.
    Absent,
    /// It could not be made; it is tried again at this time.
    Down { retry_at: Instant },
    /// There is one.
    Up(Box<Link>),
}

/// Another participant.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) info: room::Peer,
    /// In a collision of offers the polite side gives way: the one with the smaller seat.
    polite: bool,
    line: Line,
    /// What the peer wants to see, and what is wanted of it.
    wants: PerContent<u16>,
    wish: PerContent<Option<u16>>,
    /// What the driver was told last.
    pub(super) sending: Sending,
    /// What the driver was told to take, and of which transport.
    pub(super) taking: Option<(LinkId, Intent)>,
    key_frame_asked: PerContent<Option<Instant>>,
    pub(super) split: Split,
    /// What the line carries, in bits per second, once that is known, and when that was said.
    line_carries: Option<(Instant, u32)>,
    /// What it says it suffers from.
    trouble: Option<Trouble>,
    /// What it was told that this participant suffers from.
    told_trouble: Option<Trouble>,
    /// The other end's transport of the line that was torn down last. What it still says is stale.
    retired: Option<String>,
    safety: Safety,
    /// Repairs since packets last passed.
    attempts: u32,
    was_connected: bool,
    allowance: Allowance,
}

impl Peer {
    pub(super) fn new(info: room::Peer, you: &PeerId, split: Split) -> Self {
        Self {
            polite: *you < info.id,
            safety: Safety::new(*you < info.id),
            info,
            line: Line::Absent,
            wants: PerContent { camera: DEFAULT_WISH, screen: 0 },
            wish: PerContent { camera: None, screen: Some(SCREEN_WISH) },
            sending: Sending::default(),
            taking: None,
            key_frame_asked: PerContent::default(),
            split,
            line_carries: None,
            trouble: None,
            told_trouble: None,
            retired: None,
            attempts: 0,
            was_connected: false,
            allowance: Allowance::default(),
        }
    }

    pub(super) fn view(&self) -> PeerView {
        let connected = self.link().is_some_and(|link| link.health == Health::Connected);
        let state = match (self.info.away, connected, self.was_connected) {
            (true, _, _) => PeerState::Away,
            (false, true, _) => PeerState::Connected,
            (false, false, true) => PeerState::Reconnecting,
            (false, false, false) => PeerState::Connecting,
        };
        let room::Peer { id, name, role, user, media, .. } = &self.info;
        PeerView {
            id: id.clone(),
            name: name.clone(),
            role: *role,
            user: user.clone(),
            media: *media,
            state,
            gets: self.sending.video,
            gets_screen: self.sending.screen,
            limited: self.sending.video.is_some() && self.split.is_camera_limited(),
            trouble: self.trouble,
            safety: self.safety.view(),
        }
    }

    /// The layer of which it gets a key frame because it asks for one now.
    pub(super) fn key_frame_layer(&mut self, now: Instant, content: Content) -> Option<u8> {
        let layer = self.sending.layer_of(content)?;
        let too_soon = |last: Instant| now.saturating_duration_since(last) < KEY_FRAME_SPACING[content];
        if self.key_frame_asked[content].is_some_and(too_soon) {
            return None;
        }
        self.key_frame_asked[content] = Some(now);
        Some(layer)
    }

    /// What it gets when so much is allowed. The time is that of its own line's last report, so that what happens to
    /// others makes no difference.
    pub(super) fn sending(&mut self, now: Instant, layers: &LayerHeights, allowed: Intent) -> Sending {
        let open = self.carries() && !self.info.media.hold;
        let allowed = self.receivable(allowed);
        let wanted = Wanted {
            camera: layers.choose(self.wants.camera).filter(|_| open && allowed.camera),
            screen: open && allowed.screen && self.takes_screen() && self.wants.screen > 0,
        };
        let (at, rate) = self.line_carries.unzip();
        let Shares { rungs, goal } = self.split.decide(at.unwrap_or(now), wanted, rate);
        Sending { audio: open && allowed.mic, video: rungs.camera, screen: rungs.screen, goal }
    }

    /// Of what may leave, what this peer has a right to.
    fn receivable(&self, allowed: Intent) -> Intent {
        let room::Rights { hear, see, see_screen, .. } = self.info.rights;
        Intent {
            mic: allowed.mic && hear,
            camera: allowed.camera && see,
            screen: allowed.screen && see_screen,
        }
    }

    /// What is taken from this peer: what it has a right to send, and this participant, whose rights are `own`, to
    /// receive.
    pub(super) fn takeable(&self, own: room::Rights) -> Intent {
        let room::Rights { audio, video, screen, .. } = self.info.rights;
        Intent { mic: audio && own.hear, camera: video && own.see, screen: screen && own.see_screen }
    }

    fn carries(&self) -> bool {
        self.link().is_some_and(Link::carries)
    }

    fn takes_screen(&self) -> bool {
        self.link().is_some_and(Link::takes_screen)
    }

    pub(super) fn link_id(&self) -> Option<LinkId> {
        self.link().map(|link| link.id)
    }

    fn link(&self) -> Option<&Link> {
        match &self.line {
            Line::Up(link) => Some(link),
            Line::Absent | Line::Down { .. } => None,
        }
    }

    /// Makes a transport in place of the one there is, and begins with it.
    fn connect(&mut self, cx: &mut Context<'_>, begin: impl FnOnce(&mut Link, &mut Context<'_>)) {
        self.disconnect(cx);
        *cx.next_link += 1;
        let mut link = Link::new(LinkId(*cx.next_link), cx.now);
        let connect = Effect::Connect { peer: cx.out.peer.clone(), link: link.id, ice: cx.ice.clone() };
        cx.out.effects.push_back(connect);
        begin(&mut link, cx);
        self.line = Line::Up(Box::new(link));
        self.tell_wishes(cx);
        self.tell_trouble(cx);
    }

    /// Tears the transport down.
    pub(super) fn disconnect(&mut self, cx: &mut Context<'_>) {
        if let Line::Up(link) = std::mem::replace(&mut self.line, Line::Absent) {
            self.retired = link.remote.map(|remote| remote.name).or(self.retired.take());
            self.safety.lost();
            self.sending = Sending::default();
            self.line_carries = None;
            cx.out.effects.push_back(Effect::Close { peer: cx.out.peer.clone(), link: link.id });
        }
    }

    /// The own side begins.
    pub(super) fn invite(&mut self, cx: &mut Context<'_>) {
        self.connect(cx, |link, cx| link.offer(cx.now, false, &mut cx.out));
    }

    /// The peer is expected to begin.
    pub(super) fn expect(&mut self, cx: &mut Context<'_>) {
        self.connect(cx, |_, _| ());
    }

    /// Own tile for this peer's camera or screen.
    pub(super) fn set_wish(&mut self, content: Content, height: u16, cx: &mut Context<'_>) {
        if self.wish[content].replace(height) != Some(height) {
            cx.out.signal(Signal::Wish { height, content });
        }
    }

    fn tell_wishes(&self, cx: &mut Context<'_>) {
        for (content, wish) in self.wish.iter() {
            if let Some(height) = *wish {
                cx.out.signal(Signal::Wish { height, content });
            }
        }
    }

    /// Tells it what this participant suffers from, or no longer does, unless it knows.
    pub(super) fn tell_trouble(&mut self, cx: &mut Context<'_>) {
        if cx.out.reachable && self.told_trouble != cx.own_trouble {
            self.told_trouble = cx.own_trouble;
            cx.out.signal(Signal::Trouble { cause: cx.own_trouble });
        }
    }

    /// The transport reports.
    pub(super) fn report(&mut self, event: LinkEvent, cx: &mut Context<'_>) {
        let Line::Up(link) = &mut self.line else { return };
        match event {
            LinkEvent::Described { kind, sdp } => link.described(cx.now, kind, sdp, &mut cx.out),
            LinkEvent::Rejected => link.rejected(cx.now),
            LinkEvent::Candidate(candidate) => link.local_candidate(candidate, &mut cx.out),
            LinkEvent::Secured { ends, seed } => {
                self.safety.secured(ends, seed, &mut |said| cx.out.signal(said));
            }
            LinkEvent::Health(health) => {
                if link.health != health {
                    link.health = health;
                    link.since = cx.now;
                }
                if health == Health::Connected {
                    self.attempts = 0;
                    self.was_connected = true;
                }
            }
            LinkEvent::Broken => {
                self.disconnect(cx);
                self.attempts += 1;
                self.line = Line::Down { retry_at: cx.now + backoff(self.attempts) };
            }
            LinkEvent::Carries(rate) => self.line_carries = Some((cx.now, rate)),
            LinkEvent::KeyFrameWanted(_) => {}
        }
    }

    /// The machine has other addresses now. What did not help on the old network may help on this one.
    pub(super) fn network_changed(&mut self, now: Instant) {
        self.attempts = 0;
        match &mut self.line {
            Line::Up(link) => link.restart = true,
            Line::Down { retry_at } => *retry_at = now,
            Line::Absent => {}
        }
    }

    /// The peer can be told things again: its socket is back, or the own one.
    pub(super) fn reachable_again(&mut self, cx: &mut Context<'_>) {
        self.tell_wishes(cx);
        self.tell_trouble(cx);
        self.safety.repeat(&mut |said| cx.out.signal(said));
        let Line::Up(link) = &mut self.line else { return };
        link.repeat_offer(cx.now, &mut cx.out);
        link.tell_held(&mut cx.out);
        link.since = cx.now;
        link.restart |= link.health != Health::Connected && matches!(link.negotiation, Negotiation::Stable);
    }

    pub(super) fn is_unconnected(&self) -> bool {
        matches!(self.line, Line::Absent)
    }

    /// Other servers from the next ICE restart on.
    pub(super) fn configure(&self, cx: &mut Context<'_>) {
        if let Some(link) = self.link_id() {
            let (peer, ice) = (cx.out.peer.clone(), cx.ice.clone());
            cx.out.effects.push_back(Effect::Configure { peer, link, ice });
        }
    }

    /// When this peer needs [`Self::repair`]. Nothing is repaired while the peer cannot be told of it.
    pub(super) fn due(&self, reachable: bool) -> Option<Instant> {
        match &self.line {
            Line::Absent => None,
            _ if !reachable => None,
            Line::Down { retry_at } => Some(*retry_at),
            Line::Up(link) => remedy(link, self.polite, self.attempts).map(|(at, _)| at),
        }
    }

    /// Helps the line, if its time has come.
    pub(super) fn repair(&mut self, cx: &mut Context<'_>) {
        if self.due(cx.out.reachable).is_none_or(|at| at > cx.now) {
            return;
        }
        let (now, polite, attempts) = (cx.now, self.polite, self.attempts);
        match &mut self.line {
            Line::Absent => {}
            Line::Down { .. } => self.invite(cx),
            Line::Up(link) => match remedy(link, polite, attempts) {
                None => {}
                Some((_, Remedy::Offer)) => link.offer(now, false, &mut cx.out),
                Some((_, Remedy::Repeat)) => link.repeat_offer(now, &mut cx.out),
                Some((_, Remedy::Restart)) => {
                    self.attempts += 1;
                    link.offer(now, true, &mut cx.out);
                }
                Some((_, Remedy::Rebuild)) => {
                    self.attempts += 1;
                    self.invite(cx);
                }
            },
        }
    }
}
