//! Who of the others is who the user believes.

use crate::trust::TrustStore;
use crate::view::TrustView;
use consilium_call::{Fingerprint, PeerView, SafetyView};
use consilium_model::{PeerId, UserId};
use std::collections::HashMap;
use tokio::task::JoinSet;

/// The marks of a call's participants.
pub(super) struct Trust {
    store: TrustStore,
    contacts: HashMap<UserId, Contact>,
    /// Those whom the server gives no name that lasts: verified for this call.
    seats: HashMap<PeerId, Fingerprint>,
    looking: JoinSet<(UserId, Option<Fingerprint>)>,
    keeping: JoinSet<()>,
}

/// What is known of a participant from earlier calls.
enum Contact {
    /// The keychain is being asked.
    Asked,
    /// Verified with this certificate, or not.
    Known(Option<Fingerprint>),
}

impl Trust {
    pub(super) fn new(store: TrustStore) -> Self {
        Self {
            store,
            contacts: HashMap::new(),
            seats: HashMap::new(),
            looking: JoinSet::new(),
            keeping: JoinSet::new(),
        }
    }

    /// Looks up whoever is new.
    pub(super) fn meet(&mut self, peers: &[PeerView]) {
        for user in peers.iter().filter_map(|peer| peer.user.as_ref()) {
            if !self.contacts.contains_key(user) {
                self.contacts.insert(user.clone(), Contact::Asked);
                let (store, user) = (self.store.clone(), user.clone());
                self.looking.spawn(async move { (user.clone(), store.verified(&user).await) });
            }
        }
    }

    /// Waits until something else is known of somebody. May be dropped and called again.
    pub(super) async fn changed(&mut self) {
        loop {
            match self.looking.join_next().await {
                // What the user has done meanwhile counts.
                Some(Ok((user, kept))) => {
                    if let Some(contact @ Contact::Asked) = self.contacts.get_mut(&user) {
                        *contact = Contact::Known(kept);
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

    /// The user has compared the words with a participant and they were the same, or takes that back. A contact who
    /// has another certificate than before and whose words are not the same keeps the old mark: it is the warning.
    pub(super) fn set_verified(&mut self, peer: &PeerView, verified: bool) {
        let Some(SafetyView { peer: certificate, words: Some(_) }) = peer.safety else { return };
        if !verified && self.mark(peer) != Some(Some(certificate)) {
            return;
        }
        let mark = verified.then_some(certificate);
        let Some(user) = peer.user.clone() else {
            match mark {
                Some(mark) => self.seats.insert(peer.id.clone(), mark),
                None => self.seats.remove(&peer.id),
            };
            return;
        };
        self.contacts.insert(user.clone(), Contact::Known(mark));
        let store = self.store.clone();
        self.keeping.spawn(async move { store.verify(&user, mark).await });
    }

    /// What is known of a participant's encryption.
    pub(super) fn view(&self, peer: &PeerView) -> TrustView {
        match (peer.safety, self.mark(peer)) {
            (Some(safety), Some(mark)) => judge(safety, mark),
            (None, _) | (_, None) => TrustView::Unknown,
        }
    }

    /// Waits until everything is kept.
    pub(super) async fn close(mut self) {
        while self.keeping.join_next().await.is_some() {}
        self.looking.shutdown().await;
    }

    /// With which certificate the participant was verified, if it was; `None` while that is looked up.
    fn mark(&self, peer: &PeerView) -> Option<Option<Fingerprint>> {
        let Some(user) = &peer.user else { return Some(self.seats.get(&peer.id).copied()) };
        match self.contacts.get(user)? {
            Contact::Asked => None,
            Contact::Known(mark) => Some(*mark),
        }
    }
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
    use consilium_call::PeerState;
    use consilium_client::Keychain;
    use consilium_model::{MediaState, Role};

    const WORDS: Option<[u8; 3]> = Some([1, 2, 3]);

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
        assert_eq!(first.view(&anna), TrustView::Unverified { words: [1, 2, 3] });
        first.set_verified(&anna, true);
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
        trust.set_verified(&anna, true);
        trust.set_verified(&somebody, false);
        assert_eq!(trust.view(&somebody), TrustView::Changed { words: WORDS });
        trust.set_verified(&somebody, true);
        assert_eq!(trust.view(&somebody), TrustView::Verified { words: WORDS });
        assert_eq!(trust.view(&anna), TrustView::Changed { words: WORDS });
        trust.set_verified(&somebody, false);
        assert_eq!(trust.view(&anna), TrustView::Unverified { words: [1, 2, 3] });
    }

    #[tokio::test]
    async fn nobody_is_verified_without_words() {
        let anna = peer(Some("anna"), b"hers", None);
        let mut trust = call(&Keychain::forgetful(), &anna).await;
        trust.set_verified(&anna, true);
        assert_eq!(trust.view(&anna), TrustView::Unknown);
    }

    #[tokio::test]
    async fn whoever_has_no_lasting_name_is_verified_for_this_call() {
        let keychain = Keychain::forgetful();
        let guest = peer(None, b"theirs", WORDS);
        let mut trust = Trust::new(TrustStore::new(keychain.clone(), "main", "https://north.example"));
        trust.set_verified(&guest, true);
        assert_eq!(trust.view(&guest), TrustView::Verified { words: WORDS });
        let next = Trust::new(TrustStore::new(keychain, "main", "https://north.example"));
        assert_eq!(next.view(&guest), TrustView::Unverified { words: [1, 2, 3] });
    }
}
