use super::*;
use proptest::prelude::*;
use std::collections::VecDeque;

/// Everything that was said and has not arrived.
type Wire = VecDeque<Signal>;

fn end(who: u8) -> Fingerprint {
    Fingerprint::of(&[who])
}

fn secure(side: &mut Safety, ends: (u8, u8), seed: u8, wire: &mut Wire) {
    let ends = Ends { own: end(ends.0), peer: end(ends.1) };
    side.secured(ends, Secret::new([seed; 32]), &mut |said| wire.push_back(said));
}

fn hear(side: &mut Safety, said: &Signal, wire: &mut Wire) {
    let mut say = |said| wire.push_back(said);
    match said {
        Signal::Commit { hash } => side.hear_commit(hash, &mut say),
        Signal::Reveal { nonce } => side.hear_reveal(nonce, &mut say),
        other => panic!("not of this exchange: {other:?}"),
    }
}

fn words(side: &Safety) -> Option<[u8; 3]> {
    side.view().and_then(|view| view.words)
}

/// Two sides and what is on its way between them, each way.
struct Pair {
    sides: [Safety; 2],
    /// What the first has said, and the second.
    wires: [Wire; 2],
}

impl Pair {
    fn new() -> Self {
        Self { sides: [Safety::new(true), Safety::new(false)], wires: Default::default() }
    }

    fn secure(&mut self, who: usize, ends: (u8, u8), seed: u8) {
        secure(&mut self.sides[who], ends, seed, &mut self.wires[who]);
    }

    fn deliver(&mut self, from: usize, which: usize) {
        if let Some(said) = self.wires[from].remove(which) {
            let to = 1 - from;
            hear(&mut self.sides[to], &said, &mut self.wires[to]);
        }
    }

    fn repeat(&mut self) {
        for (side, wire) in self.sides.iter().zip(&mut self.wires) {
            side.repeat(&mut |said| wire.push_back(said));
        }
    }

    fn settle(&mut self) {
        for step in 0..1000 {
            if self.wires.iter().all(VecDeque::is_empty) {
                return;
            }
            self.deliver(step % 2, 0);
        }
        panic!("they never stop talking");
    }
}

