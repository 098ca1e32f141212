//! Who can be reached, as it was told last. What changes together is one round: whoever listens says up to which round
//! it has told, and gets what is newer, once each, at the cost of that and not of everybody.

use consilium_model::UserId;
use consilium_wire::home::calls::Availability;
use std::collections::{BTreeSet, HashMap};

/// Everybody's availability.
#[derive(Default)]
pub(super) struct Board {
    round: u64,
    rows: HashMap<UserId, Row>,
    by_round: BTreeSet<(u64, UserId)>,
}

struct Row {
    availability: Availability,
    /// The round in which it became so.
    since: u64,
}

impl Board {
    /// What is known of somebody.
    pub(super) fn of(&self, user: &UserId) -> Availability {
        self.rows.get(user).map_or(Availability::Offline, |row| row.availability)
    }

    /// The newest round.
    pub(super) const fn round(&self) -> u64 {
        self.round
    }

    /// These are so now. A round begins when any of them was not; whether one did.
    pub(super) fn set(&mut self, now: impl IntoIterator<Item = (UserId, Availability)>) -> bool {
        let since = self.round + 1;
        for (user, availability) in now {
            if self.of(&user) == availability {
                continue;
            }
            self.round = since;
            if let Some(old) = self.rows.insert(user.clone(), Row { availability, since }) {
                self.by_round.remove(&(old.since, user.clone()));
            }
            self.by_round.insert((since, user));
        }
        self.round == since
    }

    /// What has become so after that round. After round 0: everybody who is not offline.
    pub(super) fn after(&self, round: u64) -> impl Iterator<Item = (&UserId, Availability)> {
        let news = self.by_round.range((round + 1, UserId::new(""))..);
        let news = news.map(|(_, user)| (user, self.of(user)));
        news.filter(move |(_, availability)| round > 0 || *availability != Availability::Offline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Availability; 4] =
        [Availability::Available, Availability::InCall, Availability::DoNotDisturb, Availability::Offline];

    proptest! {
        /// Whoever listens, however seldom, knows in the end what holds, and was told nothing twice in a look.
        #[test]
        fn whoever_listens_knows_what_holds(
            rounds in proptest::collection::vec(proptest::collection::vec((0..6_u8, 0..4_usize), 0..8), 0..40),
            looks in proptest::collection::vec(any::<bool>(), 40),
        ) {
            let (mut board, mut seen, mut known) = (Board::default(), 0, HashMap::new());
            let mut truth: HashMap<UserId, Availability> = HashMap::new();
            for (round, looks) in rounds.into_iter().zip(looks) {
                let now: HashMap<_, _> =
                    round.into_iter().map(|(user, place)| (UserId::new(user.to_string()), ALL[place])).collect();
                let is_news = now.iter().any(|(user, one)| truth.get(user).copied().unwrap_or_default() != *one);
                truth.extend(now.clone());
                prop_assert_eq!(board.set(now), is_news);
                if looks {
                    let news: Vec<_> = board.after(seen).collect();
                    let users: BTreeSet<_> = news.iter().map(|(user, _)| *user).collect();
                    prop_assert_eq!(users.len(), news.len());
                    known.extend(news.into_iter().map(|(user, one)| (user.clone(), one)));
                    seen = board.round();
                    for (user, one) in &truth {
                        prop_assert_eq!(known.get(user).copied().unwrap_or_default(), *one);
                    }
                }
            }
            prop_assert_eq!(board.by_round.len(), board.rows.len());
        }
    }
}
