//! Who of the others is who the user believes.
//!
//! A contact is recognized under the identity that the clinic's server states ([`PeerView::user`]): a server that gives
//! somebody another identity gets a shield without a mark, and no warning. One that gives none, having given them
//! before, does not get away with it: see [`Contact::Unrecognized`].

use crate::trust::TrustStore;
use crate::view::TrustView;
use consilium_call::{Fingerprint, PeerState, PeerView, SafetyView};
use consilium_model::{PeerId, UserId};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Words come with the first signals of a connection. Whoever has none for so long will have none.
const WORDLESS: Duration = Duration::from_secs(10);

/// The marks of a call's participants.
pub(super) struct Trust {
    store: TrustStore,
    /// `None` is whoever comes without an identity.
    contacts: HashMap<Option<UserId>, Contact>,
    /// Those who are not recognized in the next call: verified for this one.
    seats: HashMap<PeerId, Fingerprint>,
    /// Who is connected without words, since when.
    wordless: HashMap<PeerId, Instant>,
    looking: JoinSet<(Option<UserId>, Contact)>,
    keeping: JoinSet<()>,
}

/// What is known of a participant from earlier calls.
#[derive(Clone, Copy)]
enum Contact {
    /// The keychain is being asked.
    Asked,
    /// Verified with this certificate, or not.
    Known(Option<Fingerprint>),
    /// Perhaps verified: the keychain does not say, or the server does not say who it is, and has said it of contacts.
    Unrecognized,
}

impl Trust {
    pub(super) fn new(store: TrustStore) -> Self {
        Self {
            store,
            contacts: HashMap::new(),
            seats: HashMap::new(),
            wordless: HashMap::new(),
            looking: JoinSet::new(),
            keeping: JoinSet::new(),
        }
    }

    /// Looks up whoever is new.
    pub(super) fn meet(&mut self, peers: &[PeerView]) {
        self.wordless.retain(|id, _| peers.iter().any(|peer| peer.id == *id && words(peer).is_none()));
        for peer in peers {
            if peer.state == PeerState::Connected && words(peer).is_none() {
                self.wordless.entry(peer.id.clone()).or_insert_with(Instant::now);
            }
            if !self.contacts.contains_key(&peer.user) {
                self.contacts.insert(peer.user.clone(), Contact::Asked);
                let (store, user) = (self.store.clone(), peer.user.clone());
                self.looking.spawn(async move { (user.clone(), look_up(&store, user.as_ref()).await) });
            }
        }
    }

    /// Waits until something else is known of somebody. May be dropped and called again.
    pub(super) async fn changed(&mut self) {
        loop {
            match self.looking.join_next().await {
                // What the user has done meanwhile counts.
                Some(Ok((user, found))) => {
                    if let Some(contact @ Contact::Asked) = self.contacts.get_mut(&user) {
                        *contact = found;
                        return;
                    }
                }
                Some(Err(error)) => {
                    tracing::error!(panicked = error.is_panic(), "a contact was not looked up")
                }
                None => std::future::pending().await,
            }
        }
    }

    /// The user has compared these words with a participant and they were the same, or takes that back. Words that are
    /// others by now say nothing of the certificate that is there now. A contact who has another certificate than before
    /// and whose words are not the same keeps the old mark: it is the warning.
    pub(super) fn set_verified(&mut self, peer: &PeerView, compared: [u8; 3], verified: bool) {
        let Some(SafetyView { peer: certificate, words: Some(words) }) = peer.safety else { return };
        let contact = self.contact(peer);
        if words != compared || !verified && self.mark(peer, contact) != Some(certificate) {
            return;
        }
        let mark = verified.then_some(certificate);
        match (&peer.user, contact) {
            // Nobody has seen the words yet.
            (_, Contact::Asked) => {}
            (Some(user), Contact::Known(_)) => self.keep(user.clone(), mark),
            (None, _) | (_, Contact::Unrecognized) => {
                match mark {
                    Some(mark) => self.seats.insert(peer.id.clone(), mark),
                    None => self.seats.remove(&peer.id),
                };
            }
        }
    }

    fn keep(&mut self, user: UserId, mark: Option<Fingerprint>) {
        if mark.is_some() {
            // From now on the server has somebody to hide.
            self.contacts.insert(None, Contact::Unrecognized);
        }
        self.contacts.insert(Some(user.clone()), Contact::Known(mark));
        let store = self.store.clone();
        self.keeping.spawn(async move { store.verify(&user, mark).await });
    }

