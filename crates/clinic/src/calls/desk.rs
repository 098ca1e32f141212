//! Every call that goes on, and one turn at a time for each.

use super::once::Turns;
use super::record::{CallRecord, LoggedEvent, Person, Snapshot};
use super::ringing::{EventKind, PartyId, Place, Ringing, Stage};
use super::{CallError, follow};
use crate::bucket::{Buckets, Rate};
use crate::keys::Digest;
use crate::server::App;
use crate::store::{CallNews, CallState, CallStore, StoreError};
use consilium_model::{ConferenceId, UserId};
use consilium_wire::home::calls::CallId;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::sync::{Notify, watch};

/// Calls of one user.
const RATE: Rate = Rate { burst: 10.0, per_second: 1.0 / 6.0 };

/// Every call: those that go on in memory, all of them in the store.
pub(crate) struct Calls {
    pub(super) store: Arc<dyn CallStore>,
    pub(super) rate: Buckets<UserId>,
    /// For how long new calls ring.
    pub(super) rings_for: time::Duration,
    /// Whoever holds it asks people into a visit: nobody else does at that moment, so that nobody rings twice for one.
    pub(super) asking: Arc<tokio::sync::Mutex<()>>,
    pub(super) turns: Turns,
    /// Somebody is to be told of a call outside the application.
    invitations: Notify,
    ongoing: RwLock<HashMap<CallId, Arc<Call>>>,
    /// Of those that go on, the ones that somebody is to hear of, oldest first.
    heard: RwLock<HashMap<UserId, BTreeMap<u64, Arc<Call>>>>,
    unseen: Mutex<HashMap<UserId, BTreeSet<u64>>>,
    changes: watch::Sender<()>,
}

/// A call that goes on, or has ended a moment ago.
pub(crate) struct Call {
    /// Whoever holds it changes the call.
    turn: tokio::sync::Mutex<()>,
    now: RwLock<Arc<Snapshot>>,
    /// Something has changed.
    pub(super) changed: Notify,
}

/// What somebody who has a call's turn may change.
pub(super) struct Draft {
    pub(super) people: Vec<Person>,
    broker: Option<UserId>,
    pub(super) ringing: Ringing,
    pub(super) hands: BTreeMap<PartyId, Digest>,
    pub(super) now: OffsetDateTime,
    pub(super) app: Arc<App>,
    /// So many events of the conference were taken in.
    pub(super) seen: u64,
    news: Vec<CallNews>,
}

impl Draft {
    /// Whether it must not ring for somebody of these.
    pub(super) fn is_quiet(app: &App, people: &[Person], party: PartyId) -> bool {
        let login = people.get(party.0 as usize).and_then(Person::login);
        login.is_some_and(|login| app.contacts.is_undisturbed(login))
    }

    pub(super) fn accept(&mut self, party: PartyId) -> Result<(), CallError> {
        let (app, people) = (&self.app, &self.people);
        Ok(self.ringing.accept(party, self.now, &|party| Self::is_quiet(app, people, party))?)
    }

    pub(super) fn came(&mut self, party: PartyId) {
        let (app, people) = (&self.app, &self.people);
        self.ringing.came(party, self.now, &|party| Self::is_quiet(app, people, party));
    }

    pub(super) fn came_uncalled(&mut self, person: Person) {
        self.people.push(Person { uncalled: true, ..person });
        let (app, people) = (&self.app, &self.people);
        self.ringing.came_uncalled(self.now, &|party| Self::is_quiet(app, people, party));
    }

    /// Nobody waits for those of whom the store knows alone that they were removed: the server was stopped in between.
    fn remove_unheard(&mut self) {
        for (party, _) in (0..).map(PartyId).zip(&self.people).filter(|(_, person)| person.removed) {
            self.ringing.removed(party, self.now);
        }
    }

    /// What has happened since it was last dated was at that time.
    pub(super) fn date(&mut self, at: OffsetDateTime) {
        self.news.extend(dated(self.ringing.take_news(), at));
    }

    fn remove(&mut self, user: &UserId) {
        self.broker.take_if(|broker| broker == user);
        let theirs = (0..).map(PartyId).zip(&mut self.people).find(|(_, one)| one.login() == Some(user));
        let Some((party, person)) = theirs else { return };
        person.removed = true;
        self.ringing.removed(party, self.now);
    }

