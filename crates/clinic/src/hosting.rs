//! Members of the staff as the specialists of conferences that no booking system has described: names, clinic and
//! language are those of the newest conference that one has, or else what the sign-in says.

use crate::server::App;
use crate::store::{Staff, StoreError};
use consilium_model::{Locale, Participant, UserId};
use consilium_wire::medme::{
    Client, ConferenceInfo, Filial, LocalizedText, Organization, Service, Specialist,
};
use time::{Duration, OffsetDateTime};

/// How long a conference without a schedule is planned to take. Nobody who is in is cut off before an hour more.
const LENGTH: Duration = Duration::hours(2);

/// A conference that is to be made on the spot.
pub(crate) struct Occasion {
    /// By which cards and booking systems name it.
    pub(crate) appointment_id: String,
    /// What it is about, as people read it.
    pub(crate) topic: Option<String>,
    /// When it begins.
    pub(crate) start: OffsetDateTime,
    /// Those beside the host, who is needed.
    pub(crate) colleagues: Vec<Specialist>,
    /// The clients.
    pub(crate) clients: Vec<Client>,
}

/// A member of the staff as a specialist; `None` for a login that is nobody's.
pub(crate) async fn specialist(app: &App, login: &UserId) -> Result<Option<Specialist>, StoreError> {
    Ok(app.staff.member(login).await?.map(|staff| described(app, &staff)))
}

fn described(app: &App, staff: &Staff) -> Specialist {
    let newest = app.clinic.newest_of(&Participant::specialist(staff.user_id.clone()));
    let known = newest.and_then(|live| {
        let specialists = live.record().info.specialists.clone();
        specialists.into_iter().find(|one| one.id == staff.user_id)
    });
    known.map(|known| Specialist { required: Some(false), ..known }).unwrap_or_else(|| Specialist {
        id: staff.user_id.clone(),
        name: staff.name.clone(),
        surname: "".into(),
        middle_name: None,
        profession: String::new(),
        required: Some(false),
    })
}

/// Describes a conference of this member of the staff; `None` for a login that is nobody's.
pub(crate) async fn describe(
    app: &App,
    host: &UserId,
    occasion: Occasion,
) -> Result<Option<ConferenceInfo>, StoreError> {
    let Some(staff) = app.staff.member(host).await? else { return Ok(None) };
    let host = Specialist { required: Some(true), ..described(app, &staff) };
    let newest = app.clinic.newest_of(&Participant::specialist(staff.user_id.clone()));
    let place = newest.map(|live| Place::of(&live.record().info)).unwrap_or_else(|| Place::unknown(staff));
    Ok(Some(place.hold(host, occasion)))
}

/// Where somebody works.
struct Place {
    organization: Organization,
    filial: Filial,
    l10n: String,
}

impl Place {
    fn of(info: &ConferenceInfo) -> Self {
        Self {
            organization: info.organization_info.clone(),
            filial: info.filial_info.clone(),
            l10n: info.l10n.clone(),
        }
    }

    fn unknown(staff: Staff) -> Self {
        let (id, title) = ("clinic".to_owned(), staff.clinic);
        Self {
            organization: Organization { id: id.clone(), title: title.clone() },
            filial: Filial { id, title, timezone: "UTC".to_owned() },
            l10n: Locale::default().tag().to_owned(),
        }
    }

    fn hold(self, host: Specialist, occasion: Occasion) -> ConferenceInfo {
        let Occasion { appointment_id, topic, start, colleagues, clients } = occasion;
        let named = |text| Service {
            id: "topic".to_owned(),
            name: vec![LocalizedText { lang: self.l10n.clone(), text }],
        };
        ConferenceInfo {
            appointment_id,
            is_open: true,
            services: topic.map(named).into_iter().collect(),
            l10n: self.l10n,
            organization_info: self.organization,
            filial_info: self.filial,
            opening_duration_seconds: 0,
            otp: false,
            scheduled_duration_seconds: LENGTH.whole_seconds().unsigned_abs().try_into().unwrap_or(u32::MAX),
            scheduled_start: start,
            clients,
            specialists: std::iter::once(host).chain(colleagues).collect(),
        }
    }
}
