//! Making a call, taking it, declining it, giving it up; and asking somebody into a visit that runs.

use super::desk::{Call, Calls, Draft, dated, logged, who_missed};
use super::record::{CallReason, CallRecord, CallType, Invited, NewCall, PREFIX, Person, Placed, Snapshot};
use super::ringing::{Carrier, PartyId, Place, Ringing, Setup, Way};
use super::{CallError, once, reach};
use crate::domain::{Clinic, EditKind, InfoEdit, Live, View};
use crate::hosting::{self, Occasion};
use crate::im;
use crate::keys::Digest;
use crate::server::App;
use crate::store::{AuditLine, CallKey, CallState, ConferenceRecord, Face, FreshCall, Invitation, Staff};
use consilium_model::{Actor, ConferenceId, Participant, Secret, UserId};
use consilium_wire::home::calls::{CallEntry, CallId, MAX_INVITED, MAX_TITLE};
use consilium_wire::medme::Specialist;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;
use time::OffsetDateTime;
use uuid::Uuid;

/// So many calls that are planned a user may have.
pub(crate) const MAX_PLANNED: usize = 100;

impl Calls {
    /// Makes a call, to the end also when the one who asks has gone. It is durable, and rings unless it is planned, when
    /// this answers. Of two that are asked for by one key, one is made.
    pub(crate) async fn place(app: &Arc<App>, new: NewCall) -> Result<Arc<Snapshot>, CallError> {
        let (tracked, tasks) = (Arc::clone(app), app.tasks.clone());
        tasks.spawn(once::place(tracked, new)).await.map_err(|_| CallError::Internal)?
    }

    /// The same, without a key.
    pub(super) async fn make(app: &Arc<App>, new: NewCall) -> Result<Arc<Call>, CallError> {
        let title = checked(new.title.clone())?;
        let now = app.clinic.clock().now();
        let planned_at = new.planned.filter(|at| *at > now);
        if planned_at.is_some() && app.calls.planned_by(&new.caller) >= MAX_PLANNED {
            return Err(CallError::TooManyPlanned);
        }
        if !app.calls.rate.take(new.caller.clone(), Instant::now()) {
            return Err(CallError::TooOften);
        }
        let staff = staff(app).await?;
        let broker = new.on_behalf_of.is_some().then(|| new.caller.clone());
        let creator = new.on_behalf_of.clone().unwrap_or_else(|| new.caller.clone());
        let broker = broker.filter(|broker| *broker != creator);
        let host = staff.get(&creator).ok_or(CallError::NotFound)?;
        let host = Person::user(creator.clone(), host.name.clone());
        let teams = app.contacts.members(&new.teams).into_iter().map(Invited::User);
        let invited = invited(new.contacts.iter().cloned().chain(teams), &staff, |login| {
            *login != creator && broker.as_ref() != Some(login)
        })?;
        if invited.is_empty() && !new.anonymous {
            return Err(CallError::NobodyToCall);
        }
        let record = CallRecord {
            id: CallId(Uuid::new_v4().to_string()),
            conference: ConferenceId::new(Uuid::new_v4().simple().to_string()),
            created_at: now,
            planned_at,
            broker,
            title,
            reason: new.reason,
            kind: new.kind,
            anonymous: new.anonymous,
        };
        let people: Vec<Person> = std::iter::once(host).chain(invited).collect();
        let conference = carrier(app, &record, &people).await?;
        let broker_line = record.broker.as_ref().map(|broker| AuditLine {
            at: now,
            actor: broker.to_string(),
            action: "xassist_broker_call",
            subject: creator.to_string(),
        });
        let plan = Plan {
            carrier: Carrier::Own,
            directly: new.directly,
            seen: 0,
            audit: std::iter::once(Clinic::line_about(&conference)).chain(broker_line).collect(),
            conference: Some(conference),
            invitations: reach::invitations(app, &people, new.addresses),
            key: new.key,
        };
        keep(app, record, people, plan).await
    }

