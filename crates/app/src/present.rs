//! From state to view models. Decides nothing.

use crate::account::Account;
use crate::call::CheckSession;
use crate::chat::ChatSession;
use crate::controller::Controller;
use crate::knocks::ready;
use crate::length::offers;
use crate::otp::{DIGITS, Otp};
use crate::stage::Stage;
use crate::times::times;
use crate::view::{
    AppView, ChoiceView, ClockView, HomeView, LobbyPhase, LobbyView, MoreTimeView, NoticeCode, OtpView,
    Person, PersonRole, ProblemView, SignInView, Stage as StageView, VisitAction, VisitInfo, VisitRow,
    VisitView, WebRoomView,
};
use crate::visit::{CallState, Facts, Visit};
use consilium_model::{Locale, Role, Screen};
use consilium_wire::home;
use consilium_wire::medme::Service;
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// When a view is made.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    /// Now.
    pub(crate) now: Instant,
    /// The moment of which the clock is shown. Views are compared before they are published: read at the moment of
    /// the last one, a running clock alone makes no difference. The window counts on by itself.
    pub(crate) clock_at: Instant,
}

/// The whole view; the revisions are the caller's.
pub(crate) fn view(controller: &Controller, moment: Moment) -> AppView {
    let stage = stage(controller, moment);
    AppView {
        revision: 0,
        locale: controller.locale,
        vertical: controller.config.vertical,
        notice: controller.notices.shown().or_else(|| asked(&stage)),
        stage,
        devices: controller.devices_view(),
        chat: controller.chat.as_ref().and_then(ChatSession::view),
        chat_since: 0,
        knocks: controller.knock_rows(moment.clock_at),
        check: controller.check.as_ref().and_then(CheckSession::view),
        calls: controller.calling.view(controller.in_tray.stays),
        ringing: controller.ring_rows(moment.clock_at),
        held: controller.held_view(),
    }
}

/// A client's question is a notice where nothing else is told.
fn asked(stage: &StageView) -> Option<NoticeCode> {
    let StageView::Visit(visit) = stage else { return None };
    let asked = matches!(visit.more_time, Some(MoreTimeView::Extend { asked: true, .. }));
    asked.then_some(NoticeCode::MoreTimeAsked)
}

fn stage(controller: &Controller, moment: Moment) -> StageView {
    match (&controller.stage, &controller.account) {
        (Stage::Starting, _) => StageView::Starting,
        (Stage::SignIn { busy, problem }, _) => StageView::SignIn(SignInView {
            server: controller.server.clone(),
            busy: *busy,
            problem: *problem,
        }),
        (Stage::Home, Some(account)) => StageView::Home(home(account, controller.locale)),
        (Stage::Home, None) => StageView::Starting,
        (Stage::Opening { .. }, _) => StageView::Opening,
        (Stage::Otp(otp), account) => StageView::Otp(self::otp(otp, account.is_some())),
        (Stage::Visit(visit), account) => {
            StageView::Visit(Box::new(self::visit(visit, controller, account.is_some(), moment)))
        }
        (Stage::Problem { code, retry }, account) => StageView::Problem(ProblemView {
            code: *code,
            can_retry: retry.is_some(),
            has_home: account.is_some(),
        }),
    }
}

fn otp(otp: &Otp, has_home: bool) -> OtpView {
    OtpView { digits: DIGITS, busy: otp.busy, sent: otp.sent, problem: otp.problem, has_home }
}

fn home(account: &Account, locale: Locale) -> HomeView {
    HomeView {
        name: account.session.name.expose().clone(),
        clinic: account.session.clinic.clone(),
        visits: account.visits.visits.iter().map(|visit| row(visit, locale)).collect(),
        problem: account.problem,
        remembered: account.remembered,
    }
}

fn row(visit: &home::Visit, locale: Locale) -> VisitRow {
    VisitRow {
        id: visit.id.as_str().to_owned(),
        status: visit.status,
        scheduled_start: rfc3339(visit.scheduled_start),
        scheduled_minutes: visit.scheduled_duration_seconds.div_ceil(60),
        clients: visit.clients.iter().map(|client| client.expose().clone()).collect(),
        services: services(&visit.services, locale),
        client_waits: visit.joined_clients > 0 && !visit.status.is_ended(),
    }
}

fn visit(visit: &Visit, controller: &Controller, has_home: bool, moment: Moment) -> VisitView {
    let facts = &visit.facts;
    VisitView {
        screen: facts.screen(),
        role: facts.role,
        status: facts.info.status,
        info: info(facts, controller.locale),
        starts_in_ms: starts_in_ms(facts, moment),
        clock: clock(facts, controller.epoch, moment),
        actions: actions(facts, moment.now),
        busy: visit.busy,
        problem: visit.problem,
        line: visit.shown_line(),
        lobby: lobby(visit),
        ready: ready(visit.ready),
        choice: choice(visit),
        call: match &visit.call {
            CallState::In(call) => call.view(facts.info.status),
            CallState::None
            | CallState::Entering { .. }
            | CallState::Lobby(_)
            | CallState::Elsewhere(_)
            | CallState::Refused { .. } => None,
        },
        web_room: web_room(&visit.call),
        more_time: more_time(visit, moment.now),
        restore_ms: restore_ms(facts, moment),
        times: times(facts),
        record: visit.record.view(),
        has_home,
        talk: controller.talk_view(visit, moment.clock_at),
        title: controller.calling.title_of(&visit.token),
        can_invite: controller.can_invite(visit),
        invite: controller.calling.invite_view(visit.key),
        outgoing: controller.outgoing_view(visit),
    }
}

