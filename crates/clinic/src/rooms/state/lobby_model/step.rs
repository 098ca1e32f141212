//! Random days of a waiting room.

use consilium_model::{Command, Participant, Role};
use proptest::prelude::*;

/// What happens. Whoever has no open socket says nothing.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A specialist joins and comes in.
    Arrive(Participant),
    /// A new socket says hello, with the key of the last welcome or without one.
    Come {
        who: Participant,
        with_key: bool,
    },
    Knock {
        who: Participant,
        is_ready: bool,
    },
    Aside {
        who: Participant,
        on: bool,
    },
    /// A signal to somebody, and what it sends from now on.
    Media {
        from: Participant,
        to: Participant,
    },
    Admit {
        by: Participant,
        whom: Participant,
    },
    Deny {
        by: Participant,
        whom: Participant,
    },
    Note {
        by: Participant,
        whom: Participant,
    },
    Ring {
        by: Participant,
        whom: Participant,
    },
    /// The same, when the network has just taken the guest's socket.
    AdmitLost {
        by: Participant,
        whom: Participant,
    },
    /// The conference takes in the next one who was let in, or refuses it.
    Settle {
        refuses: bool,
    },
    /// An edit takes somebody off who is not in, the conference answers what it was asked for meanwhile, and another
    /// edit takes the same one on again.
    TakeOff(Participant),
    /// A method of the status machine.
    Ask(Command, Participant),
    Lose(Participant),
    Bye(Participant),
    /// A page is loaded again: a goodbye, and a hello without a key.
    Reload {
        who: Participant,
        seconds: i64,
    },
    /// The network takes a socket, which comes back.
    Drop {
        who: Participant,
        seconds: i64,
    },
    Pass(i64),
}

pub(super) fn doctors() -> Vec<Participant> {
    ["d", "e"].map(Participant::specialist).to_vec()
}

pub(super) fn guests() -> Vec<Participant> {
    ["p", "q", "r", "s"].map(Participant::client).to_vec()
}

pub(super) fn any_day() -> impl Strategy<Value = Vec<Step>> {
    let begin = Just(Step::Arrive(Participant::specialist("d")));
    (begin, prop::collection::vec(any_step(), 20..80)).prop_map(|(begin, mut steps)| {
        steps.insert(0, begin);
        steps
    })
}

fn any_step() -> impl Strategy<Value = Step> {
    let doctor = || prop::sample::select(doctors());
    let guest = || prop::sample::select(guests());
    let anyone = || prop::sample::select([doctors(), guests()].concat());
    // Guests try it too.
    let inside = || prop_oneof![8 => doctor(), 1 => guest()];
    let seconds = || prop_oneof![3 => 0i64..12, 3 => 50i64..70];
    let of_specialists = prop::sample::select(vec![
        Command::Start,
        Command::Finish,
        Command::Cancel,
        Command::Restore,
        Command::Restore,
        Command::Restore,
    ]);
    prop_oneof![
        3 => doctor().prop_map(Step::Arrive),
        10 => (anyone(), any::<bool>()).prop_map(|(who, with_key)| Step::Come { who, with_key }),
        10 => (guest(), any::<bool>()).prop_map(|(who, is_ready)| Step::Knock { who, is_ready }),
        2 => (guest(), any::<bool>()).prop_map(|(who, on)| Step::Aside { who, on }),
        10 => (anyone(), anyone()).prop_map(|(from, to)| Step::Media { from, to }),
        8 => (inside(), guest()).prop_map(|(by, whom)| Step::Admit { by, whom }),
        1 => (doctor(), guest()).prop_map(|(by, whom)| Step::AdmitLost { by, whom }),
        1 => (inside(), guest()).prop_map(|(by, whom)| Step::Deny { by, whom }),
        2 => (inside(), guest()).prop_map(|(by, whom)| Step::Note { by, whom }),
        1 => (inside(), guest()).prop_map(|(by, whom)| Step::Ring { by, whom }),
        8 => prop::bool::weighted(0.15).prop_map(|refuses| Step::Settle { refuses }),
        1 => guest().prop_map(Step::TakeOff),
        2 => (of_specialists, doctor()).prop_map(|(command, who)| Step::Ask(command, who)),
        1 => guest().prop_map(|who| Step::Ask(Command::Leave, who)),
        2 => anyone().prop_map(Step::Lose),
        2 => anyone().prop_map(Step::Bye),
        2 => (guest(), seconds()).prop_map(|(who, seconds)| Step::Reload { who, seconds }),
        3 => (anyone(), seconds()).prop_map(|(who, seconds)| Step::Drop { who, seconds }),
        4 => seconds().prop_map(Step::Pass),
    ]
}

/// Who comes in by itself.
pub(super) fn is_free(who: &Participant) -> bool {
    who.role == Role::Specialist
}
