//! Whom one can call, and who of them can be reached.

use crate::view::{Availability, ContactRow, TeamRow};
use consilium_client::{HomeEvent, fold};
use consilium_model::{Secret, UserId};
use consilium_wire::home::Event;
use consilium_wire::home::calls::{Availability as Told, Contact, Contacts, Team, TeamId};
use std::collections::BTreeMap;

/// Whom one can call.
#[derive(Default)]
pub(crate) struct Directory {
    people: Vec<(Contact, Words)>,
    teams: Vec<(Team, Words)>,
    reading: Reading,
    /// The user's own.
    pub(crate) do_not_disturb: bool,
    /// Who can be reached, as the line has told since it came: newer than an answer that was asked for before.
    told: BTreeMap<UserId, Told>,
    /// Whoever was not told cannot be reached.
    is_all_told: bool,
}

/// Whether it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Reading {
    #[default]
    Unread,
    Known,
    /// The server has no calls.
    Missing,
}

/// People and teams that are called together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) contacts: Vec<UserId>,
    pub(crate) teams: Vec<TeamId>,
}

impl Directory {
    /// Takes in what the server has answered; without an answer it has no calls.
    pub(crate) fn read(&mut self, contacts: Option<Contacts>) {
        let Some(contacts) = contacts else {
            *self = Self { reading: Reading::Missing, ..Self::default() };
            return;
        };
        let person = |mut one: Contact| {
            one.availability = self.now(&one);
            let words = Words::of(&[one.name.expose(), &one.clinic]);
            (one, words)
        };
        let team = |team: Team| {
            let words = Words::of(&[&team.name]);
            (team, words)
        };
        self.people = contacts.contacts.into_iter().map(person).collect();
        self.teams = contacts.teams.into_iter().map(team).collect();
        self.do_not_disturb = contacts.do_not_disturb;
        self.reading = Reading::Known;
    }

    /// It was read.
    pub(crate) fn is_known(&self) -> bool {
        self.reading == Reading::Known
    }

    /// Nobody has to ask: the server has none.
    pub(crate) fn is_missing(&self) -> bool {
        self.reading == Reading::Missing
    }

    /// Takes in who can be reached.
    pub(crate) fn hear(&mut self, event: &HomeEvent) {
        match event {
            HomeEvent::Connected => {
                self.told.clear();
                self.is_all_told = false;
            }
            HomeEvent::Event(Event::Contact { user_id, availability }) => {
                self.told.insert(user_id.clone(), *availability);
                if let Some((contact, _)) = self.people.iter_mut().find(|(one, _)| one.user_id == *user_id) {
                    contact.availability = *availability;
                }
            }
            HomeEvent::Event(Event::Known) => {
                self.is_all_told = true;
                let untold = self.people.iter_mut().filter(|(one, _)| !self.told.contains_key(&one.user_id));
                untold.for_each(|(contact, _)| contact.availability = Told::Offline);
            }
            HomeEvent::Event(_) | HomeEvent::Lost | HomeEvent::Over => {}
        }
    }

    /// Whether somebody of an answer can be reached.
    fn now(&self, contact: &Contact) -> Told {
        let untold = if self.is_all_told { Told::Offline } else { contact.availability };
        self.told.get(&contact.user_id).copied().unwrap_or(untold)
    }

    /// The rows whose words begin with what was typed.
    pub(crate) fn matching(&self, query: &str) -> (Vec<ContactRow>, Vec<TeamRow>) {
        let wanted = Words::of(&[query]);
        let people = self.people.iter().filter(|(_, words)| words.begin_with(&wanted));
        let teams = self.teams.iter().filter(|(_, words)| words.begin_with(&wanted));
        (people.map(|(one, _)| row(one)).collect(), teams.map(|(team, _)| self.team_row(team)).collect())
    }

    fn team_row(&self, team: &Team) -> TeamRow {
        let by_login: BTreeMap<&UserId, &Contact> =
            self.people.iter().map(|(one, _)| (&one.user_id, one)).collect();
        // The user itself is in no list of contacts.
        let members = || team.members.iter().filter_map(|login| by_login.get(login));
        let available = members().filter(|one| one.availability == Told::Available).count();
        TeamRow {
            id: team.id.0.clone(),
            name: team.name.clone(),
            members: members().map(|one| one.name.expose().clone()).collect(),
            available: u32::try_from(available).unwrap_or(u32::MAX),
        }
    }

    /// What the ids of rows mean; what is not known is left out.
    pub(crate) fn choice(&self, contacts: &[String], teams: &[String]) -> Choice {
        let is_chosen = |one: &&(Contact, Words)| contacts.iter().any(|id| one.0.user_id.as_str() == id);
        let is_team = |team: &&(Team, Words)| teams.contains(&team.0.id.0);
        Choice {
            contacts: self.people.iter().filter(is_chosen).map(|(one, _)| one.user_id.clone()).collect(),
            teams: self.teams.iter().filter(is_team).map(|(team, _)| team.id.clone()).collect(),
        }
    }

    /// How people call those who are chosen.
    pub(crate) fn names(&self, choice: &Choice) -> Vec<Secret> {
        let is_team = |team: &&(Team, Words)| choice.teams.contains(&team.0.id);
        let teams = self.teams.iter().filter(is_team).map(|(team, _)| Secret::from(team.name.clone()));
        let is_chosen = |one: &&(Contact, Words)| choice.contacts.contains(&one.0.user_id);
        teams.chain(self.people.iter().filter(is_chosen).map(|(one, _)| one.name.clone())).collect()
    }
}

