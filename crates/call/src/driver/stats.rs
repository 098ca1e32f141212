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
    /// Video packets sent.
    video_sent,
    /// Payload bytes sent.
    bytes_sent,
    /// Audio packets received.
    audio_received,
    /// Video packets received.
    video_received,
    /// Payload bytes received.
    bytes_received,
    /// Whole pictures received.
    frames_received,
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
