//! People to begin a conversation with.

use super::pane::People;
use super::{Core, Moment, Pane, Reach, Reached, Request};
use crate::view::{PersonRow, ProblemCode};
use consilium_model::{BusinessKind, Secret, SessionKind, UserId};
use consilium_wire::im::{MAX_PARTICIPANTS, NewSession, PATIENT_PREFIX, Session, User, UserRole};

impl Core {
    /// The user may begin conversations, and there is a line to do it over.
    pub(crate) fn can_begin(&self) -> bool {
        self.reach == Reach::Everything && self.reached != Reached::Not
    }

    /// Looks for people.
    pub(super) fn find_people(&mut self, query: Secret) {
        if !self.can_begin() {
            return;
        }
        if !matches!(self.pane, Pane::People(_)) {
            self.show(Pane::People(People::default()));
        }
        let Pane::People(people) = &mut self.pane else { return };
        people.search += 1;
        people.busy = true;
        people.problem = None;
        people.query.clone_from(query.expose());
        let number = people.search;
        self.ask(Request::People { query, number });
    }

    /// Who was found, unless something else is looked for meanwhile.
    pub(crate) fn found_people(&mut self, number: u64, found: Result<Vec<User>, ProblemCode>, at: Moment) {
        let me = self.me.clone();
        if let Pane::People(people) = &mut self.pane
            && people.search == number
        {
            people.busy = false;
            match found {
                Ok(users) => {
                    people.rows = users.into_iter().filter(|user| user.user_id != me).map(person).collect();
                }
                Err(problem) => people.problem = Some(problem),
            }
        }
        self.follow(at);
    }

    /// Begins a conversation with these; opens the one that two people have already.
    pub(super) fn begin(&mut self, ids: &[String], name: Option<Secret>) {
        let Pane::People(people) = &mut self.pane else { return };
        let chosen: Vec<&PersonRow> = people.rows.iter().filter(|row| ids.contains(&row.id)).collect();
        if people.busy || ids.is_empty() || ids.len() >= MAX_PARTICIPANTS {
            return;
        }
        let with_patient = chosen.iter().any(|row| row.patient) || ids.iter().any(|id| is_patient(id));
        if let [other] = ids
            && let Some(known) = self.rows.between(&self.me, other).map(|row| row.session.id.clone())
        {
            self.open_conversation(&known, None);
            return;
        }
        people.busy = true;
        people.problem = None;
        let name = name.filter(|name| ids.len() > 1 && !name.expose().trim().is_empty());
        let session = NewSession {
            kind: kind(ids.len(), with_patient),
            business_type: if with_patient {
                BusinessKind::WithPatient
            } else {
                BusinessKind::WithoutPatient
            },
            name,
            participants: ids.iter().map(|id| UserId::new(id.as_str())).collect(),
        };
        self.ask(Request::Begin(session));
    }

    /// The conversation was made, or not.
    pub(crate) fn begun(&mut self, begun: Result<Session, ProblemCode>, at: Moment) {
        let waits = matches!(&self.pane, Pane::People(people) if people.busy);
        match begun {
            Ok(session) => {
                let id = session.id.clone();
                self.put(vec![session]);
                if waits {
                    self.open_conversation(&id, None);
                }
            }
            Err(problem) => {
                if let Pane::People(people) = &mut self.pane {
                    people.busy = false;
                    people.problem = Some(problem);
                }
            }
        }
        self.follow(at);
    }
}

/// A patient's name in the messenger's one namespace.
fn is_patient(id: &str) -> bool {
    id.starts_with(PATIENT_PREFIX)
}

fn person(user: User) -> PersonRow {
    PersonRow {
        id: user.user_id.as_str().to_owned(),
        name: user.name.into_inner(),
        patient: user.role == UserRole::Patient,
    }
}

const fn kind(others: usize, with_patient: bool) -> SessionKind {
    match (others, with_patient) {
        (1, _) => SessionKind::OneToOne,
        (_, true) => SessionKind::Consultation,
        (_, false) => SessionKind::Group,
    }
}
