//! Random days: a plan, and what people ask one after the other.

use consilium_model::{Actor, Command, Participant, Plan, PlannedSpecialist, Role, Roster, UserId};
use proptest::prelude::*;
use std::time::Duration;
use time::OffsetDateTime;
use time::macros::datetime;

/// People of both roles have these ids: the same id in another role is somebody else.
const NAMES: [&str; 4] = ["a", "b", "c", "stranger"];

/// A second of the day. Second 0 is when the first may be asked.
pub(crate) fn at(second: i64) -> OffsetDateTime {
    datetime!(2026-11-21 08:00 UTC) + time::Duration::seconds(second)
}

/// A plan, and what is asked.
#[derive(Clone, Debug)]
pub(crate) struct Day {
    pub(crate) plan: Plan,
    pub(crate) turns: Vec<Turn>,
}

/// After some seconds somebody asks something.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) passed: i64,
    pub(crate) who: Who,
    pub(crate) ask: Ask,
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Who {
    /// One of those in the plan at that time.
    Planned(usize),
    /// One of the specialists in the plan at that time.
    Specialist(usize),
    /// Anybody, planned or not.
    Named(Role, &'static str),
    Booking,
    Clock,
}

impl Who {
    pub(crate) fn actor(self, plan: &Plan) -> Actor {
        match self {
            Self::Planned(number) => one_of(plan.roster.participants(), number),
            Self::Specialist(number) => {
                one_of(plan.roster.participants().filter(|one| one.role == Role::Specialist), number)
            }
            Self::Named(role, id) => Actor::Participant(Participant { role, id: id.into() }),
            Self::Booking => Actor::Booking,
            Self::Clock => Actor::Clock,
        }
    }
}

fn one_of(people: impl Iterator<Item = Participant>, number: usize) -> Actor {
    let people: Vec<_> = people.collect();
    let place = number.checked_rem(people.len());
    Actor::Participant(place.map_or_else(|| Participant::client("nobody"), |place| people[place].clone()))
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ask {
    Open,
    Join,
    Leave,
    Start,
    Pause,
    Resume,
    Finish,
    Cancel,
    Restore,
    Expire,
    Edit(Change),
}

/// What is edited.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Nothing,
    Move(i64),
    Resize(u64),
    OpeningWindow(u64),
    IsOpen(bool),
    Client { id: &'static str, on: bool },
    Specialist { id: &'static str, on: bool, required: bool },
}

impl Ask {
    pub(crate) fn command(self, plan: &Plan) -> Command {
        match self {
            Self::Open => Command::Open,
            Self::Join => Command::Join,
            Self::Leave => Command::Leave,
            Self::Start => Command::Start,
            Self::Pause => Command::Pause,
            Self::Resume => Command::Resume,
            Self::Finish => Command::Finish,
            Self::Cancel => Command::Cancel,
            Self::Restore => Command::Restore,
            Self::Expire => Command::Expire,
            Self::Edit(change) => Command::Edit(Box::new(change.of(plan.clone()))),
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Finish => "finish",
            Self::Cancel => "cancel",
            Self::Restore => "restore",
            Self::Expire => "expire",
            Self::Edit(_) => "edit",
        }
    }
}

impl Change {
    fn of(self, mut plan: Plan) -> Plan {
        match self {
            Self::Nothing => {}
            Self::Move(seconds) => plan.scheduled_start += time::Duration::seconds(seconds),
            Self::Resize(seconds) => plan.scheduled_duration = Duration::from_secs(seconds),
            Self::OpeningWindow(seconds) => plan.opening_window = Duration::from_secs(seconds),
            Self::IsOpen(is_open) => plan.is_open = is_open,
            Self::Client { id, on } => {
                let clients = &mut plan.roster.clients;
                clients.retain(|one| one.as_str() != id);
                clients.extend(on.then(|| UserId::new(id)));
            }
            Self::Specialist { id, on, required } => {
                let specialists = &mut plan.roster.specialists;
                specialists.retain(|one| one.id.as_str() != id);
                specialists.extend(on.then(|| PlannedSpecialist { id: id.into(), required }));
            }
        }
        plan
    }
}

pub(crate) fn any_day() -> impl Strategy<Value = Day> {
    let turns = prop::collection::vec(any_turn(), 20..=60);
    (any_plan(), turns, any::<bool>()).prop_map(|(plan, mut turns, is_round)| {
        // On a round day things happen at the very second at which a window opens or closes.
        if is_round {
            turns.iter_mut().for_each(|turn| turn.passed -= turn.passed % 30);
        }
        Day { plan, turns }
    })
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let flags = |count| prop::collection::vec(any::<bool>(), count);
    let specialists = prop_oneof![1 => flags(0), 8 => flags(1), 6 => flags(2), 3 => flags(3)];
    let clients = prop_oneof![1 => Just(0), 6 => Just(1), 4 => Just(2), 1 => Just(3)];
    let window = prop::sample::select(vec![0, 60, 600]);
    (specialists, clients, any::<bool>(), 0i64..15, 1u64..60, window).prop_map(
        |(required, clients, is_open, start, minutes, window)| {
            let specialists = NAMES.into_iter().zip(required);
            let specialists =
                specialists.map(|(id, required)| PlannedSpecialist { id: id.into(), required }).collect();
            let clients = NAMES.into_iter().take(clients).map(UserId::from).collect();
            Plan {
                roster: Roster { specialists, clients, guests: Vec::new() },
                is_open,
                scheduled_start: at(start * 60),
                scheduled_duration: Duration::from_secs(minutes * 60),
                opening_window: Duration::from_secs(window),
            }
        },
    )
}

fn any_turn() -> impl Strategy<Value = Turn> {
    let passed = prop_oneof![4 => Just(0), 12 => 1i64..30, 4 => 30i64..190];
    // Mostly those ask who may, and what is asked every day, or hardly any day gets past its first end.
    let asked = prop_oneof![
        30 => (any_planned(), everyday_ask()),
        30 => (any_specialist(), specialists_ask()),
        2 => (any_who(), prop_oneof![everyday_ask(), specialists_ask(), rare_ask()]),
        1 => (any_planned(), rare_ask()),
        3 => (Just(Who::Booking), any_change().prop_map(Ask::Edit)),
    ];
    let clock = (170i64..6000, Just((Who::Clock, Ask::Expire)));
    let turn = prop_oneof![80 => (passed, asked), 1 => clock];
    turn.prop_map(|(passed, (who, ask))| Turn { passed, who, ask })
}

fn any_planned() -> impl Strategy<Value = Who> {
    (0usize..6).prop_map(Who::Planned)
}

fn any_specialist() -> impl Strategy<Value = Who> {
    (0usize..6).prop_map(Who::Specialist)
}

fn any_who() -> impl Strategy<Value = Who> {
    let role = prop::sample::select(vec![Role::Client, Role::Specialist]);
    prop_oneof![
        4 => any_planned(),
        2 => (role, prop::sample::select(NAMES.to_vec())).prop_map(|(role, id)| Who::Named(role, id)),
        1 => Just(Who::Booking),
        1 => Just(Who::Clock),
    ]
}

fn everyday_ask() -> impl Strategy<Value = Ask> {
    prop_oneof![4 => Just(Ask::Join), 1 => Just(Ask::Leave)]
}

fn specialists_ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        6 => Just(Ask::Open),
        4 => Just(Ask::Start),
        5 => Just(Ask::Pause),
        5 => Just(Ask::Resume),
        2 => Just(Ask::Finish),
        8 => Just(Ask::Restore),
        1 => any_change().prop_map(Ask::Edit),
    ]
}

fn rare_ask() -> impl Strategy<Value = Ask> {
    prop_oneof![6 => Just(Ask::Cancel), 1 => Just(Ask::Expire), 1 => any_change().prop_map(Ask::Edit)]
}

fn any_change() -> impl Strategy<Value = Change> {
    let id = || prop::sample::select(NAMES.to_vec());
    prop_oneof![
        1 => Just(Change::Nothing),
        2 => (-900i64..900).prop_map(Change::Move),
        2 => (0u64..1800).prop_map(Change::Resize),
        1 => (0u64..600).prop_map(Change::OpeningWindow),
        1 => any::<bool>().prop_map(Change::IsOpen),
        3 => (id(), any::<bool>()).prop_map(|(id, on)| Change::Client { id, on }),
        3 => (id(), any::<bool>(), any::<bool>())
            .prop_map(|(id, on, required)| Change::Specialist { id, on, required }),
    ]
}
