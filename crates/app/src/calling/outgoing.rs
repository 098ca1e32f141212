//! How it goes with those whom the user calls, or has asked into a visit.

use crate::view::{OutgoingRow, OutgoingState, OutgoingView};
use consilium_client::HomeEvent;
use consilium_model::{ConferenceId, UserId};
use consilium_wire::home::Event;
use consilium_wire::home::calls::{CallId, Callee, CalleeState};
use std::collections::BTreeSet;

/// So many calls are remembered.
const MAX_PLACED: usize = 32;

/// The calls of the user, the oldest first.
#[derive(Default)]
pub(crate) struct Outgoing {
    placed: Vec<Placed>,
    /// Told again since the line came back; with the others nobody rings any more when all is told.
    again: Option<BTreeSet<CallId>>,
}

struct Placed {
    call: CallId,
    visit: ConferenceId,
    people: Vec<Callee>,
}

impl Outgoing {
    /// Takes in what was told.
    pub(crate) fn hear(&mut self, event: &HomeEvent) {
        match event {
            HomeEvent::Connected => self.again = Some(BTreeSet::new()),
            HomeEvent::Event(Event::Calling { call, visit, people }) => {
                self.again.iter_mut().for_each(|again| again.extend([call.clone()]));
                match self.placed.iter_mut().find(|placed| placed.call == *call) {
                    Some(placed) => placed.people.clone_from(people),
                    None => {
                        let (call, visit, people) = (call.clone(), visit.clone(), people.clone());
                        self.placed.push(Placed { call, visit, people });
                        let surplus = self.placed.len().saturating_sub(MAX_PLACED);
                        self.placed.drain(..surplus);
                    }
                }
            }
            HomeEvent::Event(Event::Known) => {
                let Some(again) = self.again.take() else { return };
                let untold = self.placed.iter_mut().filter(|placed| !again.contains(&placed.call));
                for callee in untold.flat_map(|placed| &mut placed.people) {
                    if may_come(callee.state) {
                        callee.state = CalleeState::Missed;
                    }
                }
            }
            HomeEvent::Over => *self = Self::default(),
            HomeEvent::Event(_) | HomeEvent::Lost => {}
        }
    }

    /// Whether somebody who was called into a visit may still come.
    pub(crate) fn is_awaited(&self, visit: &ConferenceId) -> bool {
        self.people(visit).iter().any(|callee| may_come(callee.state))
    }

    /// Whether anybody was called into a visit.
    pub(crate) fn is_known(&self, visit: &ConferenceId) -> bool {
        self.of(visit).next().is_some()
    }

    /// For the window. `alone`: nobody else is in the visit; `busy`: they are called again.
    pub(crate) fn view(&self, visit: &ConferenceId, alone: bool, busy: bool) -> Option<OutgoingView> {
        let people = self.people(visit);
        let waits = people.iter().any(|callee| may_come(callee.state));
        let came = people.iter().any(|callee| has_come(callee.state));
        let rows = people.iter().enumerate().map(|(place, callee)| row(place, callee)).collect();
        let over = alone && !waits && !came;
        (!people.is_empty()).then_some(OutgoingView { people: rows, over, busy })
    }

    /// Those who were called into a visit, each as it was told last.
    fn people(&self, visit: &ConferenceId) -> Vec<&Callee> {
        let mut people: Vec<&Callee> = Vec::new();
        for callee in self.of(visit).flat_map(|placed| &placed.people) {
            let is_same = |known: &&mut &Callee| known.user_id.is_some() && known.user_id == callee.user_id;
            match people.iter_mut().find(is_same) {
                Some(known) => *known = callee,
                None => people.push(callee),
            }
        }
        people
    }

    /// The calls by which somebody rings into a visit.
    pub(crate) fn ringing(&self, visit: &ConferenceId) -> Vec<CallId> {
        let rings = |placed: &&Placed| placed.people.iter().any(|callee| may_come(callee.state));
        self.of(visit).filter(rings).map(|placed| placed.call.clone()).collect()
    }

    /// All calls by which somebody was called into a visit.
    pub(crate) fn all(&self, visit: &ConferenceId) -> Vec<CallId> {
        self.of(visit).map(|placed| placed.call.clone()).collect()
    }

    /// Somebody who was called into a visit has come.
    pub(crate) fn has_come(&self, visit: &ConferenceId) -> bool {
        self.people(visit).iter().any(|callee| has_come(callee.state))
    }