    /// Rings people into a visit that runs, or a call. They take part in it from when they accept.
    pub(crate) async fn ask_in(
        app: &Arc<App>,
        asker: &UserId,
        visit: &ConferenceId,
        contacts: Vec<Invited>,
    ) -> Result<Arc<Call>, CallError> {
        let live = app.clinic.conference(visit).ok_or(CallError::NotFound)?;
        let view = live.view();
        let who = Participant::specialist(asker.clone());
        if !view.conference.plan().roster.contains(&who) {
            return Err(CallError::NotFound);
        }
        if view.conference.status().is_ended() || !view.conference.joined().contains(&who) {
            return Err(CallError::Over);
        }
        if !app.calls.rate.take(asker.clone(), Instant::now()) {
            return Err(CallError::TooOften);
        }
        let staff = staff(app).await?;
        let turn = Arc::clone(&app.calls.asking).lock_owned().await;
        let (view, now) = (live.view(), app.clinic.clock().now());
        let is_in = |login: &UserId| {
            view.conference.joined().contains(&Participant::specialist(login.clone()))
                || app.calls.calls_into(login, visit, now)
        };
        let invited = invited(contacts, &staff, |login| login != asker && !is_in(login))?;
        if invited.is_empty() {
            return Err(CallError::NobodyToCall);
        }
        let creator = Person::user(asker.clone(), live.name_of(&who).unwrap_or_default());
        let record = CallRecord {
            id: CallId(Uuid::new_v4().to_string()),
            conference: visit.clone(),
            created_at: now,
            planned_at: None,
            broker: None,
            title: None,
            reason: CallReason::default(),
            kind: CallType::default(),
            anonymous: false,
        };
        let people: Vec<Person> = std::iter::once(creator).chain(invited).collect();
        let plan = Plan {
            carrier: Carrier::Visit,
            directly: true,
            seen: view.seq,
            conference: None,
            audit: Vec::new(),
            invitations: Vec::new(),
            key: None,
        };
        let (tracked, tasks) = (Arc::clone(app), app.tasks.clone());
        let made = tasks.spawn(async move {
            let _turn = turn;
            keep(&tracked, record, people, plan).await
        });
        made.await.map_err(|_| CallError::Internal)?
    }

    /// A user takes a call on the device with this sign-in. The same device may ask again.
    pub(crate) async fn accept(
        app: &Arc<App>,
        id: &CallId,
        user: &UserId,
        session: Digest,
    ) -> Result<CallEntry, CallError> {
        let (tracked, id, user) = (Arc::clone(app), id.clone(), user.clone());
        let taken = app.tasks.spawn(async move { Self::take(&tracked, &id, &user, session).await });
        taken.await.map_err(|_| CallError::Internal)?
    }

    async fn take(
        app: &Arc<App>,
        id: &CallId,
        user: &UserId,
        session: Digest,
    ) -> Result<CallEntry, CallError> {
        let (call, party) = theirs(app, id, user).await?;
        call.step(app, move |draft| match draft.accept(party) {
            Ok(()) => {
                draft.hands.insert(party, session);
                Ok(())
            }
            Err(CallError::AnsweredElsewhere) if draft.hands.get(&party) == Some(&session) => Ok(()),
            Err(error) => Err(error),
        })
        .await?;
        let snapshot = call.snapshot();
        // It may have been called off since.
        if !matches!(snapshot.ringing.place(party), Place::Answers { .. } | Place::In | Place::Out) {
            return Err(CallError::Over);
        }
        let live = app.clinic.conference(&snapshot.record.conference).ok_or(CallError::Over)?;
        bring_in(app, &live, snapshot.person(party), &snapshot.creator().who).await?;
        Ok(entry(app, &snapshot.record, user))
    }

    /// A user does not want a call, on any device.
    pub(crate) async fn decline(
        app: &Arc<App>,
        id: &CallId,
        user: &UserId,
        session: Digest,
        busy: bool,
    ) -> Result<(), CallError> {
        let (call, party) = match theirs(app, id, user).await {
            Err(CallError::Over) => return Ok(()),
            other => other?,
        };
        call.step(app, move |draft| {
            let before = draft.ringing.place(party);
            draft.ringing.decline(party, busy, draft.now);
            if draft.ringing.place(party) != before {
                draft.hands.insert(party, session);
            }
            Ok(())
        })
        .await
    }

