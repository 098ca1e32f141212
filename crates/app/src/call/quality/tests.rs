//! What people are told, from what is measured.

use super::*;
use crate::view::QualityEnd::{Between, Mine, Theirs};
use calm::HOLD;
use proptest::prelude::*;

const LOOK: Duration = Duration::from_millis(250);

/// A line as it is, for as long as nothing else is said.
#[derive(Clone, Copy, Debug)]
struct Line {
    reading: Reading,
    /// Of the sound that is played.
    concealed: f64,
    /// Of the time.
    frozen: f64,
}

const FINE: Line = Line {
    reading: Reading {
        state: PeerState::Connected,
        lost: 0,
        undelivered: 0,
        round_trip: Some(Duration::from_millis(40)),
        held_back: Duration::from_millis(40),
        concealed: 0,
        played: 0,
        frozen: Duration::ZERO,
        gets: None,
        trouble: None,
    },
    concealed: 0.0,
    frozen: 0.0,
};

fn losing(permille: u16) -> Line {
    Line { reading: Reading { lost: permille, ..FINE.reading }, ..FINE }
}

fn saying(trouble: Trouble) -> Line {
    Line { reading: Reading { trouble: Some(trouble), ..FINE.reading }, ..FINE }
}

/// A call that is looked at four times a second.
struct Call {
    quality: Quality,
    now: Instant,
    totals: BTreeMap<PeerId, (f64, f64, f64)>,
}

impl Call {
    fn new() -> Self {
        Self { quality: Quality::default(), now: Instant::now(), totals: BTreeMap::new() }
    }

    fn look(&mut self, lines: &[(&str, Line)], own: OwnEnd) {
        self.now += LOOK;
        let mut readings = Vec::new();
        for (id, line) in lines {
            let id = PeerId::from(*id);
            let (played, concealed, frozen) = self.totals.entry(id.clone()).or_default();
            *played += 12_000.0;
            *concealed += 12_000.0 * line.concealed;
            *frozen += LOOK.as_secs_f64() * line.frozen;
            let reading = Reading {
                played: *played as u64,
                concealed: *concealed as u64,
                frozen: Duration::from_secs_f64(*frozen),
                ..line.reading
            };
            readings.push((id, reading));
        }
        self.quality.look(self.now, &readings, own);
    }

    /// What is shown of each after so many seconds of this.
    fn after(&mut self, seconds: u32, lines: &[(&str, Line)], own: OwnEnd) -> Vec<QualityView> {
        (0..seconds * 4).for_each(|_| self.look(lines, own));
        lines.iter().map(|(id, _)| self.quality.of(&PeerId::from(*id)).0).collect()
    }
}

const fn fair(cause: QualityCause, whose: QualityEnd) -> QualityView {
    QualityView::Fair { cause, whose }
}

const fn poor(cause: QualityCause, whose: QualityEnd) -> QualityView {
    QualityView::Poor { cause, whose }
}

use crate::view::QualityCause::{Device, Network, Processor};
use crate::view::QualityEnd;

const WELL: OwnEnd = OwnEnd { line_lost: false, device: false, strained: false };

/// What is said of one line after ten seconds of it.
fn of(line: Line) -> QualityView {
    Call::new().after(10, &[("a", line)], WELL)[0]
}

#[test]
fn each_figure_alone_makes_a_line_fair_or_poor() {
    assert_eq!(of(FINE), QualityView::Good);
    let reading = FINE.reading;
    let is = |reading| of(Line { reading, ..FINE });
    let slow = |ms| is(Reading { round_trip: Some(Duration::from_millis(ms)), ..reading });
    let uneven = |ms| is(Reading { held_back: Duration::from_millis(ms), ..reading });
    let made_up = |concealed| of(Line { concealed, ..FINE });
    let still = |frozen| of(Line { frozen, ..FINE });
    let gets = |gets| is(Reading { gets: Some(gets), ..reading });
    let shows = [of(losing(30)), slow(350), uneven(250), made_up(0.05), still(0.1), gets(Reduced::Smaller)];
    assert_eq!(shows, [fair(Network, Between); 6]);
    let undelivered = is(Reading { undelivered: 80, ..reading });
    let disturbs = [of(losing(80)), undelivered, slow(600), made_up(0.1), still(0.3), gets(Reduced::Slides)];
    assert_eq!(disturbs, [poor(Network, Between); 6]);
    assert_eq!(is(Reading { state: PeerState::Reconnecting, ..reading }), poor(Network, Between));
    assert_eq!(is(Reading { state: PeerState::Connecting, ..reading }), QualityView::Unknown);
}

