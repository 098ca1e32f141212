//! From how bad a line is, and what is known around it, to what is said.

use super::grade::Grade;
use super::{OwnEnd, cause};
use crate::view::{QualityCause, QualityEnd, QualityView};
use consilium_wire::room::Trouble;

/// What is known beside the line itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    /// So many lines are known.
    pub(super) known: usize,
    /// So many of them are bad.
    pub(super) bad: usize,
    /// What is wrong at this end.
    pub(super) own: OwnEnd,
}

impl Around {
    /// The own line is bad: it is lost, or everybody's is. With one other person nobody can tell whose it is.
    const fn is_line_mine(self) -> bool {
        self.own.line_lost || (self.known >= 2 && self.bad == self.known)
    }

    /// What the others are to be told: what disturbs them most.
    pub(super) const fn own_trouble(self) -> Option<Trouble> {
        if self.own.device {
            Some(Trouble::Device)
        } else if self.own.strained {
            Some(Trouble::Processor)
        } else if self.is_line_mine() {
            Some(Trouble::Network)
        } else {
            None
        }
    }

    const fn whose_line(self, theirs: Option<Trouble>) -> QualityEnd {
        if self.is_line_mine() {
            QualityEnd::Mine
        } else if matches!(theirs, Some(Trouble::Network)) || self.known >= 2 {
            QualityEnd::Theirs
        } else {
            QualityEnd::Between
        }
    }
}

/// What is said of a line. A processor that does not keep up makes a good line look bad, so it is named first.
pub(super) fn verdict(grade: Grade, theirs: Option<Trouble>, around: Around) -> QualityView {
    let own = around.own;
    match (grade, theirs) {
        (Grade::Unknown, _) => QualityView::Unknown,
        _ if own.strained => told(grade, QualityCause::Processor, QualityEnd::Mine),
        (_, Some(Trouble::Processor)) => told(grade, QualityCause::Processor, QualityEnd::Theirs),
        (Grade::Fair | Grade::Poor, _) => told(grade, QualityCause::Network, around.whose_line(theirs)),
        (Grade::Good, Some(trouble)) => told(grade, cause(trouble), QualityEnd::Theirs),
        (Grade::Good, None) if own.line_lost => told(grade, QualityCause::Network, QualityEnd::Mine),
        (Grade::Good, None) if own.device => told(grade, QualityCause::Device, QualityEnd::Mine),
        (Grade::Good, None) => QualityView::Good,
    }
}

/// Somebody suffers although the figures of this line do not show it: that is fair at best.
const fn told(grade: Grade, cause: QualityCause, whose: QualityEnd) -> QualityView {
    match grade {
        Grade::Poor => QualityView::Poor { cause, whose },
        Grade::Unknown | Grade::Good | Grade::Fair => QualityView::Fair { cause, whose },
    }
}