impl Choice {
    /// Nobody is chosen.
    pub(crate) const fn is_empty(&self) -> bool {
        self.contacts.is_empty() && self.teams.is_empty()
    }
}

fn row(contact: &Contact) -> ContactRow {
    ContactRow {
        id: contact.user_id.as_str().to_owned(),
        name: contact.name.expose().clone(),
        clinic: contact.clinic.clone(),
        availability: match contact.availability {
            Told::Available => Availability::Available,
            Told::InCall => Availability::InCall,
            Told::DoNotDisturb => Availability::DoNotDisturb,
            Told::Offline => Availability::Offline,
        },
    }
}

/// The words of a text as they are searched: without case and marks.
struct Words(Vec<String>);

impl Words {
    fn of(texts: &[&str]) -> Self {
        let folded = texts.iter().map(|text| fold(text));
        let words = |text: String| {
            let parts = text.split(|letter: char| !letter.is_alphanumeric());
            parts.filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        Self(folded.flat_map(words).collect())
    }

    /// Every word that is wanted begins one of these.
    fn begin_with(&self, wanted: &Self) -> bool {
        wanted.0.iter().all(|start| self.0.iter().any(|word| word.starts_with(start)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(login: &str, name: &str, clinic: &str) -> Contact {
        let availability = Told::Offline;
        Contact { user_id: login.into(), name: name.into(), clinic: clinic.to_owned(), availability }
    }

    fn directory() -> Directory {
        let mut directory = Directory::default();
        let team = |id: &str, name: &str, members: &[&str]| Team {
            id: TeamId(id.to_owned()),
            name: name.to_owned(),
            members: members.iter().map(|login| UserId::new(*login)).collect(),
        };
        directory.read(Some(Contacts {
            contacts: vec![
                contact("a", "Пётр Орлов", "Север"),
                contact("b", "נֹעָה Levi", "North-West clinic"),
                contact("c", "Zoë Müller", ""),
            ],
            teams: vec![team("t", "Interpreters", &["b", "me", "c"])],
            do_not_disturb: false,
        }));
        directory
    }

    fn found(query: &str) -> String {
        let (people, teams) = directory().matching(query);
        people.into_iter().map(|row| row.id).chain(teams.into_iter().map(|row| row.id)).collect()
    }

    #[test]
    fn words_are_found_by_their_beginnings_without_case_and_marks() {
        for (query, expected) in [
            ("", "abct"),
            ("  ", "abct"),
            ("петр", "a"),
            ("ОРЛ ПЁ", "a"),
            ("рлов", ""),
            ("נעה", "b"),
            ("west lev", "b"),
            ("muller", "c"),
            ("zoe x", ""),
            ("inter", "t"),
        ] {
            assert_eq!(found(query), expected, "{query:?}");
        }
    }

    #[test]
    fn whoever_is_not_told_again_after_a_loss_is_not_to_be_reached() {
        let mut directory = directory();
        let told = |login: &str| Event::Contact { user_id: login.into(), availability: Told::Available };
        let all = [HomeEvent::Connected, HomeEvent::Event(told("b")), HomeEvent::Event(told("c"))];
        for event in all.iter().chain([&HomeEvent::Event(Event::Known), &HomeEvent::Lost]) {
            directory.hear(event);
        }
        let available = |directory: &Directory| directory.matching("").1[0].available;
        assert_eq!(available(&directory), 2);
        directory.hear(&HomeEvent::Connected);
        directory.hear(&HomeEvent::Event(told("c")));
        assert_eq!(available(&directory), 2, "not all is told yet");
        directory.hear(&HomeEvent::Event(Event::Known));
        assert_eq!(available(&directory), 1);
        let row = &directory.matching("").1[0];
        assert_eq!(row.members, ["נֹעָה Levi", "Zoë Müller"], "without the user itself");
    }

    #[test]
    fn the_line_is_newer_than_an_answer_that_was_asked_for_before() {
        let told = |availability| HomeEvent::Event(Event::Contact { user_id: "b".into(), availability });
        let answer = |directory: &mut Directory| {
            let b = Contact { availability: Told::Available, ..contact("b", "Noa", "") };
            directory.read(Some(Contacts { contacts: vec![b], teams: Vec::new(), do_not_disturb: false }));
            directory.people[0].0.availability
        };
        let mut directory = Directory::default();
        directory.hear(&HomeEvent::Connected);
        assert_eq!(answer(&mut directory), Told::Available, "nothing is told yet");
        directory.hear(&told(Told::InCall));
        assert_eq!(answer(&mut directory), Told::InCall);
        directory.hear(&HomeEvent::Event(Event::Known));
        assert_eq!(answer(&mut directory), Told::InCall);
        directory.hear(&HomeEvent::Connected);
        directory.hear(&HomeEvent::Event(Event::Known));
        assert_eq!(answer(&mut directory), Told::Offline, "all is told, and not this one");
    }

    #[test]
    fn only_what_is_there_is_called() {
        let directory = directory();
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let choice = directory.choice(&ids(&["c", "nobody"]), &ids(&["t", "none"]));
        assert_eq!(choice, Choice { contacts: vec!["c".into()], teams: vec![TeamId("t".to_owned())] });
        assert_eq!(directory.names(&choice), [Secret::from("Interpreters"), "Zoë Müller".into()]);
        assert!(directory.choice(&ids(&["nobody"]), &[]).is_empty());
    }
}