#[test]
fn whose_end_it_is_follows_from_who_else_is_affected() {
    let bad = losing(90);
    let seen = Call::new().after(10, &[("a", bad), ("b", FINE)], WELL);
    assert_eq!(seen, [poor(Network, Theirs), QualityView::Good]);
    let seen = Call::new().after(10, &[("a", bad), ("b", losing(30))], WELL);
    assert_eq!(seen, [poor(Network, Mine), fair(Network, Mine)]);
    let lost = OwnEnd { line_lost: true, ..WELL };
    assert_eq!(Call::new().after(10, &[("a", bad)], lost), [poor(Network, Mine)]);
    let told = Line { reading: Reading { trouble: Some(Trouble::Network), ..bad.reading }, ..bad };
    assert_eq!(of(told), poor(Network, Theirs));
}

#[test]
fn what_is_wrong_at_one_end_is_said_at_both() {
    for (trouble, cause) in
        [(Trouble::Network, Network), (Trouble::Processor, Processor), (Trouble::Device, Device)]
    {
        assert_eq!(of(saying(trouble)), fair(cause, Theirs));
    }
    let ends = [
        (OwnEnd { device: true, ..WELL }, Trouble::Device, Device),
        (OwnEnd { strained: true, ..WELL }, Trouble::Processor, Processor),
        (OwnEnd { line_lost: true, ..WELL }, Trouble::Network, Network),
    ];
    for (own, trouble, cause) in ends {
        let mut call = Call::new();
        assert_eq!(call.after(10, &[("a", FINE)], own), [fair(cause, Mine)]);
        assert_eq!(call.quality.trouble(), Some(trouble));
        assert_eq!(call.after(10, &[("a", FINE)], WELL), [QualityView::Good]);
        assert_eq!(call.quality.trouble(), None);
    }
}

#[test]
fn a_line_between_good_and_fair_stays_what_it_was() {
    let mut call = Call::new();
    assert_eq!(call.after(10, &[("a", losing(25))], WELL), [fair(Network, Between)]);
    assert_eq!(call.after(10, &[("a", losing(18))], WELL), [fair(Network, Between)]);
    assert_eq!(call.after(10, &[("a", losing(10))], WELL), [QualityView::Good]);
    assert_eq!(call.after(10, &[("a", losing(18))], WELL), [QualityView::Good]);
}

#[test]
fn who_comes_again_begins_anew() {
    let mut call = Call::new();
    call.after(10, &[("a", losing(90))], WELL);
    call.after(1, &[], WELL);
    call.totals.clear();
    assert_eq!(call.after(1, &[("a", FINE)], WELL), [QualityView::Unknown]);
}

fn any_line() -> impl Strategy<Value = Line> {
    let state = prop_oneof![
        Just(PeerState::Connected),
        Just(PeerState::Reconnecting),
        Just(PeerState::Connecting),
        Just(PeerState::Away)
    ];
    let gets = prop_oneof![Just(None), Just(Some(Reduced::Smaller)), Just(Some(Reduced::AudioOnly))];
    let trouble = prop_oneof![Just(None), Just(Some(Trouble::Network)), Just(Some(Trouble::Device))];
    (state, gets, trouble, 0u16..200, 0.0..0.2, 0.0..0.5).prop_map(
        |(state, gets, trouble, lost, concealed, frozen)| Line {
            reading: Reading { state, gets, trouble, lost, ..FINE.reading },
            concealed,
            frozen,
        },
    )
}

fn any_own() -> impl Strategy<Value = OwnEnd> {
    any::<[bool; 3]>().prop_map(|[line_lost, device, strained]| OwnEnd { line_lost, device, strained })
}

proptest! {
    /// Whatever happens: nothing that a person reads or hears changes twice in three seconds.
    #[test]
    fn nothing_flaps(steps in prop::collection::vec((any_line(), any_line(), any_own(), 1u32..20), 1..40)) {
        let mut call = Call::new();
        let mut last = None;
        let mut changed: [Option<Instant>; 3] = [None; 3];
        for (a, b, own, looks) in steps {
            for _ in 0..looks {
                call.look(&[("a", a), ("b", b)], own);
                let (quality, gets) = call.quality.of(&"a".into());
                let now = (quality, gets, call.quality.trouble());
                let before = last.replace(now).unwrap_or((QualityView::Unknown, None, None));
                let moved = [before.0 != now.0, before.1 != now.1, before.2 != now.2];
                for (changed, _) in changed.iter_mut().zip(moved).filter(|(_, moved)| *moved) {
                    let rested = changed.replace(call.now).map(|at| call.now - at);
                    prop_assert!(rested.is_none_or(|rested| rested >= HOLD), "{rested:?}");
                }
            }
        }
    }

    /// Whatever was: a line that is well for a while is shown so.
    #[test]
    fn it_is_well_in_the_end(before in prop::collection::vec((any_line(), any_own(), 1u32..20), 0..20)) {
        let mut call = Call::new();
        for (line, own, looks) in before {
            (0..looks).for_each(|_| call.look(&[("a", line)], own));
        }
        prop_assert_eq!(call.after(12, &[("a", FINE)], WELL), [QualityView::Good]);
        prop_assert_eq!(call.quality.of(&"a".into()).1, None);
    }
}
