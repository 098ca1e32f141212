//! A keychain in a folder, which outlives a killed process.

use async_trait::async_trait;
use consilium_client::{KeychainError, TokenStore};
use consilium_model::Secret;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

/// One file for each profile.
#[derive(Debug)]
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    fn file(&self, profile: &str) -> PathBuf {
        let name: String =
            profile.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
        self.0.join(name)
    }
}

#[async_trait]
impl TokenStore for Folder {
    async fn load(&self, profile: &str) -> Result<Option<Secret>, KeychainError> {
        match fs::read_to_string(self.file(profile)) {
            Ok(text) => Ok(Some(Secret::from(text))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(_) => Err(KeychainError::Failed),
        }
    }

    async fn save(&self, profile: &str, secret: &Secret) -> Result<(), KeychainError> {
        let (file, fresh) = (self.file(profile), self.file(&format!("{profile} new")));
        let write = || {
            fs::create_dir_all(&self.0)?;
            let mut new = fs::File::create(&fresh)?;
            new.write_all(secret.expose().as_bytes())?;
            new.sync_all()?;
            fs::rename(&fresh, &file)
        };
        write().map_err(|_| KeychainError::Failed)
    }

    async fn forget(&self, profile: &str) -> Result<(), KeychainError> {
        match fs::remove_file(self.file(profile)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(KeychainError::Failed),
            _ => Ok(()),
        }
    }
}