    /// Those who were called into a visit and will not come.
    pub(crate) fn missing(&self, visit: &ConferenceId) -> Vec<UserId> {
        let missing = |callee: &&&Callee| !may_come(callee.state) && !has_come(callee.state);
        self.people(visit).iter().filter(missing).filter_map(|callee| callee.user_id.clone()).collect()
    }

    fn of(&self, visit: &ConferenceId) -> impl Iterator<Item = &Placed> {
        self.placed.iter().filter(move |placed| placed.visit == *visit)
    }
}

const fn may_come(state: CalleeState) -> bool {
    matches!(state, CalleeState::Told | CalleeState::Ringing | CalleeState::Answered)
}

const fn has_come(state: CalleeState) -> bool {
    matches!(state, CalleeState::Joined | CalleeState::Left)
}

fn row(place: usize, callee: &Callee) -> OutgoingRow {
    OutgoingRow {
        id: callee.user_id.as_ref().map_or_else(|| format!("guest {place}"), ToString::to_string),
        name: callee.name.expose().clone(),
        state: match callee.state {
            CalleeState::Told => OutgoingState::Told,
            CalleeState::Ringing => OutgoingState::Ringing,
            CalleeState::Answered => OutgoingState::Answered,
            CalleeState::Joined => OutgoingState::Joined,
            CalleeState::Left => OutgoingState::Left,
            CalleeState::Declined => OutgoingState::Declined,
            CalleeState::Busy => OutgoingState::Busy,
            CalleeState::Undisturbed => OutgoingState::Undisturbed,
            CalleeState::Missed => OutgoingState::Missed,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calling(call: &str, people: &[(&str, CalleeState)]) -> HomeEvent {
        let callee = |(login, state): &(&str, CalleeState)| Callee {
            user_id: Some(UserId::new(*login)),
            name: "Sample".into(),
            state: *state,
        };
        let people = people.iter().map(callee).collect();
        HomeEvent::Event(Event::Calling { call: CallId(call.to_owned()), visit: visit(), people })
    }

    fn visit() -> ConferenceId {
        ConferenceId::new("v-1")
    }

    fn states(outgoing: &Outgoing) -> Vec<OutgoingState> {
        outgoing.view(&visit(), true, false).unwrap().people.iter().map(|row| row.state).collect()
    }

    #[test]
    fn whoever_is_called_again_has_one_row() {
        let mut outgoing = Outgoing::default();
        outgoing.hear(&calling("c-1", &[("a", CalleeState::Declined), ("b", CalleeState::Missed)]));
        assert!(outgoing.view(&visit(), true, false).unwrap().over);
        assert!(!outgoing.view(&visit(), false, false).unwrap().over, "somebody else is in the visit");
        assert_eq!(outgoing.missing(&visit()), [UserId::new("a"), UserId::new("b")]);
        outgoing.hear(&calling("c-2", &[("b", CalleeState::Ringing)]));
        assert_eq!(states(&outgoing), [OutgoingState::Declined, OutgoingState::Ringing]);
        assert_eq!(outgoing.ringing(&visit()), [CallId("c-2".to_owned())]);
        assert!(!outgoing.view(&visit(), true, false).unwrap().over);
        outgoing.hear(&calling("c-2", &[("b", CalleeState::Joined)]));
        assert!(outgoing.has_come(&visit()) && outgoing.ringing(&visit()).is_empty());
        assert_eq!(outgoing.missing(&visit()), [UserId::new("a")]);
        assert!(outgoing.view(&ConferenceId::new("v-2"), true, false).is_none());
    }

    #[test]
    fn nobody_rings_of_whom_nothing_is_told_after_a_loss() {
        let mut outgoing = Outgoing::default();
        let ringing = calling("c-1", &[("a", CalleeState::Ringing), ("b", CalleeState::Joined)]);
        let known = HomeEvent::Event(Event::Known);
        let again = [HomeEvent::Connected, ringing.clone(), known.clone()];
        again.iter().for_each(|event| outgoing.hear(event));
        again.iter().for_each(|event| outgoing.hear(event));
        assert_eq!(states(&outgoing), [OutgoingState::Ringing, OutgoingState::Joined]);
        [HomeEvent::Connected, known].iter().for_each(|event| outgoing.hear(event));
        assert_eq!(states(&outgoing), [OutgoingState::Missed, OutgoingState::Joined]);
    }
}
