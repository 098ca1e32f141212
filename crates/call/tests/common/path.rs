//! A path between two participants that loses packets, in userspace: each gets to know a relay's address in place of
//! the other's.

use consilium_model::{PeerId, Secret};
use consilium_wire::room::Signal;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::UdpSocket;

/// For exactly two participants with one address each.
#[derive(Default)]
pub struct LossyPath {
    faces: Mutex<Vec<Face>>,
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

    pub fn lose(&self, per_mille: u64) {
        self.lost_per_mille.store(per_mille, Ordering::SeqCst);
    }

    /// Puts a relay's address into a candidate.
    pub fn redirect(self: &Arc<Self>, from: &PeerId, signal: Signal) -> Signal {
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
        let mut buffer = vec![0; 2048];
        while let Ok((length, _)) = face.socket.recv_from(&mut buffer).await {
            if self.draw() % 1000 < self.lost_per_mille.load(Ordering::SeqCst) {
                self.lost.fetch_add(1, Ordering::SeqCst);
            } else {
                let _ = other.socket.send_to(&buffer[..length], face.real).await;
            }
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
