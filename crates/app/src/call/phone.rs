//! When to offer the clinic's telephone number: the line carries no call, and waiting has not helped.

use std::time::{Duration, Instant};

/// Nobody who should be connected is, or the room is lost, for so long.
const UNCONNECTED: Duration = Duration::from_secs(20);
/// So much of everybody's sound is made up, for so long: nobody understands a word.
const CONCEALED: f32 = 0.2;
const UNHEARD: Duration = Duration::from_secs(10);
/// It has been well for so long: the offer goes.
const WELL: Duration = Duration::from_secs(10);

/// What is wrong at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs {
    /// The room is lost, or there is no way to anybody in it.
    pub(super) unconnected: bool,
    /// What had to be made up lately of the sound that comes best, 0 to 1.
    pub(super) concealed: f32,
}

/// The number, and whether it is offered.
#[derive(Debug, Default)]
pub(super) struct PhoneOffer {
    number: Option<String>,
    unconnected_since: Option<Instant>,
    unheard_since: Option<Instant>,
    state: State,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Quiet,
    Offered {
        /// Since when nothing is wrong.
        well_since: Option<Instant>,
    },
}

impl PhoneOffer {
    /// The room tells the clinic's number.
    pub(super) fn know(&mut self, number: Option<String>) {
        self.number = number;
    }

    /// What is wrong now.
    pub(super) fn look(&mut self, now: Instant, signs: Signs) {
        let Signs { unconnected, concealed } = signs;
        let unheard = concealed >= CONCEALED;
        let for_long = lasts(&mut self.unconnected_since, now, unconnected) >= UNCONNECTED
            || lasts(&mut self.unheard_since, now, unheard) >= UNHEARD;
        self.state = match self.state {
            State::Quiet if for_long => State::Offered { well_since: None },
            State::Quiet => State::Quiet,
            State::Offered { .. } if unconnected || unheard => State::Offered { well_since: None },
            State::Offered { well_since } => {
                let since = well_since.unwrap_or(now);
                let well = now.saturating_duration_since(since) >= WELL;
                if well { State::Quiet } else { State::Offered { well_since: Some(since) } }
            }
        };
    }

    /// The number, while it is offered.
    pub(super) fn offered(&self) -> Option<&String> {
        self.number.as_ref().filter(|_| matches!(self.state, State::Offered { .. }))
    }
}

/// For how long something is so.
fn lasts(since: &mut Option<Instant>, now: Instant, is: bool) -> Duration {
    *since = if is { since.or(Some(now)) } else { None };
    since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_WAY: Signs = Signs { unconnected: true, concealed: 0.0 };
    const NO_WORD: Signs = Signs { unconnected: false, concealed: 0.5 };
    const FINE: Signs = Signs { unconnected: false, concealed: 0.01 };

    struct Line {
        offer: PhoneOffer,
        now: Instant,
    }

    impl Line {
        fn new(number: Option<&str>) -> Self {
            let mut offer = PhoneOffer::default();
            offer.know(number.map(str::to_owned));
            Self { offer, now: Instant::now() }
        }

        /// Whether the number is offered after so many seconds of this.
        fn after(&mut self, seconds: u32, signs: Signs) -> bool {
            for _ in 0..=seconds {
                self.offer.look(self.now, signs);
                self.now += Duration::from_secs(1);
            }
            self.offer.offered().is_some()
        }
    }

    #[test]
    fn it_is_offered_when_waiting_has_not_helped_and_goes_when_all_is_well() {
        let mut line = Line::new(Some("103"));
        assert!(!line.after(19, NO_WAY) && !line.after(1, FINE), "it came back by itself");
        assert!(!line.after(19, NO_WAY));
        assert!(line.after(1, NO_WAY));
        assert!(line.after(9, FINE) && line.after(1, NO_WAY) && line.after(9, FINE));
        assert!(!line.after(1, FINE));
        assert!(!line.after(9, NO_WORD) && line.after(0, NO_WORD));
    }

    #[test]
    fn a_clinic_without_a_number_offers_none() {
        assert!(!Line::new(None).after(60, NO_WAY));
    }
}