    /// Whoever calls gives up, or whoever has made the call for them.
    pub(crate) async fn cancel(app: &Arc<App>, id: &CallId, user: &UserId) -> Result<(), CallError> {
        let snapshot = app.calls.by_id(id).await?.ok_or(CallError::NotFound)?;
        if !snapshot.is_callers(user) {
            return Err(CallError::NotFound);
        }
        let Some(call) = app.calls.ongoing(id) else { return Ok(()) };
        call.step(app, |draft| {
            draft.ringing.cancel(draft.now);
            Ok(())
        })
        .await
    }
}

/// A user's way into a call.
pub(crate) fn entry(app: &App, record: &CallRecord, user: &UserId) -> CallEntry {
    let who = Participant::specialist(user.clone());
    CallEntry {
        call: record.id.clone(),
        visit: record.conference.clone(),
        access_token: app.clinic.keys().access_token(&record.conference, &who),
    }
}

/// A call that goes on in which the user is one of the people.
async fn theirs(app: &App, id: &CallId, user: &UserId) -> Result<(Arc<Call>, PartyId), CallError> {
    let snapshot = app.calls.by_id(id).await?.ok_or(CallError::NotFound)?;
    let party = snapshot.party_of(user).ok_or(CallError::NotFound)?;
    Ok((app.calls.ongoing(id).ok_or(CallError::Over)?, party))
}

/// A title is one line, or nothing.
fn checked(title: Option<Secret>) -> Result<Option<Secret>, CallError> {
    let Some(title) = title else { return Ok(None) };
    let text = title.expose().trim();
    if text.chars().count() > MAX_TITLE || text.chars().any(char::is_control) {
        return Err(CallError::BadTitle);
    }
    Ok((!text.is_empty()).then(|| text.into()))
}

async fn staff(app: &App) -> Result<HashMap<UserId, Staff>, CallError> {
    let staff = app.staff.members().await?;
    Ok(staff.into_iter().map(|one| (one.user_id.clone(), one)).collect())
}

/// Each of them once; nobody who cannot sign in.
fn invited(
    asked: impl IntoIterator<Item = Invited>,
    staff: &HashMap<UserId, Staff>,
    may_be: impl Fn(&UserId) -> bool,
) -> Result<Vec<Person>, CallError> {
    let (mut seen, mut people) = (HashSet::new(), Vec::new());
    for one in asked {
        match one {
            Invited::User(login) => {
                let known = staff.get(&login).filter(|_| may_be(&login) && seen.insert(login.clone()));
                people.extend(known.map(|known| Person::user(login, known.name.clone())));
            }
            Invited::External { name, email, phone } => {
                let who = Participant::client(format!("{PREFIX}{}", Uuid::new_v4()));
                people.push(Person { email, phone, ..Person::new(who, name) });
            }
        }
        if people.len() > MAX_INVITED {
            return Err(CallError::TooManyPeople);
        }
    }
    Ok(people)
}

/// How a call is to go, and what is made with it.
struct Plan {
    carrier: Carrier,
    directly: bool,
    seen: u64,
    conference: Option<ConferenceRecord>,
    audit: Vec<AuditLine>,
    invitations: Vec<Invitation>,
    key: Option<CallKey>,
}

