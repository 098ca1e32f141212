//! Random orders of what servers, lines and users do, against a model that only looks back: a call is heard in one stretch at
//! most, only while it was told to, and never after it was over.

use super::*;
use consilium_wire::home::calls::RingEnd;
use proptest::prelude::*;
use std::collections::BTreeMap;

const CALLS: u8 = 6;

#[derive(Clone, Copy, Debug)]
enum Step {
    Connected,
    Known,
    Lost,
    Over,
    Rings { call: u8, seconds: u32 },
    RingOver { call: u8, why: RingEnd },
    Accepts { call: u8 },
    LetIn { call: u8 },
    Refused { call: u8 },
    Declines { call: u8 },
    Undisturbed(bool),
    Wait { seconds: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let call = 0..CALLS;
    let why = prop::sample::select(vec![
        RingEnd::AnsweredElsewhere,
        RingEnd::DeclinedElsewhere,
        RingEnd::Cancelled,
        RingEnd::Missed,
    ]);
    prop_oneof![
        1 => Just(Step::Connected),
        1 => Just(Step::Known),
        1 => Just(Step::Lost),
        1 => prop::bool::weighted(0.2).prop_map(|over| if over { Step::Over } else { Step::Lost }),
        8 => (call.clone(), 0..60_u32).prop_map(|(call, seconds)| Step::Rings { call, seconds }),
        3 => (call.clone(), why).prop_map(|(call, why)| Step::RingOver { call, why }),
        2 => call.clone().prop_map(|call| Step::Accepts { call }),
        1 => call.clone().prop_map(|call| Step::LetIn { call }),
        1 => call.clone().prop_map(|call| Step::Refused { call }),
        2 => call.prop_map(|call| Step::Declines { call }),
        1 => any::<bool>().prop_map(Step::Undisturbed),
        4 => (1..40_u64).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

fn id(call: u8) -> CallId {
    CallId(format!("c-{call}"))
}

/// What was said about a call, and what was heard of it.
#[derive(Default)]
struct Past {
    told_until: Option<Instant>,
    /// Said to be over, taken or declined.
    finished: bool,
    stretches: u32,
    was_heard: bool,
}

fn carry_out(rings: &mut Rings, step: Step, past: &mut BTreeMap<u8, Past>, now: &mut Instant) {
    let event = |event| HomeEvent::Event(event);
    match step {
        Step::Connected => rings.hear(&HomeEvent::Connected, *now),
        Step::Known => rings.hear(&event(Event::Known), *now),
        Step::Lost => rings.hear(&HomeEvent::Lost, *now),
        Step::Over => rings.hear(&HomeEvent::Over, *now),
        Step::Rings { call, seconds } => {
            past.entry(call).or_default().told_until = Some(*now + Duration::from_secs(seconds.into()));
            let from = CallPerson { user_id: "a".into(), name: "Sample".into() };
            let (title, others, into_visit) = (None, 0, false);
            let ringing = Event::Ringing { call: id(call), from, title, others, into_visit, seconds };
            rings.hear(&event(ringing), *now);
        }
        Step::RingOver { call, why } => {
            past.entry(call).or_default().finished = true;
            rings.hear(&event(Event::RingOver { call: id(call), why }), *now);
        }
        Step::Accepts { call } => {
            if rings.accept(&id(call).0).is_some() {
                past.entry(call).or_default().finished = true;
            }
        }
        Step::LetIn { call } | Step::Declines { call } => {
            if rings.take(&id(call).0).is_some() {
                past.entry(call).or_default().finished = true;
            }
        }
        Step::Refused { call } => rings.refused(&id(call), ProblemCode::Unreachable),
        Step::Undisturbed(on) => rings.set_undisturbed(on),
        Step::Wait { seconds } => *now += Duration::from_secs(seconds),
    }
    rings.expire(*now);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn a_call_is_heard_once_and_never_after_it_is_over(steps in prop::collection::vec(step(), 1..120)) {
        let (mut rings, mut past, mut now) = (Rings::default(), BTreeMap::<u8, Past>::new(), Instant::now());
        let mut undisturbed = false;
        for step in steps {
            if let Step::Undisturbed(on) = step {
                undisturbed = on;
            }
            carry_out(&mut rings, step, &mut past, &mut now);
            let heard: Vec<CallId> = rings.heard(now).map(|ring| ring.call.clone()).collect();
            prop_assert!(!undisturbed || heard.is_empty(), "undisturbed, and {heard:?}");
            for (call, past) in &mut past {
                let is_heard = heard.contains(&id(*call));
                prop_assert!(!is_heard || !past.finished, "heard after it was over");
                prop_assert!(!is_heard || past.told_until.is_some_and(|until| now < until), "for too long");
                past.stretches += u32::from(is_heard && !past.was_heard);
                past.was_heard = is_heard;
                prop_assert!(past.stretches <= 1, "rings twice");
            }
            let rows = rings.rows(false, now);
            let calls: BTreeSet<&String> = rows.iter().map(|row| &row.id).collect();
            prop_assert_eq!(calls.len(), rows.len(), "a row each");
        }
    }
}

/// How much of what matters the random orders reach: said with `--nocapture`.
#[test]
fn random_orders_reach_what_matters() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let steps = prop::collection::vec(step(), 60..120);
    let (mut rang, mut finished, mut told_after) = (0, 0, 0);
    for _ in 0..200 {
        let steps = steps.new_tree(&mut runner).unwrap().current();
        let (mut rings, mut past, mut now) = (Rings::default(), BTreeMap::<u8, Past>::new(), Instant::now());
        for step in steps {
            if let Step::Rings { call, .. } = step {
                told_after += u32::from(past.get(&call).is_some_and(|past| past.finished));
            }
            carry_out(&mut rings, step, &mut past, &mut now);
            for ring in rings.heard(now) {
                let call = ring.call.0.trim_start_matches("c-").parse().unwrap();
                past.entry(call).or_default().was_heard = true;
            }
        }
        rang += past.values().filter(|past| past.was_heard).count();
        finished += past.values().filter(|past| past.finished).count();
    }
    println!("{rang} calls rang, {finished} were finished, {told_after} were told again after that");
    assert!(rang > 200 && finished > 400 && told_after > 1_000);
}
