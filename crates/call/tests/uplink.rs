//! One line and what is sent over it, simulated: a rate that falls and comes back, losses, jitter, busy machines.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::line::{Line, Simulation};
use consilium_call::core::Rung;
use proptest::prelude::*;

const FULL: Rung = Rung::Full { layer: 0 };

fn on_a_good_line(seed: u64) -> Simulation {
    let mut simulation = Simulation::new(Line::GOOD, seed);
    simulation.run(10.0);
    assert_eq!(simulation.rung, FULL);
    simulation
}

#[test]
fn a_rate_that_falls_is_followed_down_at_once_and_up_again() {
    for seed in 1..=10 {
        let mut simulation = on_a_good_line(seed);
        simulation.line.rate = 250_000.0;
        simulation.worst_queue_ms = 0.0;
        let down = simulation.run_until(10, |simulation| simulation.need() <= 250_000).unwrap();
        assert!(down <= 1500, "down after {down} ms");
        simulation.run(3.0);
        let worst = std::mem::take(&mut simulation.worst_queue_ms);
        assert!(worst < 1200.0, "{worst} ms on the line");
        simulation.run(27.0);
        let later = simulation.worst_queue_ms;
        assert!(later < 400.0, "{later} ms on the line when it has settled");
        assert!(simulation.need() <= 250_000 && simulation.estimate() <= 300_000);
        assert!(simulation.rung.layer() == Some(2), "{:?}", simulation.rung);
        simulation.line.rate = 2_000_000.0;
        let up = simulation.run_until(60, |simulation| simulation.rung == FULL).unwrap();
        println!("seed {seed}: down {down} ms, worst queue {worst:.0} ms, settled {later:.0} ms, up {up} ms");
        assert!(up < 45_000, "up after {up} ms");
    }
}

#[test]
fn losses_and_jitter_of_a_line_that_carries_enough_cost_no_picture() {
    for seed in 1..=10 {
        let line = Line { delay_ms: 100.0, jitter_ms: 20.0, lost_per_mille: 50, ..Line::GOOD };
        let mut simulation = Simulation::new(line, seed);
        for _ in 0..60 {
            simulation.run(1.0);
            assert_eq!(
                simulation.rung,
                FULL,
                "seed {seed} {} ms {}",
                simulation.now_ms,
                simulation.estimate()
            );
        }
    }
}

#[test]
fn a_machine_that_reads_late_is_no_bad_line() {
    for (seed, jitter_ms, pause_ms) in [(1, 60.0, 0.0), (2, 5.0, 150.0), (3, 30.0, 100.0), (4, 60.0, 150.0)] {
        let mut simulation = Simulation::new(Line { jitter_ms, pause_ms, ..Line::GOOD }, seed);
        for _ in 0..60 {
            simulation.run(1.0);
            assert_eq!(simulation.rung, FULL, "{jitter_ms} {pause_ms}, {} ms", simulation.now_ms);
        }
    }
}

#[test]
fn a_line_that_drops_instead_of_delaying_is_found_out_too() {
    for seed in 1..=5 {
        let mut simulation = on_a_good_line(seed);
        // A policer: next to no queue.
        (simulation.line.rate, simulation.line.buffer_ms) = (300_000.0, 20.0);
        let down = simulation.run_until(20, |simulation| simulation.need() <= 300_000).unwrap();
        assert!(down <= 5000, "down after {down} ms");
        simulation.run(20.0);
        assert!(simulation.need() <= 300_000, "{:?}", simulation.rung);
    }
}