    /// Time has passed until then. What ran out in between did when it was due.
    pub(super) fn pass(&mut self, until: OffsetDateTime) {
        while matches!(self.ringing.stage(), Stage::Started { .. }) {
            let Some(due) = self.ringing.next_timeout().filter(|due| *due <= until) else { break };
            self.expire(due);
        }
        self.expire(until);
    }

    fn expire(&mut self, at: OffsetDateTime) {
        let (app, people) = (&self.app, &self.people);
        self.ringing.expire(at, &|party| Self::is_quiet(app, people, party));
        self.date(at);
    }
}

impl Call {
    pub(super) fn new(snapshot: Snapshot) -> Arc<Self> {
        let now = RwLock::new(Arc::new(snapshot));
        Arc::new(Self { turn: tokio::sync::Mutex::default(), now, changed: Notify::new() })
    }

    /// How it is now.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.now.read().expect("no one panics with this lock"))
    }

    /// Lets nobody change it for as long as the guard is held.
    #[cfg(test)]
    pub(super) async fn hold(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Its id.
    pub(crate) fn id(&self) -> CallId {
        self.snapshot().record.id.clone()
    }

    /// Does what is asked when its turn has come and the call has taken in what has happened before; it has happened once it is durable, also when whoever asked has gone.
    pub(super) async fn step<T: Send + 'static>(
        self: &Arc<Self>,
        app: &Arc<App>,
        change: impl FnOnce(&mut Draft) -> Result<T, CallError> + Send + 'static,
    ) -> Result<T, CallError> {
        let (call, app, tasks) = (Arc::clone(self), Arc::clone(app), app.tasks.clone());
        let done = tasks.spawn(async move { call.step_in_turn(app, change).await });
        done.await.map_err(|_| CallError::Internal)?
    }

    async fn step_in_turn<T>(
        self: Arc<Self>,
        app: Arc<App>,
        change: impl FnOnce(&mut Draft) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let _turn = self.turn.lock().await;
        let before = self.snapshot();
        let past = follow::past(&app, &before).await?;
        let mut draft = Draft {
            people: before.people.clone(),
            broker: before.broker().cloned(),
            ringing: before.ringing.clone(),
            hands: before.hands.clone(),
            now: app.clinic.clock().now(),
            app: Arc::clone(&app),
            seen: before.seen,
            news: Vec::new(),
        };
        past.unfold(&mut draft);
        let done = change(&mut draft)?;
        draft.date(draft.now);
        if draft.ringing.is_ended() {
            draft.people.iter_mut().for_each(Person::forget_addresses);
        }
        let broker_removed = before.record.broker != draft.broker;
        let Draft { people, ringing, hands, seen, news, .. } = draft;
        let is_same = broker_removed == before.broker_removed && people == before.people;
        if is_same && ringing == before.ringing && news.is_empty() {
            // What it has taken in changes nothing, also when it is taken in again.
            self.show(Snapshot { seen, ..(*before).clone() });
            return Ok(done);
        }
        let missed = who_missed(&before.record, &people, &news);
        let state = CallState { people: people.clone(), ringing: ringing.clone(), seen };
        let ids = app.calls.store.step_call(before.number, state, news.clone(), missed.clone()).await?;
        let events = before.events.iter().copied().chain(logged(&news, &ids)).collect();
        let (number, record) = (before.number, Arc::clone(&before.record));
        self.show(Snapshot { number, record, broker_removed, people, ringing, seen, events, hands });
        app.calls.note_missed(&missed, number);
        app.calls.hear(&self);
        self.changed.notify_one();
        app.calls.changes.send_replace(());
        Ok(done)
    }
}

impl Call {
    fn show(&self, snapshot: Snapshot) {
        *self.now.write().expect("no one panics with this lock") = Arc::new(snapshot);
    }
}

/// The members of the staff who have just missed a call that they did not make: whoever a broker calls for did not.
pub(super) fn who_missed(record: &CallRecord, people: &[Person], news: &[CallNews]) -> Vec<UserId> {
    let is_own = |party: PartyId| party == PartyId::CREATOR && record.broker.is_none();
    let missed = news.iter().filter(|one| one.kind == EventKind::Missed && !is_own(one.party));
    missed.filter_map(|one| people[one.party.0 as usize].login().cloned()).collect()
}