/// A call is hung up ([`crate::CallStep::HangUp`]): it is neither finished nor left, and nobody pauses it.
fn actions(facts: &Facts, now: Instant) -> Vec<VisitAction> {
    let mut actions = facts.actions(now);
    if facts.is_call() && facts.screen() == Screen::Started {
        actions.retain(|action| *action == VisitAction::Resume);
    }
    actions
}

/// A guest sees the waiting room from the beginning: the visit's own screens speak of joining.
fn lobby(visit: &Visit) -> Option<LobbyView> {
    if !visit.facts.is_guest() || visit.facts.info.status.is_ended() {
        return None;
    }
    let phase = match &visit.call {
        CallState::Lobby(lobby) => return Some(lobby.view()),
        CallState::In(_) | CallState::Elsewhere(_) => return None,
        CallState::None | CallState::Entering { failed: None } => LobbyPhase::Arriving,
        CallState::Entering { failed: Some(_) } | CallState::Refused { again: Some(_) } => {
            LobbyPhase::Reconnecting
        }
        CallState::Refused { again: None } => LobbyPhase::Outside,
    };
    Some(LobbyView { phase, notes: Vec::new() })
}

fn choice(visit: &Visit) -> ChoiceView {
    let chosen = visit.shown_choice();
    ChoiceView { mic: chosen.mic, camera: chosen.camera }
}

fn web_room(call: &CallState) -> Option<WebRoomView> {
    let CallState::Elsewhere(room) = call else { return None };
    Some(WebRoomView { host: room.host(), opened: room.opened, problem: room.problem })
}

fn more_time(visit: &Visit, now: Instant) -> Option<MoreTimeView> {
    let (facts, length) = (&visit.facts, &visit.length);
    let scheduled = facts.scheduled();
    if visit.may_extend() {
        let (minutes, asked) = (offers(scheduled), length.is_asked(scheduled));
        return Some(MoreTimeView::Extend { minutes, asked, busy: length.extending });
    }
    let may_ask = facts.role == Role::Client && facts.screen() == Screen::Started && !facts.is_call();
    match &visit.call {
        CallState::In(call) if call.is_in() && may_ask => {
            Some(MoreTimeView::Ask { asked: length.has_asked(scheduled, now) })
        }
        _ => None,
    }
}

fn starts_in_ms(facts: &Facts, moment: Moment) -> i64 {
    let left = facts.info.info.scheduled_start - facts.server_time(moment.clock_at);
    i64::try_from(left.whole_milliseconds()).unwrap_or(i64::MAX)
}

/// Like the clock's, the figure is that of the view that is compared; whether there is one is that of now.
fn restore_ms(facts: &Facts, moment: Moment) -> Option<u64> {
    facts.restorable_for(moment.now)?;
    facts.restorable_for(moment.clock_at).map(millis)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The phase is that of now even when the rest is compared: it changes by itself.
fn clock(facts: &Facts, epoch: Instant, moment: Moment) -> Option<ClockView> {
    let clock = facts.clock(epoch)?;
    let read = |at: Instant| clock.read(at.saturating_duration_since(epoch));
    let reading = read(moment.clock_at);
    Some(ClockView {
        remaining_ms: millis(reading.remaining),
        overtime_ms: millis(reading.overtime),
        net_ms: millis(reading.net),
        running: reading.running,
        phase: read(moment.now).phase(),
    })
}

fn info(facts: &Facts, locale: Locale) -> VisitInfo {
    let info = &facts.info.info;
    VisitInfo {
        organization: info.organization_info.title.clone(),
        branch: info.filial_info.title.clone(),
        services: services(&info.services, locale),
        scheduled_start: rfc3339(info.scheduled_start),
        scheduled_minutes: info.scheduled_duration_seconds.div_ceil(60),
        timezone: info.filial_info.timezone.clone(),
        opens_at: facts.opens_at().map(rfc3339),
        people: people(facts),
        started_at: facts.info.started_at.map(rfc3339),
        finished_at: facts.info.finished_at.map(rfc3339),
    }
}

fn people(facts: &Facts) -> Vec<Person> {
    let info = &facts.info;
    let specialists = info.info.specialists.iter().map(|one| Person {
        name: one.full_name(),
        profession: Some(one.profession.clone()).filter(|profession| !profession.trim().is_empty()),
        role: PersonRole::Specialist,
        joined: info.joined_specialists.iter().any(|joined| joined.id == one.id),
        me: facts.role == Role::Specialist && facts.user == one.id,
        required: one.required.unwrap_or(false),
    });
    let clients = info.info.clients.iter().map(|one| Person {
        name: one.full_name(),
        profession: None,
        role: PersonRole::of(Role::Client, &one.id),
        joined: info.joined_clients.iter().any(|joined| joined.id == one.id),
        me: facts.role == Role::Client && facts.user == one.id,
        required: PersonRole::of(Role::Client, &one.id) == PersonRole::Client,
    });
    specialists.chain(clients).collect()
}

/// The names of services in a language.
pub(crate) fn services(services: &[Service], locale: Locale) -> Vec<String> {
    services.iter().filter_map(|service| service.name_in(locale.tag())).map(str::to_owned).collect()
}

fn rfc3339(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_default()
}