    /// What is known of a participant's encryption.
    pub(super) fn view(&self, peer: &PeerView) -> TrustView {
        let contact = self.contact(peer);
        let known = match (peer.safety, contact) {
            (Some(safety), Contact::Known(_) | Contact::Unrecognized) => {
                judge(safety, self.mark(peer, contact))
            }
            (None, _) | (_, Contact::Asked) => TrustView::Unknown,
        };
        match (known, contact) {
            (TrustView::Unverified { words }, Contact::Unrecognized) => {
                TrustView::Unchecked { words: Some(words) }
            }
            (TrustView::Unknown, _) if self.is_wordless(peer) => TrustView::Unchecked { words: None },
            (known, _) => known,
        }
    }

    /// Waits until everything is kept.
    pub(super) async fn close(mut self) {
        while self.keeping.join_next().await.is_some() {}
        self.looking.shutdown().await;
    }

    fn is_wordless(&self, peer: &PeerView) -> bool {
        self.wordless.get(&peer.id).is_some_and(|since| since.elapsed() >= WORDLESS)
    }

    fn contact(&self, peer: &PeerView) -> Contact {
        self.contacts.get(&peer.user).copied().unwrap_or(Contact::Asked)
    }

    /// With which certificate the participant was verified, if it was.
    fn mark(&self, peer: &PeerView, contact: Contact) -> Option<Fingerprint> {
        match (&peer.user, contact) {
            (Some(_), Contact::Known(mark)) => mark,
            (None, _) | (_, Contact::Asked | Contact::Unrecognized) => self.seats.get(&peer.id).copied(),
        }
    }
}

fn words(peer: &PeerView) -> Option<[u8; 3]> {
    peer.safety.and_then(|safety| safety.words)
}

async fn look_up(store: &TrustStore, user: Option<&UserId>) -> Contact {
    let found = match user {
        Some(user) => store.verified(user).await.map(Contact::Known),
        None => store.has_verified().await.map(|verified| match verified {
            true => Contact::Unrecognized,
            false => Contact::Known(None),
        }),
    };
    found.unwrap_or_else(|error| {
        tracing::info!(%error, "no contact from the keychain");
        Contact::Unrecognized
    })
}

