//! The booking system: makes conferences, and gets everyone's link over the web hook.

use super::http::{Connection, post};
use super::server::{API_KEY, Server};
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

const DELIVERY_WAIT: Duration = Duration::from_secs(60);

/// The access tokens of a conference of two.
#[derive(Clone, Default)]
pub(super) struct Visit {
    pub(super) specialist: String,
    pub(super) client: String,
}

/// What the web hook delivers.
#[derive(Deserialize)]
struct Link {
    user_role: String,
    at: String,
}

/// A booking system with its web hook.
pub(super) struct Booking {
    clinic: Connection,
    hook: SocketAddr,
    links: mpsc::UnboundedReceiver<(usize, Link)>,
    booked: usize,
    _hook_task: JoinSet<std::io::Result<()>>,
}

async fn deliver(
    State(links): State<mpsc::UnboundedSender<(usize, Link)>>,
    Path(number): Path<usize>,
    Query(link): Query<Link>,
) {
    // Links that nobody waits for any more are as good as delivered.
    let _ = links.send((number, link));
}

impl Booking {
    /// A booking system of this clinic.
    pub(super) async fn open(clinic: &Server) -> Result<Self> {
        let (sender, links) = mpsc::unbounded_channel();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let hook = listener.local_addr()?;
        let router = Router::new().route("/{number}", get(deliver)).with_state(sender);
        let mut task = JoinSet::new();
        task.spawn(async move { axum::serve(listener, router).await });
        let clinic = Connection::open(clinic.address).await?;
        Ok(Self { clinic, hook, links, booked: 0, _hook_task: task })
    }

    /// Makes so many conferences that anyone may join at once.
    pub(super) async fn book(&mut self, count: usize) -> Result<Vec<Visit>> {
        let first = self.booked;
        for number in first..first + count {
            let request = self.conference(number);
            self.clinic.exchange(&post("/meets/v1/create", &request)?).await.context("create")?;
        }
        self.booked += count;
        let all = self.collect(2 * count);
        timeout(DELIVERY_WAIT, all).await.context("the links are not delivered")?
    }

    async fn collect(&mut self, mut missing: usize) -> Result<Vec<Visit>> {
        let mut visits: BTreeMap<usize, Visit> = BTreeMap::new();
        while missing > 0 {
            let (number, link) = self.links.recv().await.context("the web hook has ended")?;
            let visit = visits.entry(number).or_default();
            let place = if link.user_role == "CLIENT" { &mut visit.client } else { &mut visit.specialist };
            // A delivery may come twice.
            missing -= usize::from(place.is_empty());
            *place = link.at;
        }
        Ok(visits.into_values().collect())
    }

    fn conference(&self, number: usize) -> Value {
        let (specialist, client) = (format!("specialist-{number}"), format!("client-{number}"));
        json!({
            "api_key": API_KEY, "user_id": specialist, "user_role": "SPECIALIST",
            "callbackType": "web_hook", "webHookUrl": format!("http://{}/{number}", self.hook),
            "conference_info": {
                "appointmentId": format!("appointment-{number}"), "isOpen": true, "l10n": "en-us", "otp": false,
                "organizationInfo": {"id": "1", "title": "Example Clinic"},
                "filialInfo": {"id": "1", "title": "Riverside Branch", "timezone": "Europe/London"},
                "openingDurationSeconds": 0, "scheduledDurationSeconds": 1800,
                "scheduledStart": "2099-01-01T10:00:00Z",
                "services": [{"id": "1", "name": [
                    {"lang": "en-us", "text": "Consultation"}, {"lang": "ru-ru", "text": "Консультация"},
                ]}],
                "clients": [{"id": client, "name": "Sample", "surname": "Patient", "middleName": "Made-up"}],
                "specialists": [{
                    "id": specialist, "name": "Example", "surname": "Doctor", "profession": "General practitioner",
                    "required": true,
                }],
            },
        })
    }
}
