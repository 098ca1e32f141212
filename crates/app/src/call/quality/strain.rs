//! Whether the processor of this machine keeps up.

use std::time::Duration;

/// The own task woke up so late: others do not get their turn either.
const LATE: Duration = Duration::from_millis(200);
/// All cores have so much to do, of the time.
const BUSY: f32 = 0.92;
/// Fewer pictures than that share of those that were asked for come out of the camera and its encoder. By itself this
/// says little: in a dark room a camera slows down.
const BEHIND: f32 = 0.7;
/// So many seconds in a row are needed to believe it, and to believe that it is over.
const BELIEVED: u32 = 5;
const OVER: u32 = 8;

/// What one second was like.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Second {
    /// How late the own task woke up, at worst.
    pub(crate) late: Duration,
    /// What all cores had to do, as a share of the time; `None` where the system does not tell.
    pub(crate) busy: Option<f32>,
    /// Pictures that came out of the own encoder, as a share of those asked for; `None` while the camera is closed.
    pub(crate) pictures: Option<f32>,
}

impl Second {
    fn is_bad(&self) -> bool {
        let busy = self.busy.is_some_and(|busy| busy >= BUSY);
        let behind = self.pictures.is_some_and(|pictures| pictures < BEHIND);
        (busy && behind) || (self.late >= LATE && self.busy.is_none_or(|busy| busy >= BUSY))
    }
}

/// Whether the processor keeps up, after so many seconds of the other kind in a row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Strain {
    /// It does.
    Fine {
        /// Bad seconds so far.
        bad: u32,
    },
    /// It does not.
    Strained {
        /// Good seconds so far.
        good: u32,
    },
}

impl Default for Strain {
    fn default() -> Self {
        Self::Fine { bad: 0 }
    }
}

impl Strain {
    /// Another second is over.
    pub(crate) fn pass(&mut self, second: &Second) {
        *self = match (*self, second.is_bad()) {
            (Self::Fine { bad }, true) if bad + 1 >= BELIEVED => Self::Strained { good: 0 },
            (Self::Fine { bad }, true) => Self::Fine { bad: bad + 1 },
            (Self::Strained { good }, false) if good + 1 >= OVER => Self::default(),
            (Self::Strained { good }, false) => Self::Strained { good: good + 1 },
            (Self::Fine { .. }, false) => Self::default(),
            (Self::Strained { .. }, true) => Self::Strained { good: 0 },
        };
    }

    /// It does not keep up.
    pub(crate) const fn is_strained(self) -> bool {
        matches!(self, Self::Strained { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: &[(Second, u32)]) -> bool {
        let mut strain = Strain::default();
        for (second, times) in seconds {
            (0..*times).for_each(|_| strain.pass(second));
        }
        strain.is_strained()
    }

    #[test]
    fn a_busy_machine_whose_camera_falls_behind_is_strained_and_neither_alone_is() {
        let second =
            |busy, pictures| Second { busy: Some(busy), pictures: Some(pictures), late: Duration::ZERO };
        let (bad, busy, dark) = (second(0.99, 0.4), second(0.99, 1.0), second(0.3, 0.4));
        assert!(after(&[(bad, BELIEVED)]));
        assert!(!after(&[(busy, 60)]) && !after(&[(dark, 60)]));
        assert!(!after(&[(bad, BELIEVED - 1), (busy, 1), (bad, BELIEVED - 1)]), "it has to last");
        assert!(after(&[(bad, BELIEVED), (busy, OVER - 1)]) && !after(&[(bad, BELIEVED), (busy, OVER)]));
    }

    #[test]
    fn where_the_system_tells_nothing_a_task_that_wakes_up_late_does() {
        let late = Second { late: LATE, busy: None, pictures: None };
        assert!(after(&[(late, BELIEVED)]));
        let slept = Second { busy: Some(0.1), ..late };
        assert!(!after(&[(slept, 60)]), "somebody else has held it up");
    }
}