/// A certificate that was verified needs no words: somebody in between can hold them back, but not show it.
fn judge(SafetyView { peer, words }: SafetyView, mark: Option<Fingerprint>) -> TrustView {
    match (mark, words) {
        (Some(mark), words) if mark == peer => TrustView::Verified { words },
        (Some(_), words) => TrustView::Changed { words },
        (None, Some(words)) => TrustView::Unverified { words },
        (None, None) => TrustView::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::tests::Locked;
    use consilium_client::{Keychain, MemoryStore};
    use consilium_model::{MediaState, Role};
    use std::sync::Arc;

    const THREE: [u8; 3] = [1, 2, 3];
    const WORDS: Option<[u8; 3]> = Some(THREE);

    fn peer(user: Option<&str>, certificate: &[u8], words: Option<[u8; 3]>) -> PeerView {
        PeerView {
            id: "p1".into(),
            name: "Anna Example".into(),
            role: Role::Client,
            user: user.map(UserId::new),
            media: MediaState::default(),
            state: PeerState::Connected,
            safety: Some(SafetyView { peer: Fingerprint::of(certificate), words }),
            gets: None,
            gets_screen: None,
            limited: false,
            trouble: None,
        }
    }

    async fn call(keychain: &Keychain, peer: &PeerView) -> Trust {
        let mut trust = Trust::new(TrustStore::new(keychain.clone(), "main", "https://north.example"));
        assert_eq!(trust.view(peer), TrustView::Unknown, "before it is looked up");
        trust.meet(std::slice::from_ref(peer));
        trust.changed().await;
        trust
    }

    #[tokio::test]
    async fn a_mark_stays_for_the_next_call_and_warns_of_another_certificate() {
        let keychain = Keychain::forgetful();
        let anna = peer(Some("anna"), b"hers", WORDS);
        let mut first = call(&keychain, &anna).await;
        assert_eq!(first.view(&anna), TrustView::Unverified { words: THREE });
        first.set_verified(&anna, THREE, true);
        assert_eq!(first.view(&anna), TrustView::Verified { words: WORDS });
        first.close().await;

        let second = call(&keychain, &anna).await;
        assert_eq!(second.view(&peer(Some("anna"), b"hers", None)), TrustView::Verified { words: None });
        let somebody = peer(Some("anna"), b"another", None);
        assert_eq!(second.view(&somebody), TrustView::Changed { words: None });
    }

    #[tokio::test]
    async fn words_that_differ_leave_the_warning() {
        let keychain = Keychain::forgetful();
        let (anna, somebody) = (peer(Some("anna"), b"hers", WORDS), peer(Some("anna"), b"another", WORDS));
        let mut trust = call(&keychain, &anna).await;
        trust.set_verified(&anna, THREE, true);
        trust.set_verified(&somebody, THREE, false);
        assert_eq!(trust.view(&somebody), TrustView::Changed { words: WORDS });
        trust.set_verified(&somebody, THREE, true);
        assert_eq!(trust.view(&somebody), TrustView::Verified { words: WORDS });
        assert_eq!(trust.view(&anna), TrustView::Changed { words: WORDS });
        trust.set_verified(&somebody, THREE, false);
        assert_eq!(trust.view(&anna), TrustView::Unverified { words: THREE });
    }

    #[tokio::test]
    async fn nobody_is_verified_without_words() {
        let anna = peer(Some("anna"), b"hers", None);
        let mut trust = call(&Keychain::forgetful(), &anna).await;
        trust.set_verified(&anna, THREE, true);
        assert_eq!(trust.view(&anna), TrustView::Unknown);
    }

    #[tokio::test]
    async fn a_click_that_was_meant_for_other_words_does_nothing() {
        let keychain = Keychain::forgetful();
        let anna = peer(Some("anna"), b"hers", WORDS);
        let somebody = peer(Some("anna"), b"another", Some([4, 5, 6]));
        let mut trust = call(&keychain, &anna).await;
        trust.set_verified(&somebody, THREE, true);
        assert_eq!(trust.view(&somebody), TrustView::Unverified { words: [4, 5, 6] });
        trust.close().await;
        let next = call(&keychain, &anna).await;
        assert_eq!(next.view(&anna), TrustView::Unverified { words: THREE }, "nothing was kept");
        assert_eq!(next.store.has_verified().await, Ok(false));
    }

    #[tokio::test]
    async fn whoever_has_no_lasting_name_is_verified_for_this_call() {
        let keychain = Keychain::forgetful();
        let guest = peer(None, b"theirs", WORDS);
        let mut trust = call(&keychain, &guest).await;
        trust.set_verified(&guest, THREE, true);
        assert_eq!(trust.view(&guest), TrustView::Verified { words: WORDS });
        trust.close().await;
        let next = call(&keychain, &guest).await;
        assert_eq!(next.view(&guest), TrustView::Unverified { words: THREE });
    }

    #[tokio::test]
    async fn a_server_that_stops_saying_who_somebody_is_hides_nothing() {
        let keychain = Keychain::over(Arc::new(MemoryStore::default()));
        let (anna, nobody) = (peer(Some("anna"), b"hers", WORDS), peer(None, b"another", WORDS));
        let mut trust = call(&keychain, &anna).await;
        trust.set_verified(&anna, THREE, true);
        assert_eq!(trust.view(&nobody), TrustView::Unchecked { words: WORDS });
        trust.close().await;
        let mut next = call(&keychain, &nobody).await;
        assert_eq!(next.view(&nobody), TrustView::Unchecked { words: WORDS });
        next.set_verified(&nobody, THREE, true);
        assert_eq!(next.view(&nobody), TrustView::Verified { words: WORDS });
        next.close().await;
        let last = call(&keychain, &anna).await;
        assert_eq!(last.view(&anna), TrustView::Verified { words: WORDS }, "her mark is as it was");
    }

    #[tokio::test]
    async fn a_keychain_that_does_not_answer_is_not_one_without_contacts() {
        let keychain = Keychain::over(Arc::new(Locked));
        let anna = peer(Some("anna"), b"hers", WORDS);
        let mut trust = call(&keychain, &anna).await;
        assert_eq!(trust.view(&anna), TrustView::Unchecked { words: WORDS });
        trust.set_verified(&anna, THREE, true);
        assert_eq!(trust.view(&anna), TrustView::Verified { words: WORDS }, "for this call");
        trust.close().await;
    }

    #[tokio::test]
    async fn words_that_do_not_come_are_told() {
        let anna = peer(Some("anna"), b"hers", None);
        let mut trust = call(&Keychain::forgetful(), &anna).await;
        assert_eq!(trust.view(&anna), TrustView::Unknown);
        trust.wordless.values_mut().for_each(|since| *since -= WORDLESS);
        trust.meet(std::slice::from_ref(&anna));
        assert_eq!(trust.view(&anna), TrustView::Unchecked { words: None });
        let late = peer(Some("anna"), b"hers", WORDS);
        trust.meet(std::slice::from_ref(&late));
        assert_eq!(trust.view(&late), TrustView::Unverified { words: THREE });
    }
}
