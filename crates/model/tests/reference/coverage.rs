//! What the random days reached: a machine that is never asked is never wrong.

use crate::day::Ask;
use consilium_model::{Conference, Event, Refusal, Status};
use std::collections::BTreeMap;
use std::fmt;

/// Every kind of command must have been accepted so often in 10,000 days.
const ENOUGH: u32 = 200;

/// Counters.
#[derive(Default)]
pub(crate) struct Coverage {
    days: u32,
    turns: u32,
    accepted: BTreeMap<&'static str, u32>,
    refused: BTreeMap<(&'static str, String), u32>,
    moves: BTreeMap<(Status, Status), u32>,
}

impl Coverage {
    pub(crate) fn begin(&mut self) {
        self.days += 1;
    }

    pub(crate) fn note(
        &mut self,
        ask: &Ask,
        before: &Conference,
        after: &Conference,
        answer: &Result<Vec<Event>, Refusal>,
    ) {
        self.turns += 1;
        match answer {
            Ok(_) => {
                *self.accepted.entry(ask.name()).or_default() += 1;
                *self.moves.entry((before.status(), after.status())).or_default() += 1;
            }
            Err(refusal) => {
                *self.refused.entry((ask.name(), format!("{refusal:?}"))).or_default() += 1;
            }
        }
    }

    /// Every command was accepted, every reason to refuse was given, every status was entered and left.
    pub(crate) fn assert_reaches_everything(&self) {
        if self.days < 10_000 {
            return;
        }
        assert_eq!(self.accepted.len(), 11, "every command");
        assert!(self.accepted.values().all(|count| *count >= ENOUGH));
        let mut reasons: Vec<_> = self.refused.keys().map(|(_, reason)| reason).collect();
        reasons.sort();
        reasons.dedup();
        assert_eq!(reasons.len(), 14, "every refusal: {reasons:?}");
        for status in Status::ALL {
            assert!(
                self.moves.keys().any(|(from, to)| *from == status && *to != status),
                "{status:?} is left"
            );
            assert!(self.moves.keys().any(|(_, to)| *to == status), "{status:?} is entered");
        }
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accepted: u32 = self.accepted.values().sum();
        let refused: u32 = self.refused.values().sum();
        writeln!(f, "{} days, {} commands: {accepted} accepted, {refused} refused", self.days, self.turns)?;
        for (name, count) in &self.accepted {
            write!(f, "  {name:<8}{count:>7} accepted; refused:")?;
            for ((_, reason), count) in self.refused.iter().filter(|((of, _), _)| of == name) {
                write!(f, " {reason} {count}")?;
            }
            writeln!(f)?;
        }
        for ((from, to), count) in self.moves.iter().filter(|((from, to), _)| from != to) {
            writeln!(f, "  {:>22} -> {:<22}{count:>7}", from.as_str(), to.as_str())?;
        }
        Ok(())
    }
}