/// The conference that carries a call. Whoever has no login is in it from when they come.
async fn carrier(app: &App, record: &CallRecord, people: &[Person]) -> Result<ConferenceRecord, CallError> {
    let creator = people[0].who.id.clone();
    let mut colleagues = Vec::new();
    for login in people.iter().skip(1).filter_map(Person::login) {
        colleagues.extend(hosting::specialist(app, login).await?);
    }
    let occasion = Occasion {
        appointment_id: format!("{PREFIX}{}", record.id.0),
        topic: record.title.as_ref().map(|title| title.expose().clone()),
        start: record.planned_at.unwrap_or(record.created_at),
        colleagues,
        clients: Vec::new(),
    };
    let mut info = hosting::describe(app, &creator, occasion).await?.ok_or(CallError::NotFound)?;
    // It runs with anybody in: a broker's call begins without whoever it is for.
    info.specialists.iter_mut().for_each(|one| one.required = Some(false));
    let maker = record.broker.clone().unwrap_or_else(|| creator.clone());
    let placed = Placed { call: record.id.clone(), creator: creator.clone(), maker, kind: record.kind };
    Ok(ConferenceRecord {
        id: record.conference.clone(),
        created_at: record.created_at,
        creator: Participant::specialist(creator),
        info,
        web_hook: None,
        visitors: Vec::new(),
        asked_in: Vec::new(),
        face: Face::XAssist(Box::new(placed)),
    })
}

/// Keeps a call with everything that is made with it, and begins it.
async fn keep(
    app: &Arc<App>,
    record: CallRecord,
    people: Vec<Person>,
    plan: Plan,
) -> Result<Arc<Call>, CallError> {
    let ways = people.iter().skip(1).map(|person| match person.login() {
        Some(_) if plan.directly => Way::Ring,
        Some(_) | None => Way::Tell,
    });
    let setup = Setup {
        carrier: plan.carrier,
        invited: ways.collect(),
        planned: record.planned_at,
        by_broker: record.broker.is_some(),
        rings_for: app.calls.rings_for,
    };
    let Plan { seen, conference, audit, invitations, key, .. } = plan;
    let is_anybody_told = !invitations.is_empty();
    let now: OffsetDateTime = app.clinic.clock().now();
    let mut ringing = Ringing::new(setup, now, &|party| Draft::is_quiet(app, &people, party));
    let news = dated(ringing.take_news(), now);
    let missed = who_missed(&record, &people, &news);
    let fresh = FreshCall {
        state: CallState { people: people.clone(), ringing: ringing.clone(), seen },
        record: record.clone(),
        news: news.clone(),
        missed: missed.clone(),
        carrier: conference.clone(),
        audit,
        invitations,
        key,
    };
    let numbers = app.calls.store.add_call(fresh).await?;
    if let Some(conference) = conference {
        app.clinic.take_up(conference);
    }
    let call = Call::new(Snapshot {
        number: numbers.call,
        record: Arc::new(record),
        broker_removed: false,
        people,
        ringing,
        seen,
        events: logged(&news, &numbers.events).collect(),
        hands: BTreeMap::new(),
    });
    app.calls.note_missed(&missed, numbers.call);
    Calls::begin(app, &call);
    if is_anybody_told {
        app.calls.note_invitations();
    }
    Ok(call)
}

/// Somebody who is asked into a visit takes part in it from when they accept; whoever declines never did.
async fn bring_in(
    app: &Arc<App>,
    live: &Arc<Live>,
    person: &Person,
    asker: &Participant,
) -> Result<(), CallError> {
    let Some(login) = person.login() else { return Ok(()) };
    if live.view().conference.plan().roster.contains(&person.who) {
        return Ok(());
    }
    let specialist = hosting::specialist(app, login).await?.ok_or(CallError::NotFound)?;
    let choose = move |view: &View, _| Ok::<_, CallError>(with(view, specialist));
    app.clinic.edit_chosen(live, EditKind::Invite, Actor::Participant(asker.clone()), choose).await?;
    im::follow_visit(app, live).await;
    Ok(())
}

fn with(view: &View, specialist: Specialist) -> InfoEdit {
    let record = &view.record;
    let (mut specialists, mut asked_in) = (record.info.specialists.clone(), record.asked_in.clone());
    if !specialists.iter().any(|one| one.id == specialist.id) {
        asked_in.retain(|id| *id != specialist.id);
        asked_in.push(specialist.id.clone());
        specialists.push(specialist);
    }
    InfoEdit { specialists: Some(specialists), asked_in: Some(asked_in), ..InfoEdit::default() }
}
