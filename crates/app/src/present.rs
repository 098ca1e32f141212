//! From state to view models. Decides nothing.

use crate::account::Account;
use crate::controller::Controller;
use crate::stage::Stage;
use crate::view::{
    AppView, ClockView, HomeView, Person, ProblemView, SignInView, Stage as StageView, VisitInfo, VisitRow,
    VisitView,
};
use crate::visit::{CallState, Facts, Visit};
use consilium_model::{Locale, Role};
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

/// The whole view; the revision is the caller's.
pub(crate) fn view(controller: &Controller, moment: Moment) -> AppView {
    AppView {
        revision: 0,
        locale: controller.locale,
        stage: stage(controller, moment),
        notice: controller.notice,
        devices: controller.devices.clone(),
    }
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
        vertical: controller.config.vertical,
        status: facts.info.status,
        info: info(facts, controller.locale),
        clock: clock(facts, controller.epoch, moment.clock_at),
        actions: facts.actions(moment.now),
        busy: visit.busy,
        problem: visit.problem,
        line: visit.line,
        call: match &visit.call {
            CallState::In(call) => call.view(facts.info.status),
            CallState::None | CallState::Entering | CallState::Refused { .. } => None,
        },
        has_home,
    }
}

fn clock(facts: &Facts, epoch: Instant, at: Instant) -> Option<ClockView> {
    let reading = facts.clock(epoch)?.read(at.saturating_duration_since(epoch));
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    Some(ClockView {
        remaining_ms: millis(reading.remaining),
        overtime_ms: millis(reading.overtime),
        net_ms: millis(reading.net),
        running: reading.running,
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
        role: Role::Specialist,
        joined: info.joined_specialists.iter().any(|joined| joined.id == one.id),
        me: facts.role == Role::Specialist && facts.user == one.id,
        required: one.required.unwrap_or(false),
    });
    let clients = info.info.clients.iter().map(|one| Person {
        name: one.full_name(),
        profession: None,
        role: Role::Client,
        joined: info.joined_clients.iter().any(|joined| joined.id == one.id),
        me: facts.role == Role::Client && facts.user == one.id,
        required: true,
    });
    specialists.chain(clients).collect()
}

fn services(services: &[Service], locale: Locale) -> Vec<String> {
    services.iter().filter_map(|service| service.name_in(locale.tag())).map(str::to_owned).collect()
}

fn rfc3339(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_default()
}
