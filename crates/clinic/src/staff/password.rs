//! Passwords: Argon2id with the parameters of RFC 9106's library default, some at a time, off the async threads.

use crate::keys::random_token;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use consilium_model::Secret;
use tokio::sync::{OnceCell, Semaphore};
use tokio::task::spawn_blocking;

/// So many hashes at a time: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;

/// Makes and checks password hashes.
pub(super) struct Passwords {
    places: Semaphore,
    /// Checked for a login that does not exist, so that time does not tell which ones do.
    of_nobody: OnceCell<Secret>,
}

impl Passwords {
    pub(super) const fn new() -> Self {
        Self { places: Semaphore::const_new(AT_ONCE), of_nobody: OnceCell::const_new() }
    }

    /// A hash in PHC form.
    pub(super) async fn hash(&self, password: Secret) -> Secret {
        let _place = self.places.acquire().await.expect("the semaphore is never closed");
        let hash = spawn_blocking(move || {
            let hash: PasswordHash = Argon2::default()
                .hash_password(password.expose().as_bytes())
                .expect("the parameters are the library's own");
            Secret::new(hash.to_string())
        });
        hash.await.expect("hashing does not panic")
    }

    /// Whether this is the password of that hash; never, without a hash.
    pub(super) async fn matches(&self, password: Secret, hash: Option<Secret>) -> bool {
        let is_somebody = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => self.of_nobody.get_or_init(|| self.hash(random_token())).await.clone(),
        };
        let _place = self.places.acquire().await.expect("the semaphore is never closed");
        let check = spawn_blocking(move || {
            let hash = PasswordHash::new(hash.expose());
            let verify =
                |hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok();
            hash.is_ok_and(verify)
        });
        check.await.expect("checking does not panic") && is_somebody
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_matches() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse".into()).await;
        assert!(hash.expose().starts_with("$argon2id$"));
        assert!(passwords.matches("correct horse".into(), Some(hash.clone())).await);
        assert!(!passwords.matches("Correct horse".into(), Some(hash)).await);
        assert!(!passwords.matches("correct horse".into(), None).await);
        assert!(!passwords.matches(String::new().into(), Some("broken".into())).await);
    }
}
