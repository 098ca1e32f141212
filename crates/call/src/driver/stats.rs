//! Counters, for reports and tests. They say how much, never what.

use consilium_model::PeerId;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What a call has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallStats {
    /// One row for each of the others.
    pub peers: Vec<(PeerId, PeerStats)>,
    /// Own pictures that were cut into packets: once, however many peers got them.
    pub frames_packetized: u64,
}

impl CallStats {
    /// What the encoder of the own sound should expect to be lost, in percent: the worst share that any of the others
    /// reports. Sound is encoded once for all, and what protects it costs the others little.
    pub fn expected_loss(&self) -> u8 {
        let worst = self.peers.iter().map(|(_, peer)| peer.undelivered_permille).max().unwrap_or(0);
        u8::try_from(worst.div_ceil(10)).unwrap_or(100).min(100)
    }
}

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What has passed between this participant and one peer, over all transports there were.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct PeerStats {
            $($(#[$doc])* pub $name: u64,)*
            /// The round trip, once it is known.
            pub rtt: Option<Duration>,
            /// From making the first transport until packets could pass.
            pub connected_after: Option<Duration>,
        }

        #[derive(Debug, Default)]
        pub(super) struct Counters {
            $(pub(super) $name: Counter,)*
            pub(super) rtt_micros: Counter,
            pub(super) connected_micros: Counter,
        }

        impl Counters {
            pub(super) fn snapshot(&self) -> PeerStats {
                let duration = |counter: &Counter| match counter.get() {
                    0 => None,
                    micros => Some(Duration::from_micros(micros)),
                };
                PeerStats {
                    $($name: self.$name.get(),)*
                    rtt: duration(&self.rtt_micros),
                    connected_after: duration(&self.connected_micros),
                }
            }
        }
    };
}

counters! {
    /// Audio packets sent.
    audio_sent,
    /// Packets of pictures sent, of camera and screen.
    video_sent,
    /// Those of the screen among them.
    screen_sent,
    /// Payload bytes sent.
    bytes_sent,
    /// Packets received that one of the sides has no right to; dropped.
    packets_refused,
    /// Audio packets received.
    audio_received,
    /// Packets of pictures received, of camera and screen.
    video_received,
    /// Those of the screen among them.
    screen_received,
    /// Payload bytes received.
    bytes_received,
    /// Whole pictures received, of camera and screen.
    frames_received,
    /// Those of the screen among them.
    screen_frames_received,
    /// Key frames among them.
    key_frames_received,
    /// Lost packets asked for again.
    nacks_sent,
    /// Packets the peer asked for again.
    nacks_received,
    /// Key frames asked for.
    plis_sent,
    /// Key frames the peer asked for.
    plis_received,
    /// Packets and pictures that did not go out because the peer's queue was full.
    queue_drops,
    /// The most that ever waited in the peer's queue.
    queue_peak,
    /// Received pictures and sounds that the owner was too slow for.
    events_dropped,
    /// Transports made.
    transports,
    /// What the line to the peer carries, in bits per second; 0 as long as that is not known.
    line_carries,
    /// How long packets wait on the line, in milliseconds.
    line_queue_ms,
    /// How long pictures wait for their turn here, in milliseconds.
    pacing_ms,
    /// The most that any has waited for its turn, in milliseconds.
    pacing_peak_ms,
    /// Pictures dropped because the line did not carry them.
    paced_out,
    /// Packets of padding sent to learn whether the line carries more.
    padding_sent,
    /// Packets stopped at the last step because the latch had closed behind them.
    stopped_at_gate,
    /// Of a thousand packets on their way here, so many were lost over the last seconds. What was sent again counts
    /// as lost.
    lost_permille,
    /// Of a thousand packets that were sent, so many had not come according to the peer, over the last seconds.
    undelivered_permille,
    /// How long the peer's camera picture has stood still in all for more than 200 ms at a time because packets were
    /// missing, in milliseconds.
    frozen_ms,
    /// How long the peer's camera pictures are held back now so that lost packets can be sent again, in milliseconds.
    playout_delay_ms,
}

/// A counter that several tasks add to.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }

    pub(super) fn one(&self) {
        self.add(1);
    }

    pub(super) fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    pub(super) fn raise_to(&self, value: u64) {
        self.0.fetch_max(value, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