#[derive(Clone, Debug)]
enum Step {
    Secured(usize),
    Deliver {
        from: usize,
        which: usize,
    },
    Lose {
        from: usize,
        which: usize,
    },
    Twice {
        from: usize,
        which: usize,
    },
    Repeat,
    /// The transport is replaced by another one between the same two.
    Replaced(usize),
    /// One side has forgotten everything but its certificate.
    Restarted(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let (side, which) = (0usize..2, 0usize..4);
    prop_oneof![
        3 => side.clone().prop_map(Step::Secured),
        8 => (side.clone(), which.clone()).prop_map(|(from, which)| Step::Deliver { from, which }),
        2 => (side.clone(), which.clone()).prop_map(|(from, which)| Step::Lose { from, which }),
        2 => (side.clone(), which).prop_map(|(from, which)| Step::Twice { from, which }),
        1 => Just(Step::Repeat),
        1 => side.clone().prop_map(Step::Replaced),
        1 => side.prop_map(Step::Restarted),
    ]
}

const ENDS: [(u8, u8); 2] = [(1, 2), (2, 1)];

proptest! {
    #[test]
    fn honest_sides_come_to_the_same_words_whatever_is_lost_late_or_doubled(
        steps in proptest::collection::vec(step(), 0..40),
    ) {
        let mut pair = Pair::new();
        let mut restarts = 0;
        for (seed, step) in (10..).zip(steps) {
            match step {
                Step::Secured(who) => pair.secure(who, ENDS[who], seed),
                Step::Deliver { from, which } => pair.deliver(from, which),
                Step::Lose { from, which } => drop(pair.wires[from].remove(which)),
                Step::Twice { from, which } => {
                    if let Some(said) = pair.wires[from].get(which).cloned() {
                        pair.wires[from].push_back(said);
                    }
                }
                Step::Repeat => pair.repeat(),
                Step::Replaced(who) => pair.sides[who].lost(),
                // More of them would use up the attempts, as they should.
                Step::Restarted(who) if restarts < 2 => {
                    restarts += 1;
                    pair.sides[who] = Safety::new(who == 0);
                }
                Step::Restarted(_) => {}
            }
        }
        pair.secure(0, ENDS[0], 200);
        pair.secure(1, ENDS[1], 201);
        pair.settle();
        pair.repeat();
        pair.settle();
        let [leader, follower] = &pair.sides;
        // What came late from before a restart may have used the attempts up: then there are no words, not others.
        if matches!(leader.stage, Stage::Spent) || matches!(follower.stage, Stage::Spent) {
            return Ok(());
        }
        prop_assert!(words(leader).is_some());
        prop_assert_eq!(words(leader), words(follower));
    }

    /// Whoever sits between has a certificate of its own towards each side, and has to commit itself first.
    #[test]
    fn somebody_in_between_gets_other_words_on_each_side(seeds in any::<[u8; 4]>()) {
        let [a, b, towards_a, towards_b] = seeds;
        let mut left = Pair::new();
        left.secure(0, (1, 8), a);
        left.secure(1, (8, 1), towards_a);
        left.settle();
        let mut right = Pair::new();
        right.secure(0, (9, 2), towards_b);
        right.secure(1, (2, 9), b);
        right.settle();
        let (shown_left, shown_right) = (words(&left.sides[0]), words(&right.sides[1]));
        prop_assert!(shown_left.is_some() && shown_right.is_some());
        prop_assert_ne!(shown_left, shown_right);
    }

    /// It relays what the two say instead of speaking for itself.
    #[test]
    fn whose_signals_are_relayed_over_other_certificates_gets_no_words(seeds in any::<[u8; 2]>()) {
        let mut pair = Pair::new();
        pair.secure(0, (1, 8), seeds[0]);
        pair.secure(1, (2, 9), seeds[1]);
        pair.settle();
        prop_assert_eq!(pair.sides.each_ref().map(words), [None, None]);
    }

    #[test]
    fn a_number_to_which_nobody_was_bound_is_refused(nonce in any::<[u8; 16]>(), seed in any::<u8>()) {
        let (mut follower, mut wire) = (Safety::new(false), Wire::new());
        secure(&mut follower, (2, 1), seed, &mut wire);
        let commit = Signal::Commit { hash: hex::encode([7; 32]).into() };
        hear(&mut follower, &commit, &mut wire);
        hear(&mut follower, &Signal::Reveal { nonce: hex::encode(nonce).into() }, &mut wire);
        prop_assert_eq!(words(&follower), None);
    }

    #[test]
    fn garbage_changes_nothing(text in "\\PC{0,70}") {
        let (mut follower, mut wire) = (Safety::new(false), Wire::new());
        secure(&mut follower, (2, 1), 1, &mut wire);
        hear(&mut follower, &Signal::Commit { hash: format!("{text}x").into() }, &mut wire);
        hear(&mut follower, &Signal::Reveal { nonce: format!("{text}x").into() }, &mut wire);
        prop_assert!(wire.is_empty());
    }
}

/// The leader's number is told last, and only to one who cannot choose any more.
#[test]
fn the_leader_reveals_nothing_before_the_answer() {
    let (mut leader, mut said) = (Safety::new(true), Wire::new());
    secure(&mut leader, (1, 2), 3, &mut said);
    hear(&mut leader, &Signal::Commit { hash: hex::encode([7; 32]).into() }, &mut said);
    hear(&mut leader, &Signal::Reveal { nonce: hex::encode([7; 16]).into() }, &mut said);
    leader.repeat(&mut |signal| said.push_back(signal));
    assert!(said.iter().all(|signal| matches!(signal, Signal::Commit { .. })));
}

/// Each new hash of the leader is a guess, and each costs the follower an attempt.
#[test]
fn the_follower_answers_a_few_guesses_with_new_numbers_and_then_none() {
    let (mut follower, mut said) = (Safety::new(false), Wire::new());
    secure(&mut follower, (2, 1), 3, &mut said);
    for guess in 0..100u8 {
        hear(&mut follower, &Signal::Commit { hash: hex::encode([guess % 50; 32]).into() }, &mut said);
    }
    let revealed = said.iter().filter_map(|signal| match signal {
        Signal::Reveal { nonce } => Some(nonce.expose().clone()),
        _ => None,
    });
    let revealed: Vec<String> = revealed.collect();
    assert_eq!(revealed.len(), MAX_ATTEMPTS as usize);
    assert!(revealed.iter().enumerate().all(|(at, nonce)| !revealed[..at].contains(nonce)));
    assert_eq!(words(&follower), None);
}

/// A second number for the same attempt, after the own one is known, may have been searched for.
#[test]
fn the_leader_takes_no_second_answer() {
    let mut pair = Pair::new();
    pair.secure(0, ENDS[0], 1);
    pair.secure(1, ENDS[1], 2);
    pair.settle();
    let before = words(&pair.sides[0]);
    let Stage::Agreed { own, .. } = &pair.sides[0].stage else { panic!("they have not agreed") };
    let nonce = Secret::new([9; 16]);
    let hash = commitment(end(2), &nonce, Some(&own.hash));
    let mut said = Wire::new();
    hear(&mut pair.sides[0], &Signal::Commit { hash: hex::encode(hash).into() }, &mut said);
    hear(&mut pair.sides[0], &Signal::Reveal { nonce: hex::encode(nonce.expose()).into() }, &mut said);
    assert!(before.is_some() && words(&pair.sides[0]).is_none());
    assert!(matches!(said.make_contiguous(), [Signal::Commit { .. }]), "it begins anew");
}

#[test]
fn words_stay_over_a_new_transport_and_go_with_another_certificate() {
    let mut pair = Pair::new();
    pair.secure(0, ENDS[0], 1);
    pair.secure(1, ENDS[1], 2);
    pair.settle();
    let before = words(&pair.sides[0]);
    pair.sides[0].lost();
    assert_eq!(pair.sides[0].view(), None);
    pair.secure(0, ENDS[0], 5);
    assert_eq!(words(&pair.sides[0]), before);
    pair.secure(0, (1, 3), 5);
    assert_eq!(pair.sides[0].view(), Some(SafetyView { peer: end(3), words: None }));
}

#[test]
fn nothing_of_it_is_printed() {
    let mut pair = Pair::new();
    pair.secure(0, ENDS[0], 1);
    pair.secure(1, ENDS[1], 2);
    pair.settle();
    let text = format!("{:?} {:?}", pair.sides[0].view(), pair.sides);
    assert!(!text.chars().any(|letter| letter.is_ascii_digit() && letter != '1'), "{text}");
}
