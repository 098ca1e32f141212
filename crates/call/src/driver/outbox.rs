//! Events on their way to the owner. The call never waits for its owner: what describes a state is replaced by its
//! successor, the rest queues.

use super::event::CallEvent;
use std::collections::VecDeque;

/// More messages than this only wait when the owner has stopped reading.
const LIMIT: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Outbox {
    events: VecDeque<CallEvent>,
}

impl Outbox {
    pub(super) fn push(&mut self, event: CallEvent) {
        let stale = |waiting: &CallEvent| match (&event, waiting) {
            (CallEvent::Peers(_), CallEvent::Peers(_))
            | (CallEvent::Capture(_), CallEvent::Capture(_))
            | (CallEvent::AudioOnly(_), CallEvent::AudioOnly(_)) => true,
            (CallEvent::KeyFrameWanted { layer }, CallEvent::KeyFrameWanted { layer: waiting }) => {
                layer == waiting
            }
            _ => false,
        };
        self.events.retain(|waiting| !stale(waiting));
        if self.events.len() < LIMIT {
            self.events.push_back(event);
        }
    }

    pub(super) fn pop(&mut self) -> Option<CallEvent> {
        self.events.pop_front()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::Capture;
    use consilium_wire::room::FromClient;

    #[test]
    fn a_slow_owner_gets_the_newest_state_and_every_message() {
        let mut outbox = Outbox::default();
        for layer in [2, 1, 0] {
            outbox.push(CallEvent::Capture(Capture { layers: vec![layer], ..Capture::default() }));
            outbox.push(CallEvent::ToRoom(FromClient::Bye));
        }
        let events: Vec<_> = std::iter::from_fn(|| outbox.pop()).collect();
        assert_eq!(events.len(), 4);
        assert!(matches!(&events[2], CallEvent::Capture(capture) if capture.layers == [0]));
    }
}
