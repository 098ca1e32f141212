//! A bad line, in userspace: each of two gets to know an address of this one in place of the other's.

use consilium_model::{PeerId, Secret};
use consilium_wire::room::Signal;
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

/// More than what waits for so long is lost.
const BUFFER: Duration = Duration::from_millis(1000);
/// Headers of UDP and IP.
const HEADERS: usize = 28;

/// What the line does to packets, in each direction.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Quality {
    /// One way.
    pub(super) delay: Duration,
    /// Packets are up to so much later than that, and do not overtake each other.
    pub(super) jitter: Duration,
    /// Of a thousand packets, so many are lost.
    pub(super) lost_per_mille: u64,
    /// Losses come so many in a row, on average.
    pub(super) burst: u64,
    /// Bits a second; 0 for any number of them.
    pub(super) rate: u64,
}

/// A line between exactly two.
pub(super) struct Line(Mutex<State>);

#[derive(Default)]
struct State {
    quality: Quality,
    /// Where each can be reached, and where the line stands for it.
    ends: BTreeMap<PeerId, (SocketAddr, Arc<UdpSocket>)>,
    random: u64,
    losing: bool,
}

impl Line {
    /// A line that does nothing to packets.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(State { random: 0x9E37_79B9_7F4A_7C15, ..State::default() })))
    }

    /// What it does to packets from now on.
    pub(super) fn set(&self, quality: Quality) {
        self.lock().quality = quality;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts itself into a candidate. `None` for a candidate that would lead past it.
    pub(super) fn redirect(self: &Arc<Self>, from: &PeerId, signal: Signal) -> io::Result<Option<Signal>> {
        let Signal::Candidate { candidate, sdp_mid, sdp_m_line_index } = signal else {
            return Ok(Some(signal));
        };
        let mut words: Vec<String> = candidate.expose().split(' ').map(str::to_owned).collect();
        let [_, _, protocol, _, address, port, ..] = words.as_mut_slice() else { return Ok(None) };
        let real = port.parse().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let (true, true, Ok(real)) = (protocol.eq_ignore_ascii_case("udp"), address == "127.0.0.1", real)
        else {
            return Ok(None);
        };
        let Some(face) = self.face(from, real)? else { return Ok(None) };
        *port = face.port().to_string();
        Ok(Some(Signal::Candidate { candidate: Secret::from(words.join(" ")), sdp_mid, sdp_m_line_index }))
    }

    /// Only the first address of each is used.
    fn face(self: &Arc<Self>, of: &PeerId, real: SocketAddr) -> io::Result<Option<SocketAddr>> {
        let mut state = self.lock();
        if let Some((known, socket)) = state.ends.get(of) {
            return if *known == real { socket.local_addr().map(Some) } else { Ok(None) };
        }
        let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        let socket = Arc::new(UdpSocket::from_std(socket)?);
        let address = socket.local_addr()?;
        state.ends.insert(of.clone(), (real, socket));
        if let [one, other] = state.ends.values().cloned().collect::<Vec<_>>().as_slice() {
            tokio::spawn(Arc::clone(self).relay(one.clone(), Arc::clone(&other.1)));
            tokio::spawn(Arc::clone(self).relay(other.clone(), Arc::clone(&one.1)));
        }
        Ok(Some(address))
    }

    /// What arrives at the face of `to` is for it, and seems to come from the face of the other.
    async fn relay(self: Arc<Self>, to: (SocketAddr, Arc<UdpSocket>), from: Arc<UdpSocket>) {
        let (real, face) = to;
        let (late, mut waiting) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
        tokio::spawn(async move {
            while let Some((at, packet)) = waiting.recv().await {
                tokio::time::sleep_until(at.into()).await;
                let _ = from.send_to(&packet, real).await;
            }
        });
        let (mut buffer, mut busy, mut last) = (vec![0; 2048], Instant::now(), Instant::now());
        while let Ok((length, _)) = face.recv_from(&mut buffer).await {
            let now = Instant::now();
            let Some((quality, jitter)) = self.lock().pass() else { continue };
            if busy.saturating_duration_since(now) > BUFFER {
                continue;
            }
            busy = busy.max(now) + transmission(length, quality.rate);
            last = last.max(busy + quality.delay + jitter);
            let _ = late.send((last, buffer[..length].to_vec()));
        }
    }
}

impl State {
    /// `None` if the packet is lost.
    fn pass(&mut self) -> Option<(Quality, Duration)> {
        let Quality { jitter, lost_per_mille, burst, .. } = self.quality;
        let (burst, chance) = (burst.max(1), self.draw() % 1_000_000);
        // Two states (Gilbert, 1960): in the bad one everything is lost, and it ends with one chance in `burst`.
        self.losing = match self.losing {
            _ if burst == 1 => chance < lost_per_mille * 1000,
            true => chance >= 1_000_000 / burst,
            false => chance < lost_per_mille * 1_000_000 / (1000 - lost_per_mille.min(999)) / burst,
        };
        let jitter = jitter.mul_f64((self.draw() % 1000) as f64 / 1000.0);
        (!self.losing).then_some((self.quality, jitter))
    }

    fn draw(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random >> 11
    }
}

fn transmission(length: usize, rate: u64) -> Duration {
    match rate {
        0 => Duration::ZERO,
        rate => Duration::from_secs_f64((length + HEADERS) as f64 * 8.0 / rate as f64),
    }
}
