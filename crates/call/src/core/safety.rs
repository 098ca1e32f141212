//! The safety words of one peer: three words that both ends of a transport know, and nobody between them can choose.
//!
//! A relay that puts itself between two participants has a transport to each, with a certificate of its own, so the
//! two see other certificates than they should. 24 bits over the certificates alone would not show it: whoever can
//! make keys can search for a pair that gives the same words. So each side adds a number that it draws, and is bound
//! to before it knows the other's (the short authentication string of ZRTP, RFC 6189, section 4.4.1.1):
//!
//! ```text
//! leader                                        follower
//!   Commit  SHA-256(own end, own number)   ──►
//!                                          ◄──  Commit  SHA-256(own end, own number, the leader's hash)
//!                                          ◄──  Reveal  its number
//!   Reveal  its number                     ──►
//! ```
//! The follower's hash names the leader's, so an answer to another attempt is no answer. The leader alone begins
//! anew and repeats; whatever is lost is made good by its next `Commit`. A relay guesses once an attempt, and there
//! are few: see [`MAX_ATTEMPTS`].

use consilium_model::Secret;
use consilium_wire::room::Signal;
use sha2::{Digest, Sha256};
use std::fmt;

/// So often numbers are drawn for one peer. Honest ones need one, or two after a restart.
const MAX_ATTEMPTS: u32 = 8;

const COMMIT: &[u8] = b"consilium safety commit 1";
const NONCE: &[u8] = b"consilium safety nonce 1";
const WORDS: &[u8] = b"consilium safety words 1";

type Hash = [u8; 32];
type Nonce = [u8; 16];

/// SHA-256 of a certificate (RFC 8122, section 5). It tells its owner from everybody else, so it is not for logs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of a certificate in DER.
    pub fn of(certificate: &[u8]) -> Self {
        Self(Sha256::digest(certificate).into())
    }

    /// 64 hexadecimal digits, for a keychain.
    pub fn to_hex(self) -> Secret {
        hex::encode(self.0).into()
    }

    /// What [`Self::to_hex`] has written; `None` for anything else.
    pub fn from_hex(text: &Secret) -> Option<Self> {
        bytes(text).map(Self)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// The two ends of a transport, as its handshake has proved them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The own certificate.
    pub own: Fingerprint,
    /// The peer's.
    pub peer: Fingerprint,
}

/// What is known of the encryption towards a peer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SafetyView {
    /// The certificate at the other end.
    pub peer: Fingerprint,
    /// The numbers of the three words; `None` until both sides know them.
    pub words: Option<[u8; 3]>,
}

impl fmt::Debug for SafetyView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// The exchange with one peer. It outlives the peer's transports: as long as both ends are the same, so are the words.
#[derive(Debug)]
pub(super) struct Safety {
    leads: bool,
    /// The ends of the transport that there is now, once it is encrypted.
    ends: Option<Ends>,
    /// Where numbers come from: drawn once, never told.
    seed: Option<Secret<[u8; 32]>>,
    attempts: u32,
    heard: Heard,
    stage: Stage,
}

/// What the peer has said last.
#[derive(Debug, Default)]
struct Heard {
    commit: Option<Secret<Hash>>,
    nonce: Option<Secret<Nonce>>,
}

/// The own number of an attempt, and what it is bound to.
#[derive(Clone, Debug)]
struct Bound {
    ends: Ends,
    nonce: Secret<Nonce>,
    /// The leader's hash that the follower answers.
    answered: Option<Secret<Hash>>,
    hash: Secret<Hash>,
}

#[derive(Debug)]
enum Stage {
    /// Nothing was drawn yet.
    Idle,
    /// The own hash is out.
    Bound(Bound),
    /// Both numbers are known to both.
    Agreed { own: Bound, theirs: Secret<Nonce>, words: Secret<[u8; 3]> },
    /// Somebody wanted too many attempts: there are no words with this peer any more.
    Spent,
}

impl Safety {
    /// Of two sides one leads.
    pub(super) fn new(leads: bool) -> Self {
        Self { leads, ends: None, seed: None, attempts: 0, heard: Heard::default(), stage: Stage::Idle }
    }

    /// What is known; `None` while there is no encrypted transport.
    pub(super) fn view(&self) -> Option<SafetyView> {
        let ends = self.ends?;
        let words = match &self.stage {
            Stage::Agreed { own, words, .. } if self.fits(own) => Some(*words.expose()),
            Stage::Agreed { .. } | Stage::Bound(_) | Stage::Idle | Stage::Spent => None,
        };
        Some(SafetyView { peer: ends.peer, words })
    }

    /// The transport is replaced; who is at the other end of the next one is not known.
    pub(super) fn lost(&mut self) {
        self.ends = None;
    }

    /// The transport is encrypted between these ends. `seed` is random; the first one counts.
    pub(super) fn secured(&mut self, ends: Ends, seed: Secret<[u8; 32]>, say: &mut impl FnMut(Signal)) {
        self.ends = Some(ends);
        self.seed.get_or_insert(seed);
        match &self.stage {
            Stage::Bound(own) | Stage::Agreed { own, .. } if self.fits(own) => self.repeat(say),
            Stage::Bound(_) | Stage::Agreed { .. } | Stage::Idle => self.begin(say),
            Stage::Spent => {}
        }
    }

    /// The peer may have missed something.
    pub(super) fn repeat(&self, say: &mut impl FnMut(Signal)) {
        match &self.stage {
            Stage::Bound(own) | Stage::Agreed { own, .. } if self.leads => say(own.commit()),
            Stage::Bound(_) | Stage::Agreed { .. } | Stage::Idle | Stage::Spent => {}
        }
    }

