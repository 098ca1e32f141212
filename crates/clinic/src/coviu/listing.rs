//! Lists of sessions, page by page.

use super::access::Asker;
use super::fields::Query;
use super::phase::Phase;
use super::record::calendar;
use super::refused::Refused;
use super::show::{self, Deleted, scheduled};
use crate::domain::View;
use crate::server::App;
use axum::Json;
use axum::extract::State;
use consilium_wire::coviu::{FailureCode, MAX_PAGE_SIZE, Page, Session};
use std::sync::Arc;
use time::OffsetDateTime;

/// Which sessions, and in which order.
struct Filter {
    from: Option<OffsetDateTime>,
    to: Option<OffsetDateTime>,
    canceled: bool,
    deleted: Deleted,
    state: Option<String>,
    newest_first: bool,
}

impl Filter {
    fn read(query: &Query) -> Result<Self, Refused> {
        Ok(Self {
            from: query.time("start_time")?,
            to: query.time("end_time")?,
            canceled: query.flag("include_canceled")?,
            deleted: query.flag("deleted_participants")?.into(),
            state: query.get("state").map(str::to_owned),
            newest_first: match query.get("order") {
                None | Some("forward") => false,
                Some("reverse" | "backwards") => true,
                Some(_) => return Err(Refused::at(FailureCode::InvalidField, "order")),
            },
        })
    }

    /// Both ends of the time are in, and it is the start that lies between them.
    fn wants(&self, view: &View, now: OffsetDateTime) -> bool {
        let start = view.conference.plan().scheduled_start;
        let is_between = self.from.is_none_or(|from| start >= from) && self.to.is_none_or(|to| start <= to);
        let is_canceled = matches!(Phase::of(view, now), Phase::Canceled { .. });
        is_between && (self.canceled || !is_canceled) && self.has_state(view)
    }

    fn has_state(&self, view: &View) -> bool {
        let Some(wanted) = &self.state else { return true };
        scheduled(view).is_some_and(|scheduled| {
            let mut all = scheduled.invited.iter();
            all.any(|one| {
                (self.deleted == Deleted::Shown || one.deleted_at.is_none())
                    && one.state.as_ref().is_some_and(|state| state.expose() == wanted)
            })
        })
    }

    /// By creation, or by start when a time is asked for. What came in the same millisecond stays as it came.
    fn sort(&self, views: &mut [Arc<View>]) {
        let is_by_start = self.from.is_some() || self.to.is_some();
        views.sort_by_cached_key(|view| {
            let start = is_by_start.then_some(view.conference.plan().scheduled_start);
            (start, view.record.created_at)
        });
        if self.newest_first {
            views.reverse();
        }
    }
}

pub(super) async fn list(
    State(app): State<Arc<App>>,
    asker: Asker,
    query: Query,
) -> Result<Json<Page<Session>>, Refused> {
    let filter = Filter::read(&query)?;
    let page = query.number("page")?.unwrap_or(0);
    let page_size = query.number("page_size")?.unwrap_or(MAX_PAGE_SIZE).min(MAX_PAGE_SIZE);
    if page_size == 0 {
        return Err(Refused::at(FailureCode::InvalidField, "page_size"));
    }
    let now = app.clinic.clock().now();
    let mine = app.clinic.on_calendar(&calendar(&asker.client, &asker.user));
    let mut views: Vec<_> = mine.iter().map(|live| live.view()).collect();
    views.retain(|view| filter.wants(view, now));
    filter.sort(&mut views);
    let (skip, take) = (page as usize * page_size as usize, page_size as usize);
    let on_page = views.iter().skip(skip).take(take);
    let show = |view: &Arc<View>| {
        let scheduled = scheduled(view)?;
        Some(show::session(&app, view, scheduled, filter.deleted, now))
    };
    let page_count = u32::try_from(views.len().div_ceil(take)).unwrap_or(u32::MAX);
    let more = skip.saturating_add(take) < views.len();
    Ok(Json(Page { content: on_page.filter_map(show).collect(), page, page_size, page_count, more }))
}
