//! What is to be said over the line: where this person looks, and that it types or has read there. Pure.
//!
//! A state and no queue: what waits on a line that stalls is said once, and what was meant for a session that is no
//! longer looked at is not said at all.

use consilium_wire::im::FromClient;

/// What is to be said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Intent {
    session: Option<String>,
    given: Signs,
    /// How many signs had been given when this session came into sight.
    before: Signs,
    /// What was read up to; `None` for everything.
    up_to: Option<String>,
}

/// How many signs were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Signs {
    typing: u64,
    read: u64,
}

impl Intent {
    pub(super) fn session(&self) -> Option<String> {
        self.session.clone()
    }

    /// Answers whether it looked elsewhere before.
    pub(super) fn look_at(&mut self, session: Option<String>) -> bool {
        let other = self.session != session;
        if other {
            self.session = session;
            self.before = self.given;
        }
        other
    }

    pub(super) fn type_on(&mut self) {
        self.given.typing += 1;
    }

    /// The last sign says it all: nobody un-reads.
    pub(super) fn read(&mut self, up_to: Option<String>) {
        self.given.read += 1;
        self.up_to = up_to;
    }

    /// What has to be said when `said` is what the server knows.
    pub(super) fn news_since(&self, said: &Self) -> Vec<FromClient> {
        let mut news = Vec::new();
        if self.session != said.session {
            news.push(FromClient::Look { session_id: self.session.clone() });
        }
        if self.session.is_some() {
            if self.given.typing > said.given.typing.max(self.before.typing) {
                news.push(FromClient::Typing);
            }
            if self.given.read > said.given.read.max(self.before.read) {
                news.push(FromClient::Read { up_to: self.up_to.clone() });
            }
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Look(Option<u8>),
        Type,
        Read(u8),
        /// The line takes what there is to say.
        Say,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            proptest::option::of(0u8..3).prop_map(Step::Look),
            Just(Step::Type),
            (0u8..9).prop_map(Step::Read),
            Just(Step::Say),
        ]
    }

    proptest! {
        /// The server, which takes each sign for the session that it was told of last, never takes one for a session
        /// for which it was not given; a sign for the session that stays in sight arrives.
        #[test]
        fn a_sign_is_taken_for_the_session_that_it_was_given_for(steps in prop::collection::vec(step(), 0..40)) {
            let (mut intent, mut said) = (Intent::default(), Intent::default());
            let mut told: Option<String> = None;
            let mut read = None;
            for step in steps.into_iter().chain([Step::Say]) {
                match step {
                    Step::Look(session) => {
                        let session = session.map(|session| session.to_string());
                        if intent.look_at(session) {
                            read = None;
                        }
                    }
                    Step::Type => intent.type_on(),
                    Step::Read(number) => {
                        let up_to = format!("s-{number}");
                        intent.read(Some(up_to.clone()));
                        read = intent.session.is_some().then_some(up_to);
                    }
                    Step::Say => {
                        let news = intent.news_since(&said);
                        said = intent.clone();
                        let mut heard = None;
                        for frame in news {
                            match frame {
                                FromClient::Look { session_id } => told = session_id,
                                FromClient::Read { up_to } => heard = up_to,
                                _ => {}
                            }
                        }
                        prop_assert_eq!(&told, &intent.session);
                        prop_assert_eq!(heard, read.take());
                    }
                }
            }
        }
    }
}
