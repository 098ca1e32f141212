//! The made-up people, as data in `cast.json`.

use consilium_model::{Locale, Secret};
use consilium_wire::home::calls::{Team, TeamId};
use consilium_wire::medme::{
    Client, ConferenceInfo, Filial, LocalizedText, Organization, Service, Specialist,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use time::OffsetDateTime;

static CAST: LazyLock<Data> = LazyLock::new(|| {
    serde_json::from_str(include_str!("cast.json")).expect("the file is part of the program and tested")
});

#[derive(Deserialize)]
struct Data {
    clinics: BTreeMap<String, Titles>,
    people: BTreeMap<String, People>,
    teams: Vec<TeamData>,
    services: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct Titles {
    title: String,
    branch: String,
    timezone: String,
}

#[derive(Deserialize)]
struct TeamData {
    id: String,
    name: BTreeMap<String, String>,
    members: Vec<String>,
}

#[derive(Deserialize)]
struct People {
    specialist: Member,
    colleagues: Vec<Member>,
    clients: Vec<Member>,
}

/// A made-up person.
#[derive(Deserialize)]
pub(super) struct Member {
    /// The id in conferences, and a specialist's login.
    pub(super) id: String,
    name: String,
    #[serde(default)]
    middle_name: Option<String>,
    surname: String,
    #[serde(default)]
    profession: String,
}

impl Member {
    /// As colleagues see it.
    pub(super) fn full_name(&self) -> Secret {
        Secret::new(self.to_specialist(false).full_name())
    }

    fn to_specialist(&self, required: bool) -> Specialist {
        Specialist {
            id: self.id.as_str().into(),
            name: self.name.as_str().into(),
            surname: self.surname.as_str().into(),
            middle_name: self.middle_name.as_deref().map(Secret::from),
            profession: self.profession.clone(),
            required: Some(required),
        }
    }

    fn to_client(&self) -> Client {
        Client {
            id: self.id.as_str().into(),
            name: self.name.as_str().into(),
            surname: self.surname.as_str().into(),
            middle_name: self.middle_name.as_deref().map(Secret::from),
        }
    }
}

/// The people of one clinic, those of its own language first.
pub(super) struct Cast {
    pub(super) locale: Locale,
    /// The clinic's name.
    pub(super) clinic: &'static str,
    specialists: Vec<&'static Member>,
    colleagues: Vec<&'static Member>,
    clients: Vec<&'static Member>,
}

impl Cast {
    pub(super) fn of(locale: Locale) -> Self {
        let others = Locale::ALL.into_iter().filter(|other| *other != locale);
        let people: Vec<_> =
            std::iter::once(locale).chain(others).map(|locale| &CAST.people[locale.tag()]).collect();
        // The first client of each language before the second of any.
        let rounds = people.iter().map(|people| people.clients.len()).max().unwrap_or_default();
        let clients =
            (0..rounds).flat_map(|round| people.iter().filter_map(move |people| people.clients.get(round)));
        Self {
            locale,
            clinic: &CAST.clinics[locale.tag()].title,
            clients: clients.collect(),
            specialists: people.iter().map(|people| &people.specialist).collect(),
            colleagues: people.iter().flat_map(|people| &people.colleagues).collect(),
        }
    }

    /// Those who have no visit of today: they are there to be called, and sign in by links only.
    pub(super) fn colleagues(&self) -> impl Iterator<Item = &'static Member> {
        self.colleagues.iter().copied()
    }

    /// Who is called together.
    pub(super) fn teams(&self) -> impl Iterator<Item = Team> {
        CAST.teams.iter().map(|team| Team {
            id: TeamId(team.id.clone()),
            name: team.name[self.locale.tag()].clone(),
            members: team.members.iter().map(|id| id.as_str().into()).collect(),
        })
    }

    /// The specialists with a password.
    pub(super) fn staff(&self) -> impl Iterator<Item = &'static Member> {
        self.specialists.iter().copied()
    }

    /// A visit with people by their place in the cast. The first specialist must be in.
    pub(super) fn visit(
        &self,
        label: &str,
        start: OffsetDateTime,
        minutes: u32,
        specialists: &[usize],
        clients: &[usize],
    ) -> ConferenceInfo {
        let titles = &CAST.clinics[self.locale.tag()];
        let specialists = specialists.iter().enumerate();
        ConferenceInfo {
            appointment_id: format!("demo-{label}"),
            is_open: false,
            l10n: self.locale.tag().to_owned(),
            organization_info: Organization { id: "demo-clinic".to_owned(), title: titles.title.clone() },
            filial_info: Filial {
                id: "demo-branch".to_owned(),
                title: titles.branch.clone(),
                timezone: titles.timezone.clone(),
            },
            opening_duration_seconds: 0,
            otp: false,
            scheduled_duration_seconds: minutes * 60,
            scheduled_start: start,
            services: vec![service(label)],
            clients: clients.iter().map(|place| self.clients[*place].to_client()).collect(),
            specialists: specialists
                .map(|(order, place)| self.specialists[*place].to_specialist(order == 0))
                .collect(),
        }
    }
}

fn service(label: &str) -> Service {
    let name = CAST.services[label].iter();
    let name = name.map(|(lang, text)| LocalizedText { lang: lang.clone(), text: text.clone() });
    Service { id: format!("demo-service-{label}"), name: name.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_clinic_has_people_of_every_language_its_own_first() {
        for locale in Locale::ALL {
            let cast = Cast::of(locale);
            let everybody = || cast.staff().chain(cast.colleagues()).chain(cast.clients.iter().copied());
            let ids: BTreeSet<_> = everybody().map(|one| &one.id).collect();
            assert_eq!(ids.len(), everybody().count(), "ids are unique");
            for team in cast.teams() {
                let is_staff = |id: &consilium_model::UserId| {
                    cast.staff().chain(cast.colleagues()).any(|one| one.id == id.as_str())
                };
                assert!(team.members.len() > 2 && team.members.iter().all(is_staff));
            }
            assert!(cast.specialists.len() >= 3 && cast.clients.len() >= 4);
            assert_eq!(cast.clients[0].id, CAST.people[locale.tag()].clients[0].id);
        }
    }
}