pub(super) fn dated(news: Vec<(EventKind, PartyId)>, at: OffsetDateTime) -> Vec<CallNews> {
    news.into_iter().map(|(kind, party)| CallNews { at, kind, party }).collect()
}

pub(super) fn logged(news: &[CallNews], ids: &[u64]) -> impl Iterator<Item = LoggedEvent> {
    let event = |(&id, news): (&u64, &CallNews)| {
        let CallNews { at, kind, party } = *news;
        LoggedEvent { id, at, kind, party }
    };
    ids.iter().zip(news).map(event)
}

impl Calls {
    /// Reads back the calls that go on. They are followed from [`Self::resume`] on. New ones ring for so long.
    pub(crate) async fn open(store: Arc<dyn CallStore>, rings_for: Duration) -> Result<Self, StoreError> {
        let calls = Self {
            rate: Buckets::new(RATE),
            rings_for: time::Duration::seconds(i64::try_from(rings_for.as_secs()).unwrap_or(i64::MAX)),
            asking: Arc::default(),
            turns: Turns::default(),
            invitations: Notify::new(),
            ongoing: RwLock::default(),
            heard: RwLock::default(),
            unseen: Mutex::default(),
            changes: watch::Sender::new(()),
            store,
        };
        for snapshot in calls.store.ongoing_calls().await? {
            calls.add(&Call::new(snapshot));
        }
        for (user, number) in calls.store.unseen_calls().await? {
            calls.unseen().entry(user).or_default().insert(number);
        }
        Ok(calls)
    }

    /// Goes on with the calls of the server before this one, before anybody is served: those that were to begin
    /// meanwhile ring if that is not long ago.
    pub(crate) async fn resume(app: &Arc<App>) {
        let calls: Vec<_> =
            app.calls.ongoing.read().expect("no one panics with this lock").values().cloned().collect();
        follow::end_orphans(app).await;
        for call in calls {
            follow::look(app, &call).await;
            let gone = call.step(app, |draft| {
                draft.remove_unheard();
                Ok(())
            });
            if let Err(error) = gone.await {
                tracing::error!(%error, "a call has not lost somebody who was removed");
            }
            follow::start(app, call);
        }
    }

    /// One call, also one that has ended.
    pub(crate) async fn by_id(&self, id: &CallId) -> Result<Option<Arc<Snapshot>>, StoreError> {
        match self.ongoing(id) {
            Some(call) => Ok(Some(call.snapshot())),
            None => Ok(self.store.call(id.clone()).await?.map(Arc::new)),
        }
    }

    /// A call that goes on, or has ended a moment ago.
    pub(crate) fn ongoing(&self, id: &CallId) -> Option<Arc<Call>> {
        self.ongoing.read().expect("no one panics with this lock").get(id).cloned()
    }

    /// The newest calls that a user may see, newest first.
    pub(crate) async fn of(&self, user: &UserId, limit: usize) -> Result<Vec<Snapshot>, StoreError> {
        self.store.calls_of(user.clone(), limit).await
    }

    /// How many calls a user has missed and not seen.
    pub(crate) fn missed(&self, user: &UserId) -> u32 {
        self.unseen().get(user).map_or(0, |calls| u32::try_from(calls.len()).unwrap_or(u32::MAX))
    }

    /// The user has seen what they missed.
    pub(crate) async fn seen(app: &Arc<App>, user: UserId) -> Result<(), CallError> {
        let numbers: Vec<u64> = app.calls.unseen().get(&user).into_iter().flatten().copied().collect();
        if numbers.is_empty() {
            return Ok(());
        }
        let tracked = Arc::clone(app);
        let seen = app.tasks.spawn(async move {
            let calls = &tracked.calls;
            calls.store.see_calls(user.clone(), numbers.clone()).await?;
            if let Some(unseen) = calls.unseen().get_mut(&user) {
                unseen.retain(|number| !numbers.contains(number));
            }
            calls.changes.send_replace(());
            Ok(())
        });
        seen.await.map_err(|_| CallError::Internal)?
    }

