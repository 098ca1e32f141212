//! What left, and what the peer says about it (draft-holmer-rmcat-transport-wide-cc-extensions-01).

use crate::core::estimate::PacketReport;
use ::rtc::rtcp::transport_feedbacks::transport_layer_cc::{
    PacketStatusChunk, SymbolTypeTcc, TransportLayerCc,
};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// So many packets are remembered: some seconds of a call.
const REMEMBERED: usize = 4096;
/// The unit of the reference time.
const REFERENCE: Duration = Duration::from_millis(64);

/// A packet that left and was not yet said to have arrived.
#[derive(Clone, Copy, Debug)]
struct Sent {
    at: Instant,
    bytes: u32,
}

/// The packets that left last, by their transport-wide numbers.
#[derive(Debug, Default)]
pub(super) struct History {
    /// The number of the front.
    first: u16,
    packets: VecDeque<Option<Sent>>,
}

impl History {
    /// A packet leaves.
    pub(super) fn sent(&mut self, number: u16, at: Instant, bytes: u32) {
        if usize::from(number.wrapping_sub(self.first)) != self.packets.len() {
            self.packets.clear();
        }
        if self.packets.is_empty() {
            self.first = number;
        }
        if self.packets.len() == REMEMBERED {
            self.packets.pop_front();
            self.first = self.first.wrapping_add(1);
        }
        self.packets.push_back(Some(Sent { at, bytes }));
    }

    /// What a feedback says about the packets that are remembered, in the order they left. Each is said to have
    /// arrived once at most.
    pub(super) fn reports(&mut self, feedback: &TransportLayerCc) -> Vec<PacketReport> {
        let mut deltas = feedback.recv_deltas.iter();
        let mut clock = Clock { micros: i128::from(feedback.reference_time) * REFERENCE.as_micros() as i128 };
        let symbols = feedback.packet_chunks.iter().flat_map(symbols);
        let mut reports = Vec::new();
        for (offset, symbol) in symbols.take(usize::from(feedback.packet_status_count)).enumerate() {
            let arrived = match symbol {
                SymbolTypeTcc::PacketNotReceived => None,
                SymbolTypeTcc::PacketReceivedSmallDelta | SymbolTypeTcc::PacketReceivedLargeDelta => {
                    let Some(delta) = deltas.next() else { break };
                    Some(clock.advance(delta.delta))
                }
                // It came, nobody knows when.
                SymbolTypeTcc::PacketReceivedWithoutDelta => continue,
            };
            let number = feedback.base_sequence_number.wrapping_add(offset as u16);
            if let Some(sent) = self.take(number, arrived.is_some()) {
                reports.push(PacketReport { sent: sent.at, bytes: sent.bytes, arrived });
            }
        }
        reports
    }

    fn take(&mut self, number: u16, arrived: bool) -> Option<Sent> {
        let slot = self.packets.get_mut(usize::from(number.wrapping_sub(self.first)))?;
        if arrived { slot.take() } else { *slot }
    }
}

/// The peer's clock; the first arrival is never before its reference time by more than it can go back.
struct Clock {
    micros: i128,
}

impl Clock {
    fn advance(&mut self, micros: i64) -> Duration {
        self.micros += i128::from(micros);
        Duration::from_micros(u64::try_from(self.micros).unwrap_or(0))
    }
}

fn symbols(chunk: &PacketStatusChunk) -> Box<dyn Iterator<Item = SymbolTypeTcc> + '_> {
    match chunk {
        PacketStatusChunk::RunLengthChunk(run) => {
            Box::new(std::iter::repeat_n(run.packet_status_symbol, usize::from(run.run_length)))
        }
        PacketStatusChunk::StatusVectorChunk(vector) => Box::new(vector.symbol_list.iter().copied()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::rtc::rtcp::transport_feedbacks::transport_layer_cc::{
        RecvDelta, RunLengthChunk, StatusVectorChunk,
    };
    use SymbolTypeTcc::{PacketNotReceived as Lost, PacketReceivedSmallDelta as Came};

    fn feedback(base: u16, count: u16, chunks: Vec<PacketStatusChunk>, deltas: &[i64]) -> TransportLayerCc {
        TransportLayerCc {
            base_sequence_number: base,
            packet_status_count: count,
            reference_time: 10,
            packet_chunks: chunks,
            recv_deltas: deltas.iter().map(|&delta| RecvDelta { delta, ..Default::default() }).collect(),
            ..Default::default()
        }
    }

    fn run(packet_status_symbol: SymbolTypeTcc, run_length: u16) -> PacketStatusChunk {
        PacketStatusChunk::RunLengthChunk(RunLengthChunk {
            packet_status_symbol,
            run_length,
            ..Default::default()
        })
    }

    fn history(first: u16, count: u16) -> History {
        let (mut history, at) = (History::default(), Instant::now());
        (0..count).for_each(|index| history.sent(first.wrapping_add(index), at, u32::from(index)));
        history
    }

    #[test]
    fn every_packet_gets_its_word_across_the_wrap_of_the_numbers() {
        let mut history = history(65_534, 10);
        let vector = PacketStatusChunk::StatusVectorChunk(StatusVectorChunk {
            symbol_list: vec![Came, Lost, Came, Lost, Lost, Lost, Lost],
            ..Default::default()
        });
        let said = history.reports(&feedback(65_534, 3, vec![vector], &[1000, -250]));
        let said: Vec<_> = said.iter().map(|report| (report.bytes, report.arrived)).collect();
        let ms = |micros: u64| Some(Duration::from_micros(640_000 + micros));
        assert_eq!(said, [(0, ms(1000)), (1, None), (2, ms(750))], "what the chunk has room for is not said");
        let late = history.reports(&feedback(65_535, 2, vec![run(Came, 2)], &[0, 0]));
        assert_eq!(late.iter().map(|report| report.bytes).collect::<Vec<_>>(), [1], "the other came before");
    }

    #[test]
    fn a_liar_costs_nothing() {
        let mut history = history(0, 5000);
        let endless = vec![run(Came, u16::MAX); 600];
        assert!(history.reports(&feedback(0, u16::MAX, endless, &[])).is_empty());
        let lost = history.reports(&feedback(0, u16::MAX, vec![run(Lost, u16::MAX)], &[]));
        assert_eq!(lost.len(), REMEMBERED);
        assert!(history.reports(&feedback(9000, 5, vec![run(Came, 5)], &[i64::MIN; 5])).is_empty());
    }
}