/// The picture gets smaller at most, goes on in full motion, and is what it was soon after the losses have ended.
#[test]
fn losses_for_a_while_are_got_over_at_once() {
    for seed in 1..=10 {
        let mut simulation = on_a_good_line(seed);
        simulation.line.lost_per_mille = 300;
        for _ in 0..100 {
            simulation.run(0.1);
            assert!(matches!(simulation.rung, Rung::Full { .. }), "seed {seed}: {:?}", simulation.rung);
        }
        simulation.line.lost_per_mille = 0;
        let climbs = simulation.climbs;
        let back = simulation.run_until(60, |simulation| simulation.rung == FULL).unwrap();
        println!("seed {seed}: all of it {back} ms after the losses, {} climbs", simulation.climbs - climbs);
        assert!(back < 3500, "seed {seed}: {back} ms");
        simulation.run(30.0);
        assert!(simulation.rung == FULL && simulation.climbs - climbs <= 1, "no turns");
    }
}

#[test]
fn a_line_that_was_gone_for_a_while_is_begun_on_with_care() {
    let mut simulation = on_a_good_line(1);
    simulation.line.lost_per_mille = 1000;
    simulation.run(6.0);
    simulation.line.lost_per_mille = 0;
    assert!(simulation.estimate() <= 500_000, "{}", simulation.estimate());
    let back = simulation.run_until(60, |simulation| simulation.rung == FULL).unwrap();
    println!("after an outage: all of it again after {back} ms");
}

#[test]
fn a_longer_way_is_no_queue_for_ever() {
    let mut simulation = on_a_good_line(1);
    simulation.line.delay_ms = 300.0;
    simulation.run(2.0);
    let back = simulation.run_until(60, |simulation| simulation.rung == FULL).unwrap();
    println!("another route: all of it again after {back} ms");
    simulation.run(10.0);
    for _ in 0..60 {
        simulation.run(1.0);
        assert_eq!(simulation.rung, FULL);
    }
}

#[test]
fn every_line_gets_what_it_carries() {
    let expected = [
        (900_000.0, vec![FULL]),
        (500_000.0, vec![Rung::Full { layer: 1 }]),
        (230_000.0, vec![Rung::Full { layer: 2 }]),
        (140_000.0, vec![Rung::Base { layer: 2 }, Rung::Slides]),
        (75_000.0, vec![Rung::AudioOnly]),
    ];
    for (rate, allowed) in expected {
        for seed in 1..=5 {
            let mut simulation = on_a_good_line(seed);
            simulation.line.rate = rate;
            simulation.run(20.0);
            let mut seconds = 0;
            for _ in 0..60 {
                simulation.run(1.0);
                seconds += u32::from(allowed.contains(&simulation.rung));
            }
            println!(
                "{rate} seed {seed}: {seconds} of 60 s as expected, now {:?} {}, {} climbs, {} padding",
                simulation.rung,
                simulation.estimate(),
                simulation.climbs,
                simulation.padding
            );
            assert!(seconds >= 45, "{rate}: {seconds} s, {:?}, {}", simulation.rung, simulation.estimate());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the line does: the wait on it stays bounded once it has been found out, changes are rare, and a line
    /// that is good in the end is used.
    #[test]
    fn the_wait_stays_bounded(
        phases in prop::collection::vec((110_000.0..2_000_000.0f64, 5.0..20.0f64), 1..6),
        jitter_ms in 0.0..30.0f64,
        lost_per_mille in 0u64..30,
        seed: u64,
    ) {
        let mut simulation = Simulation::new(Line { jitter_ms, lost_per_mille, ..Line::GOOD }, seed);
        for (rate, seconds) in phases {
            simulation.line.rate = rate;
            simulation.run(5.0);
            simulation.worst_queue_ms = 0.0;
            simulation.run(seconds);
            prop_assert!(simulation.worst_queue_ms < 1000.0, "{} ms at {rate}", simulation.worst_queue_ms);
            let carried = f64::from(simulation.estimate()) <= rate * 1.6;
            prop_assert!(carried || simulation.queue_ms() < 100.0, "{} at {rate}", simulation.estimate());
        }
        simulation.line = Line { jitter_ms, lost_per_mille, ..Line::GOOD };
        prop_assert!(simulation.run_until(120, |simulation| simulation.rung == FULL).is_some());
    }
}