    /// The user cannot sign in any more, and the store knows it. In calls that go on or are planned nobody waits for them,
    /// and whoever gets the login later hears of none.
    pub(crate) async fn forget(app: &Arc<App>, user: &UserId) {
        let calls = app.calls.heard.read().expect("no one panics with this lock").get(user).cloned();
        for call in calls.into_iter().flat_map(BTreeMap::into_values) {
            let user = user.clone();
            let gone = call.step(app, move |draft| {
                draft.remove(&user);
                Ok(())
            });
            if let Err(error) = gone.await {
                tracing::error!(%error, "a call has not lost somebody who was removed");
            }
        }
        app.calls.heard.write().expect("no one panics with this lock").remove(user);
        app.calls.unseen().remove(user);
    }

    /// Whether a call is over, or there is none.
    pub(crate) async fn is_over(&self, id: &CallId) -> Result<bool, StoreError> {
        Ok(self.by_id(id).await?.is_none_or(|call| call.ringing.is_ended()))
    }

    /// Where calls are kept.
    pub(crate) fn store(&self) -> &dyn CallStore {
        &*self.store
    }

    /// Somebody is to be told of a call outside the application.
    pub(super) fn note_invitations(&self) {
        self.invitations.notify_one();
    }

    /// Waits until somebody is to be told of a call outside the application. One waits at a time.
    pub(crate) async fn invitations(&self) {
        self.invitations.notified().await;
    }

    /// Hears of every change of any call from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// The calls that a user is to hear of: in which they are, or that they make. Those that have ended a moment ago
    /// are among them.
    pub(crate) fn heard_by(&self, user: &UserId) -> Vec<Arc<Snapshot>> {
        let heard = self.heard.read().expect("no one panics with this lock");
        heard.get(user).into_iter().flat_map(BTreeMap::values).map(|call| call.snapshot()).collect()
    }

    /// How many calls that are still to come this user has made.
    pub(super) fn planned_by(&self, user: &UserId) -> usize {
        let is_planned = |call: &Arc<Snapshot>| matches!(call.ringing.stage(), Stage::Planned { .. });
        self.heard_by(user).iter().filter(|call| call.is_made_by(user) && is_planned(call)).count()
    }

    /// Whether it rings for this user into that conference, or they are about to come in.
    pub(super) fn calls_into(&self, user: &UserId, conference: &ConferenceId, now: OffsetDateTime) -> bool {
        self.heard_by(user).iter().any(|call| {
            let place = call.party_of(user).map(|party| call.ringing.place(party));
            let until = place.and_then(Place::until);
            call.record.conference == *conference && until.is_some_and(|until| until > now)
        })
    }

    pub(super) fn add(&self, call: &Arc<Call>) {
        let id = call.id();
        self.ongoing.write().expect("no one panics with this lock").insert(id, Arc::clone(call));
        self.hear(call);
        self.changes.send_replace(());
    }

    /// Whoever is in it is to hear of it.
    fn hear(&self, call: &Arc<Call>) {
        let mut heard = self.heard.write().expect("no one panics with this lock");
        let snapshot = call.snapshot();
        for user in listeners(&snapshot) {
            heard.entry(user).or_default().entry(snapshot.number).or_insert_with(|| Arc::clone(call));
        }
    }

    /// It has ended, and everybody who listens has heard of it.
    pub(super) fn remove(&self, call: &Arc<Call>) {
        self.ongoing.write().expect("no one panics with this lock").remove(&call.id());
        let mut heard = self.heard.write().expect("no one panics with this lock");
        let snapshot = call.snapshot();
        for user in listeners(&snapshot) {
            let Some(theirs) = heard.get_mut(&user) else { continue };
            theirs.remove(&snapshot.number);
            if theirs.is_empty() {
                heard.remove(&user);
            }
        }
    }

    pub(super) fn note_missed(&self, missed: &[UserId], number: u64) {
        let mut unseen = self.unseen();
        for user in missed {
            unseen.entry(user.clone()).or_default().insert(number);
        }
    }

    fn unseen(&self) -> std::sync::MutexGuard<'_, HashMap<UserId, BTreeSet<u64>>> {
        self.unseen.lock().expect("no one panics with this lock")
    }
}

fn listeners(call: &Snapshot) -> impl Iterator<Item = UserId> {
    let people = call.people.iter().filter_map(|person| person.login().cloned());
    people.chain(call.broker().cloned())
}