    /// The peer binds itself.
    pub(super) fn hear_commit(&mut self, hash: &Secret, say: &mut impl FnMut(Signal)) {
        let Some(hash) = bytes(hash).map(Secret::new) else { return };
        self.heard.commit = Some(hash);
        match &self.stage {
            _ if self.leads => self.check_answer(say),
            Stage::Bound(own) | Stage::Agreed { own, .. } if self.fits(own) => {
                say(own.commit());
                say(own.reveal());
            }
            Stage::Bound(_) | Stage::Agreed { .. } | Stage::Idle => self.begin(say),
            Stage::Spent => {}
        }
    }

    /// The peer tells its number.
    pub(super) fn hear_reveal(&mut self, nonce: &Secret, say: &mut impl FnMut(Signal)) {
        let Some(nonce) = bytes(nonce) else { return };
        self.heard.nonce = Some(Secret::new(nonce));
        match self.leads {
            true => self.check_answer(say),
            false => self.check_leader(),
        }
    }

    /// The attempt is the one of these ends, and answers what the leader has said last.
    fn fits(&self, own: &Bound) -> bool {
        Some(own.ends) == self.ends && own.answered.as_ref() == self.answered()
    }

    /// The leader answers nothing.
    fn answered(&self) -> Option<&Secret<Hash>> {
        self.heard.commit.as_ref().filter(|_| !self.leads)
    }

    /// A new number. The leader begins with it, the follower answers, once there is something to answer.
    fn begin(&mut self, say: &mut impl FnMut(Signal)) {
        let (Some(ends), Some(seed)) = (self.ends, self.seed.clone()) else { return };
        let answered = self.answered().cloned();
        if !self.leads && answered.is_none() {
            return;
        }
        if self.attempts == MAX_ATTEMPTS {
            self.stage = Stage::Spent;
            return;
        }
        self.attempts += 1;
        let nonce = draw(&seed, self.attempts);
        let hash = Secret::new(commitment(ends.own, &nonce, answered.as_ref()));
        let own = Bound { ends, nonce, answered, hash };
        say(own.commit());
        if !self.leads {
            say(own.reveal());
        }
        self.heard.nonce = None;
        self.stage = Stage::Bound(own);
    }

    /// The leader: has the follower answered this attempt?
    fn check_answer(&mut self, say: &mut impl FnMut(Signal)) {
        let (Stage::Bound(own) | Stage::Agreed { own, .. }) = &self.stage else { return };
        let (Some(commit), Some(theirs)) = (&self.heard.commit, &self.heard.nonce) else { return };
        if commitment(own.ends.peer, theirs, Some(&own.hash)) != *commit.expose() {
            return;
        }
        match &self.stage {
            // The own number is out, and another one of theirs comes after it: that one may have been searched for.
            Stage::Agreed { theirs: known, .. } if known != theirs => self.begin(say),
            Stage::Agreed { own, .. } => say(own.reveal()),
            Stage::Bound(own) => {
                say(own.reveal());
                self.stage = agreed(own.clone(), theirs.clone());
            }
            Stage::Idle | Stage::Spent => {}
        }
    }

    /// The follower: is this the number to which the leader was bound?
    fn check_leader(&mut self) {
        let Stage::Bound(own) = &self.stage else { return };
        let (Some(commit), Some(theirs)) = (&self.heard.commit, &self.heard.nonce) else { return };
        if commitment(own.ends.peer, theirs, None) == *commit.expose() {
            self.stage = agreed(own.clone(), theirs.clone());
        }
    }
}

impl Bound {
    fn commit(&self) -> Signal {
        Signal::Commit { hash: hex::encode(self.hash.expose()).into() }
    }

    fn reveal(&self) -> Signal {
        Signal::Reveal { nonce: hex::encode(self.nonce.expose()).into() }
    }
}

/// Numbers that nobody can foresee who does not know the seed, and of which one does not tell the next.
fn draw(seed: &Secret<[u8; 32]>, attempt: u32) -> Secret<Nonce> {
    let hash =
        Sha256::new().chain_update(NONCE).chain_update(seed.expose()).chain_update(attempt.to_be_bytes());
    let hash: Hash = hash.finalize().into();
    let mut nonce = Nonce::default();
    nonce.copy_from_slice(&hash[..16]);
    Secret::new(nonce)
}

fn commitment(end: Fingerprint, nonce: &Secret<Nonce>, answered: Option<&Secret<Hash>>) -> Hash {
    let hash = Sha256::new().chain_update(COMMIT).chain_update(end.0).chain_update(nonce.expose());
    let answered: &[u8] = answered.map_or(&[], |hash| hash.expose());
    hash.chain_update(answered).finalize().into()
}

/// The words of both numbers; each side comes to the same.
fn agreed(own: Bound, theirs: Secret<Nonce>) -> Stage {
    let mut sides = [(own.ends.own, *own.nonce.expose()), (own.ends.peer, *theirs.expose())];
    sides.sort_unstable();
    let hash = sides.iter().fold(Sha256::new().chain_update(WORDS), |hash, (end, nonce)| {
        hash.chain_update(end.0).chain_update(nonce)
    });
    let [a, b, c, ..]: Hash = hash.finalize().into();
    Stage::Agreed { own, theirs, words: Secret::new([a, b, c]) }
}

fn bytes<const N: usize>(text: &Secret) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(text.expose(), &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests;
