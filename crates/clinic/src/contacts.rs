//! Who can be called: colleagues with their presence, teams, and whom calls do not ring for.
//!
//! Teams and the wish not to be disturbed are in the store and, because they are asked for at every ring, in memory. Presence is
//! in memory only ([`presence`]): it follows from the sockets that are open and from who is in which conference, and a
//! server that starts again hears of both within moments.

mod board;
mod lines;
mod presence;

pub(crate) use presence::{Presence, keep_board};

use crate::clock::Clock;
use crate::domain::Touched;
use crate::store::{AuditLine, Store, StoreError};
use consilium_model::UserId;
use consilium_wire::home::calls::{Team, TeamId};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, RwLock, RwLockReadGuard};
use tokio::sync::Mutex;

/// Who stands behind the API key in the audit trail.
const BOOKING: &str = "booking";

/// Teams, presence, and whom calls do not ring for.
pub(crate) struct Contacts {
    store: Arc<dyn Store>,
    clock: Clock,
    kept: RwLock<Kept>,
    /// One change at a time, in the store and then in memory.
    changes: Mutex<()>,
    presence: Presence,
}

/// What the store has, too.
struct Kept {
    teams: BTreeMap<TeamId, Team>,
    undisturbed: HashSet<UserId>,
}

impl Contacts {
    /// Reads back what is kept.
    pub(crate) async fn open(
        store: Arc<dyn Store>,
        clock: Clock,
        touched: Arc<Touched>,
    ) -> Result<Self, StoreError> {
        let teams = store.teams().await?.into_iter().map(|team| (team.id.clone(), team)).collect();
        let undisturbed: HashSet<_> = store.undisturbed().await?.into_iter().collect();
        undisturbed.iter().for_each(|user| touched.touch(user.clone()));
        let kept = RwLock::new(Kept { teams, undisturbed });
        let presence = Presence::new(touched);
        Ok(Self { store, clock, kept, changes: Mutex::const_new(()), presence })
    }

    /// Who is there, and who is in a call.
    pub(crate) const fn presence(&self) -> &Presence {
        &self.presence
    }

    /// Whether calls do not ring for that specialist.
    pub(crate) fn is_undisturbed(&self, user: &UserId) -> bool {
        self.kept().undisturbed.contains(user)
    }

    /// Everybody of these teams who can sign in, once, in the order of the teams. Teams that are none have nobody.
    pub(crate) fn members(&self, teams: &[TeamId]) -> Vec<UserId> {
        let kept = self.kept();
        let members = teams.iter().filter_map(|id| kept.teams.get(id)).flat_map(|team| &team.members);
        let mut seen = HashSet::new();
        members.filter(|member| seen.insert(*member)).cloned().collect()
    }

    /// Every team, by name.
    pub(crate) fn teams(&self) -> Vec<Team> {
        let mut teams: Vec<_> = self.kept().teams.values().cloned().collect();
        teams.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        teams
    }

    /// Whether calls are not to ring for that specialist from now on.
    pub(crate) async fn set_undisturbed(&self, user: UserId, on: bool) -> Result<(), StoreError> {
        let _turn = self.changes.lock().await;
        if self.is_undisturbed(&user) == on {
            return Ok(());
        }
        self.store.set_undisturbed(user.clone(), on).await?;
        self.change(
            |kept| {
                if on { kept.undisturbed.insert(user.clone()) } else { kept.undisturbed.remove(&user) }
            },
        );
        self.presence.touch(user);
        Ok(())
    }

    /// Adds a team or changes one. Logins that are nobody's are left out.
    pub(crate) async fn put_team(&self, team: Team) -> Result<(), StoreError> {
        let _turn = self.changes.lock().await;
        let line = self.by_booking("team_put", &team.id);
        let members = self.store.put_team(team.clone(), line).await?;
        self.change(|kept| kept.teams.insert(team.id.clone(), Team { members, ..team }));
        Ok(())
    }

    /// Takes a team away; whether there was one.
    pub(crate) async fn remove_team(&self, id: &TeamId) -> Result<bool, StoreError> {
        let _turn = self.changes.lock().await;
        let was_there = self.store.remove_team(id.clone(), self.by_booking("team_remove", id)).await?;
        self.change(|kept| kept.teams.remove(id));
        Ok(was_there)
    }

    /// That specialist cannot sign in any more, and the store knows it.
    pub(crate) async fn forget(&self, user: &UserId) {
        let _turn = self.changes.lock().await;
        self.change(|kept| {
            kept.undisturbed.remove(user);
            kept.teams.values_mut().for_each(|team| team.members.retain(|member| member != user));
        });
        self.presence.forget(user);
    }

    fn kept(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().expect("no one panics with this lock")
    }

    fn change<T>(&self, change: impl FnOnce(&mut Kept) -> T) {
        change(&mut self.kept.write().expect("no one panics with this lock"));
    }

    fn by_booking(&self, action: &'static str, team: &TeamId) -> AuditLine {
        let (actor, subject) = (BOOKING.to_owned(), team.0.clone());
        AuditLine { at: self.clock.now(), actor, action, subject }
    }
}
