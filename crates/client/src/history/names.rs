//! How the file of a history and its entry in the keychain are called.
//!
//! Both names are made of a keyed hash of the owner, so that a listing of the folder, of a backup or of the keychain does
//! not show that somebody in particular has a history here. The key lies in the folder and not in the keychain: a sign-out
//! has to find the file also while the keychain waits for the person. Whoever has the folder can still try names out.

use super::key::{HistoryKind, HistoryOwner};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The file with the key of the names.
const KEY: &str = "history-names";
/// What a history's file ends with.
const ENDING: &str = ".db";

/// The names of one history.
pub(super) struct Names {
    /// Its file.
    pub(super) file: PathBuf,
    /// Its key's entry in the keychain.
    pub(super) entry: String,
}

impl Names {
    /// The names of an owner's history in that folder, which is made where it is not there. Blocks.
    pub(super) fn of(folder: &Path, owner: HistoryOwner<'_>) -> io::Result<Self> {
        super::file::make_private_folder(folder)?;
        let key = match read(folder)? {
            Some(key) => key,
            None => make(folder)?,
        };
        Ok(Self::with(folder, key, owner))
    }

    /// As [`Names::of`], where there has been a history in that folder. Blocks.
    pub(super) fn known(folder: &Path, owner: HistoryOwner<'_>) -> io::Result<Option<Self>> {
        Ok(read(folder)?.map(|key| Self::with(folder, key, owner)))
    }

    fn with(folder: &Path, key: [u8; 32], owner: HistoryOwner<'_>) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes any key");
        for part in [owner.profile, owner.server, owner.user.as_str()] {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        let digest = hex::encode(&mac.finalize().into_bytes()[..16]);
        Self {
            file: folder.join(format!("{}{digest}{ENDING}", prefix(owner.kind))),
            entry: entry(owner.profile, owner.kind, &digest),
        }
    }
}

/// The keychain's entry for a visit's history with that file name; `None` for any other file.
pub(super) fn entry_of_visit(profile: &str, file: &str) -> Option<String> {
    let digest = file.strip_prefix(prefix(HistoryKind::Visit))?.strip_suffix(ENDING)?;
    Some(entry(profile, HistoryKind::Visit, digest))
}

const fn prefix(kind: HistoryKind) -> &'static str {
    match kind {
        HistoryKind::Account => "history-",
        HistoryKind::Visit => "visit-",
    }
}

fn entry(profile: &str, kind: HistoryKind, digest: &str) -> String {
    let kind = match kind {
        HistoryKind::Account => "history",
        HistoryKind::Visit => "visit",
    };
    format!("{profile} {kind} {digest}")
}

/// A key that was not written to its end has named nothing.
fn read(folder: &Path) -> io::Result<Option<[u8; 32]>> {
    match fs::read(folder.join(KEY)) {
        Ok(key) => Ok(key.try_into().ok()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn make(folder: &Path) -> io::Result<[u8; 32]> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let place = folder.join(KEY);
    super::file::make_private_file(&place)?;
    let mut file = File::options().write(true).truncate(true).open(place)?;
    file.write_all(&key)?;
    file.sync_all()?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_model::UserId;
    use std::collections::BTreeSet;

    #[test]
    fn names_differ_wherever_an_owner_or_the_folder_differs_and_tell_none() {
        let (anna, boris) = (UserId::from("anna"), UserId::from("boris"));
        let owner =
            |profile, server, user| HistoryOwner { kind: HistoryKind::Account, profile, server, user };
        let owners = [
            owner("main", "https://a.example", &anna),
            owner("main", "https://a.example", &boris),
            owner("main", "https://b.example", &anna),
            owner("mainhttps://a.", "example", &anna),
            HistoryOwner { kind: HistoryKind::Visit, ..owner("main", "https://a.example", &anna) },
        ];
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert!(Names::known(here.path(), owners[0]).unwrap().is_none());
        let name = |folder: &Path, owner| {
            let names = Names::of(folder, owner).unwrap();
            (names.file.file_name().unwrap().to_str().unwrap().to_owned(), names.entry)
        };
        let names: BTreeSet<_> = [&here, &there]
            .iter()
            .flat_map(|folder| owners.map(|owner| name(folder.path(), owner)))
            .collect();
        assert_eq!(names.len(), 2 * owners.len());
        assert!(names.iter().all(|(file, entry)| !file.contains("anna") && !entry.contains("anna")));
        assert!(owners.iter().all(|owner| names.contains(&name(here.path(), *owner))), "they last");
        let visits = names.iter().filter_map(|(file, entry)| Some((entry_of_visit("main", file)?, entry)));
        assert_eq!(visits.map(|(found, entry)| assert_eq!(found, *entry)).count(), 2);
    }
}
