//! A path between two participants that is slow or loses packets, in userspace: each gets to know a relay's address in
//! place of the other's.

use consilium_model::{PeerId, Secret};
use consilium_wire::room::Signal;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

/// What does not fit on a slow path waits for so long at most.
const BUFFER: Duration = Duration::from_millis(1500);

/// For exactly two participants with one address each.
#[derive(Default)]
pub struct LossyPath {
    /// The two, when there are more in the room.
    between: Option<[PeerId; 2]>,
    faces: Mutex<Vec<Face>>,
    /// Bits per second in each direction; 0 for any number of them.
    rate: AtomicU64,
    delay_millis: AtomicU64,
    /// Of a thousand packets, so many are lost.
    lost_per_mille: AtomicU64,
    random: AtomicU64,
    pub lost: AtomicU64,
}

#[derive(Clone)]
struct Face {
    of: PeerId,
    real: SocketAddr,
    socket: Arc<UdpSocket>,
}

impl LossyPath {
    pub fn new() -> Arc<Self> {
        Arc::new(Self { random: AtomicU64::new(0x9E37_79B9_7F4A_7C15), ..Self::default() })
    }

    /// Only what these two say to each other goes over the path.
    pub fn between(ids: [&str; 2]) -> Arc<Self> {
        let random = AtomicU64::new(0x9E37_79B9_7F4A_7C15);
        Arc::new(Self { random, between: Some(ids.map(PeerId::from)), ..Self::default() })
    }

    /// Carries so many bits a second in each direction from now on.
    pub fn carry(&self, bits_per_second: u64) {
        self.rate.store(bits_per_second, Ordering::SeqCst);
    }

    /// Takes so long in each direction from now on.
    pub fn delay(&self, delay: Duration) {
        self.delay_millis.store(delay.as_millis() as u64, Ordering::SeqCst);
    }

    pub fn lose(&self, per_mille: u64) {
        self.lost_per_mille.store(per_mille, Ordering::SeqCst);
    }

    /// Puts a relay's address into a candidate.
    pub fn redirect(self: &Arc<Self>, from: &PeerId, to: &PeerId, signal: Signal) -> Signal {
        if self.between.as_ref().is_some_and(|ids| !ids.contains(from) || !ids.contains(to)) {
            return signal;
        }
        let Signal::Candidate { candidate, sdp_mid, sdp_m_line_index } = signal else { return signal };
        let mut words: Vec<String> = candidate.expose().split(' ').map(str::to_owned).collect();
        if let [_, _, _, _, address, port, ..] = words.as_mut_slice() {
            let real = format!("{address}:{port}").parse().unwrap();
            *port = self.face(from, real).port().to_string();
        }
        Signal::Candidate { candidate: Secret::from(words.join(" ")), sdp_mid, sdp_m_line_index }
    }

    fn face(self: &Arc<Self>, of: &PeerId, real: SocketAddr) -> SocketAddr {
        let mut faces = self.faces.lock().unwrap();
        if let Some(face) = faces.iter().find(|face| face.of == *of) {
            assert_eq!(face.real, real, "one address each");
            return face.socket.local_addr().unwrap();
        }
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let face = Face { of: of.clone(), real, socket: Arc::new(UdpSocket::from_std(socket).unwrap()) };
        let address = face.socket.local_addr().unwrap();
        faces.push(face);
        if let [one, two] = faces.as_slice() {
            tokio::spawn(Arc::clone(self).relay(one.clone(), two.clone()));
            tokio::spawn(Arc::clone(self).relay(two.clone(), one.clone()));
        }
        address
    }

    /// What arrives at `face` is for its owner, and comes from the owner of `other`.
    async fn relay(self: Arc<Self>, face: Face, other: Face) {
        let (late, mut waiting) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
        let real = face.real;
        tokio::spawn(async move {
            while let Some((at, packet)) = waiting.recv().await {
                tokio::time::sleep_until(at.into()).await;
                let _ = other.socket.send_to(&packet, real).await;
            }
        });
        let (mut buffer, mut busy) = (vec![0; 2048], Instant::now());
        while let Ok((length, _)) = face.socket.recv_from(&mut buffer).await {
            let now = Instant::now();
            let chance = self.draw() % 1000 < self.lost_per_mille.load(Ordering::SeqCst);
            if chance || busy.saturating_duration_since(now) > BUFFER {
                self.lost.fetch_add(1, Ordering::SeqCst);
                continue;
            }
            busy = busy.max(now) + self.transmission(length);
            let delay = Duration::from_millis(self.delay_millis.load(Ordering::SeqCst));
            let _ = late.send((busy + delay, buffer[..length].to_vec()));
        }
    }

    /// With the headers of UDP and IP.
    fn transmission(&self, length: usize) -> Duration {
        match self.rate.load(Ordering::SeqCst) {
            0 => Duration::ZERO,
            rate => Duration::from_secs_f64((length + 28) as f64 * 8.0 / rate as f64),
        }
    }

    fn draw(&self) -> u64 {
        let step = |x: u64| {
            let x = x ^ (x << 13);
            let x = x ^ (x >> 7);
            x ^ (x << 17)
        };
        step(self.random.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |x| Some(step(x))).unwrap()) >> 11
    }
}
