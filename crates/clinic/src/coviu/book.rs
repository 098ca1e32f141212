//! A session as the conference that it is: the information that every face knows.

use super::record::{Scheduled, door, is_invited};
use crate::server::App;
use crate::store::StoreError;
use consilium_l10n::Catalog;
use consilium_model::{Locale, Participant, Secret, UserId};
use consilium_wire::coviu::Role;
use consilium_wire::medme::{
    Client, ConferenceInfo, Filial, LocalizedText, Organization, Service, Specialist,
};
use std::sync::LazyLock;
use time::OffsetDateTime;

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::new);
/// The time zone of a specialist who has had no visit yet.
const UTC: &str = "UTC";

/// When a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) start: OffsetDateTime,
    pub(super) seconds: u32,
}

/// The information of a new session. The branch, its time zone and the language are those of the creator's newest
/// visit.
pub(super) async fn info(
    app: &App,
    session_id: &str,
    scheduled: &Scheduled,
    times: Times,
) -> Result<ConferenceInfo, StoreError> {
    let place = place(app, &scheduled.owner).await?;
    let mut info = ConferenceInfo {
        appointment_id: door(session_id),
        is_open: true,
        opening_duration_seconds: 0,
        otp: false,
        scheduled_start: times.start,
        scheduled_duration_seconds: times.seconds,
        services: services(scheduled.name.as_ref(), &place.l10n),
        l10n: place.l10n,
        organization_info: place.organization,
        filial_info: place.filial,
        clients: Vec::new(),
        specialists: vec![place.owner],
    };
    (info.clients, info.specialists) = people(&info, scheduled);
    Ok(info)
}

struct Place {
    l10n: String,
    organization: Organization,
    filial: Filial,
    owner: Specialist,
}

async fn place(app: &App, owner: &UserId) -> Result<Place, StoreError> {
    let member = app.staff.member(owner).await?;
    let newest = app.clinic.newest_of(&Participant::specialist(owner.clone())).map(|live| live.record());
    let known = newest.as_ref().and_then(|record| {
        let one = record.info.specialists.iter().find(|one| one.id == *owner)?;
        Some(Specialist { required: None, ..one.clone() })
    });
    let title = member.as_ref().map(|member| member.clinic.clone()).unwrap_or_default();
    let name = member.map_or_else(|| owner.as_str().into(), |member| member.name);
    let owner = known.unwrap_or_else(|| specialist(owner.clone(), name));
    Ok(match newest {
        Some(record) => Place {
            l10n: record.info.l10n.clone(),
            organization: record.info.organization_info.clone(),
            filial: record.info.filial_info.clone(),
            owner,
        },
        None => Place {
            l10n: Locale::default().tag().to_owned(),
            organization: Organization { id: String::new(), title: title.clone() },
            filial: Filial { id: String::new(), title, timezone: UTC.to_owned() },
            owner,
        },
    })
}

/// What the visit is called in a specialist's day.
pub(super) fn services(name: Option<&Secret>, l10n: &str) -> Vec<Service> {
    let text = |name: &Secret| LocalizedText { lang: l10n.to_owned(), text: name.expose().clone() };
    let service = |name| Service { id: String::new(), name: vec![text(name)] };
    name.into_iter().map(service).collect()
}

/// Everybody who takes part: whoever is not there by an invitation stays, and those who are invited now come after.
pub(super) fn people(info: &ConferenceInfo, scheduled: &Scheduled) -> (Vec<Client>, Vec<Specialist>) {
    let locale = Locale::from_tag(&info.l10n).unwrap_or_default();
    let clients = info.clients.iter().filter(|one| !is_invited(&one.id)).cloned();
    let specialists = info.specialists.iter().filter(|one| !is_invited(&one.id)).cloned();
    let (mut clients, mut specialists) = (clients.collect::<Vec<_>>(), specialists.collect::<Vec<_>>());
    for one in scheduled.present() {
        let name = one.name.clone().filter(|name| !name.expose().trim().is_empty());
        let (id, name) = (one.who().id, name.unwrap_or_else(|| role_name(one.role, locale)));
        match one.role {
            Role::Host => specialists.push(specialist(id, name)),
            Role::Guest => {
                clients.push(Client { id, name, surname: Secret::default(), middle_name: None });
            }
        }
    }
    (clients, specialists)
}

fn specialist(id: UserId, name: Secret) -> Specialist {
    let (surname, middle_name) = (Secret::default(), None);
    Specialist { id, name, surname, middle_name, profession: String::new(), required: None }
}

/// What somebody without a name is called.
fn role_name(role: Role, locale: Locale) -> Secret {
    let name = match role {
        Role::Host => CATALOG.lookup(locale, "role-specialist", &[("vertical", "medicine")]),
        Role::Guest => CATALOG.lookup(locale, "person-guest", &[]),
    };
    Secret::new(name.unwrap_or_default())
}
