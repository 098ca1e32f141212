//! Random days of a room.

use consilium_model::{Command, Participant, Role};
use proptest::prelude::*;

/// Who is planned, and what happens.
#[derive(Clone, Debug)]
pub(super) struct Day {
    pub(super) people: Vec<Participant>,
    /// Specialists without whom it does not go on.
    pub(super) required: Vec<Participant>,
    pub(super) steps: Vec<Step>,
}

/// What happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A method of the status machine.
    Ask(Command, Participant),
    /// Joins and says hello, as a client does.
    Arrive(Participant),
    /// A new socket says hello, with the key of the last welcome or without one (another device).
    Enter { who: Participant, with_key: bool },
    /// The network takes the socket.
    Lose(Participant),
    /// The room refuses the one who sits there, because a one-time password is wanted.
    ShutOut(Participant),
    /// The program closes.
    Bye(Participant),
    /// A page is loaded again: a goodbye, and a hello without a key.
    Reload { who: Participant, seconds: i64 },
    /// A lost network that comes back.
    Drop { who: Participant, seconds: i64 },
    /// Time.
    Pass(i64),
    /// The server starts again.
    Restart,
}

pub(super) fn any_day() -> impl Strategy<Value = Day> {
    let roster = (1usize..=2, 1usize..=2, any::<(bool, bool)>());
    roster.prop_flat_map(|(specialists, clients, required)| {
        let doctors: Vec<_> = ["d", "e"].into_iter().take(specialists).map(Participant::specialist).collect();
        let flagged = doctors.iter().zip([required.0, required.1]).filter(|(_, required)| *required);
        let required: Vec<_> = flagged.map(|(who, _)| who.clone()).collect();
        let patients = ["p", "q"].into_iter().take(clients).map(Participant::client);
        let people: Vec<_> = doctors.into_iter().chain(patients).collect();
        let steps = prop::collection::vec(any_step(people.clone()), 20..=50);
        steps.prop_map(move |steps| Day { people: people.clone(), required: required.clone(), steps })
    })
}

fn any_step(people: Vec<Participant>) -> impl Strategy<Value = Step> {
    let doctors: Vec<_> = people.iter().filter(|who| who.role == Role::Specialist).cloned().collect();
    let who = move || prop::sample::select(people.clone());
    let specialist = move || prop::sample::select(doctors.clone());
    // About as long as the grace: just before, at, and after its end.
    let seconds = || prop_oneof![2 => 0i64..20, 3 => 50i64..70];
    let of_specialists = prop::sample::select(vec![
        Command::Start,
        Command::Pause,
        Command::Pause,
        Command::Resume,
        Command::Finish,
        Command::Restore,
        Command::Restore,
    ]);
    prop_oneof![
        8 => who().prop_map(Step::Arrive),
        2 => who().prop_map(|who| Step::Ask(Command::Join, who)),
        1 => who().prop_map(|who| Step::Ask(Command::Leave, who)),
        4 => (of_specialists, specialist()).prop_map(|(command, who)| Step::Ask(command, who)),
        4 => (who(), any::<bool>()).prop_map(|(who, with_key)| Step::Enter { who, with_key }),
        2 => who().prop_map(Step::Lose),
        1 => who().prop_map(Step::ShutOut),
        1 => who().prop_map(Step::Bye),
        2 => (who(), seconds()).prop_map(|(who, seconds)| Step::Reload { who, seconds }),
        4 => (who(), seconds()).prop_map(|(who, seconds)| Step::Drop { who, seconds }),
        4 => seconds().prop_map(Step::Pass),
        1 => Just(Step::Restart),
    ]
}
