//! How long a visit really took, for its last screen.

use crate::view::{GapView, TimesView};
use crate::visit::Facts;
use consilium_model::Screen;
use consilium_wire::medme::Gap;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

/// The real times of a visit that has ended after it had started. Figures that were read before the end are not
/// shown as the last ones.
pub(crate) fn times(facts: &Facts) -> Option<TimesView> {
    let durations = &facts.durations;
    let ended = facts.info.finished_at.filter(|_| facts.screen() == Screen::Finish && !facts.is_call())?;
    let has_started = facts.info.started_at.is_some() || durations.dirty_duration_seconds > 0;
    has_started.then(|| TimesView {
        scheduled: durations.scheduled_duration_seconds,
        net: durations.net_duration_seconds,
        dirty: durations.dirty_duration_seconds,
        real: durations.real_duration_seconds,
        both_present: durations.both_present_seconds,
        gaps: durations.gaps.iter().flatten().filter_map(|gap| gap_view(gap, ended)).collect(),
    })
}

/// A gap that nobody has closed lasts until the end. One shorter than a second was no interruption.
fn gap_view(gap: &Gap, ended: OffsetDateTime) -> Option<GapView> {
    let lasted = gap.to.unwrap_or(ended) - gap.from;
    let seconds = u32::try_from((lasted + Duration::milliseconds(500)).whole_seconds()).ok()?;
    let from = gap.from.format(&Rfc3339).ok()?;
    (lasted >= Duration::SECOND).then_some(GapView { from, seconds, reason: gap.reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_model::GapReason;
    use time::macros::datetime;

    #[test]
    fn gaps_are_rounded_and_the_shortest_left_out() {
        let from = datetime!(2026-11-22 10:00 UTC);
        let ended = from + Duration::seconds(90);
        let seconds = |to: Option<Duration>| {
            let gap = Gap { from, to: to.map(|to| from + to), reason: GapReason::Paused };
            gap_view(&gap, ended).map(|gap| gap.seconds)
        };
        let after = |millis| seconds(Some(Duration::milliseconds(millis)));
        assert_eq!((after(-5000), after(999), after(1000)), (None, None, Some(1)));
        assert_eq!((after(1499), after(1500), seconds(None)), (Some(1), Some(2), Some(90)));
    }
}
