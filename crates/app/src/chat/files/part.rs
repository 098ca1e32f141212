//! A file on its way to a place of the user's.

use super::fetch::changed_at;
use crate::view::ProblemCode;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use time::{Duration, OffsetDateTime};
use tokio::task::spawn_blocking;

/// What the name of a part ends with.
const ENDING: &str = ".consilium-part";
/// A part that nothing was added to for so long was left by an application that was ended.
const STALE: Duration = Duration::hours(24);
/// So many names are tried at most where the chosen one was taken meanwhile.
const NAMES: u32 = 1000;

/// A file that is not whole yet. It goes away with this, unless it became whole.
pub(super) struct Part {
    path: PathBuf,
    place: PathBuf,
    /// The file that is at the place already: the user was asked about it.
    replaces: Option<Identity>,
    has_moved: bool,
}

/// By this a file is told from another one that has taken its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    size: u64,
    changed: Option<OffsetDateTime>,
}

impl Identity {
    fn of(place: &Path) -> Option<Self> {
        let read = |metadata: Metadata| Self { size: metadata.len(), changed: changed_at(&metadata) };
        fs::metadata(place).ok().map(read)
    }
}

impl Part {
    /// Begins a file beside the place that the user has just chosen for it, under a name of its own. Takes away parts
    /// that were left there long ago.
    pub(super) async fn begin(place: PathBuf) -> Result<Self, ProblemCode> {
        let begun = spawn_blocking(move || {
            let part = Self::make(place)?;
            part.sweep_beside();
            Ok(part)
        });
        flat(begun.await.map_err(io::Error::other))
    }

    /// Takes away parts that nobody adds to any more. What was made just now has the time of this file system.
    fn sweep_beside(&self) {
        let made = fs::metadata(&self.path).ok().and_then(|made| changed_at(&made));
        if let (Some(now), Some(folder)) = (made, self.path.parent()) {
            sweep(folder, now);
        }
    }

    fn make(place: PathBuf) -> io::Result<Self> {
        let name = place.file_name().ok_or(ErrorKind::InvalidInput)?;
        let drawn = getrandom::u64().map_err(io::Error::other)?;
        // Names are limited to 255 bytes, and the end of a long one is of no use here.
        let stem: String = name.to_string_lossy().chars().take(40).collect();
        let path = place.with_file_name(format!(".{stem}.{drawn:016x}{ENDING}"));
        File::create_new(&path)?;
        Ok(Self { path, replaces: Identity::of(&place), place, has_moved: false })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes it all at once.
    pub(super) async fn write(&self, bytes: Vec<u8>) -> io::Result<()> {
        let path = self.path.clone();
        let written = spawn_blocking(move || {
            let mut file = File::options().write(true).open(path)?;
            file.write_all(&bytes)?;
            file.sync_all()
        });
        written.await.map_err(io::Error::other)?
    }

    /// Gives it its name; another one where a file has come to the place of which the user does not know.
    pub(super) async fn become_whole(mut self) -> Result<(), ProblemCode> {
        flat(spawn_blocking(move || self.settle()).await.map_err(io::Error::other))
    }

    fn settle(&mut self) -> io::Result<()> {
        if self.replaces.is_some() && self.replaces == Identity::of(&self.place) {
            return self.move_to(&self.place.clone());
        }
        for number in 1..NAMES {
            match self.settle_at(&numbered(&self.place, number)) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                settled => return settled,
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    /// A link is made only where nothing is. Where the file system knows none, an empty file holds the place.
    fn settle_at(&mut self, place: &Path) -> io::Result<()> {
        match fs::hard_link(&self.path, place) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            Err(_) => {
                File::create_new(place)?;
                self.move_to(place).inspect_err(|_| drop(fs::remove_file(place)))
            }
        }
    }

    fn move_to(&mut self, place: &Path) -> io::Result<()> {
        fs::rename(&self.path, place)?;
        self.has_moved = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.has_moved {
            // One that cannot be removed now is swept later.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn flat<T>(done: io::Result<io::Result<T>>) -> Result<T, ProblemCode> {
    done.flatten().map_err(|_| ProblemCode::FileNotSaved)
}

/// `letter.pdf`, `letter (2).pdf`, and so on.
fn numbered(place: &Path, number: u32) -> PathBuf {
    if number == 1 {
        return place.to_owned();
    }
    let mut name = place.file_stem().map(OsStr::to_owned).unwrap_or_default();
    name.push(format!(" ({number})"));
    if let Some(ending) = place.extension() {
        name.push(".");
        name.push(ending);
    }
    place.with_file_name(name)
}

fn sweep(folder: &Path, now: OffsetDateTime) {
    // A folder that cannot be listed can be saved to all the same.
    let Ok(entries) = fs::read_dir(folder) else { return };
    let is_stale = |metadata: Metadata| {
        metadata.is_file() && changed_at(&metadata).is_some_and(|changed| now - changed > STALE)
    };
    for entry in entries.flatten().filter(|entry| is_part(&entry.file_name())) {
        if entry.metadata().is_ok_and(is_stale) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A name that only [`Part::make`] gives.
fn is_part(name: &OsString) -> bool {
    let drawn = name.to_str().and_then(|name| name.strip_prefix('.')?.strip_suffix(ENDING)?.rsplit_once('.'));
    drawn.is_some_and(|(_, drawn)| drawn.len() == 16 && drawn.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    async fn saved(place: &Path, meanwhile: impl FnOnce()) {
        let part = Part::begin(place.to_owned()).await.unwrap();
        part.write(b"new".to_vec()).await.unwrap();
        meanwhile();
        part.become_whole().await.unwrap();
    }

    #[tokio::test]
    async fn only_a_file_that_the_user_was_asked_about_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("letter.pdf");
        saved(&place, || ()).await;
        assert_eq!(names(folder.path()), ["letter.pdf"]);
        saved(&place, || ()).await;
        assert_eq!(names(folder.path()), ["letter.pdf"], "it was there when the place was chosen");

        saved(&place, || fs::write(&place, "of somebody else").unwrap()).await;
        assert_eq!(names(folder.path()), ["letter (2).pdf", "letter.pdf"]);
        assert_eq!(fs::read(&place).unwrap(), b"of somebody else");

        let other = folder.path().join("other");
        saved(&other, || fs::write(&other, "of somebody else").unwrap()).await;
        assert_eq!(fs::read(&other).unwrap(), b"of somebody else");
        assert_eq!(fs::read(folder.path().join("other (2)")).unwrap(), b"new");
    }

    #[tokio::test]
    async fn what_does_not_become_whole_goes_and_what_was_left_long_ago_too() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("letter.pdf");
        let part = Part::begin(place.clone()).await.unwrap();
        assert_eq!(names(folder.path()).len(), 1);
        let old = fs::metadata(part.path()).unwrap().modified().unwrap() - 2 * STALE;
        let left = folder.path().join(part.path().file_name().unwrap());
        drop(part);
        assert!(names(folder.path()).is_empty());

        let of_others = [".letter.pdf.0123456789abcdef.part", "x.consilium-part", ".x.1.consilium-part"];
        for path in of_others.map(|name| folder.path().join(name)).into_iter().chain([left.clone()]) {
            File::create_new(path).unwrap().set_modified(old).unwrap();
        }
        let running = Part::begin(place).await.unwrap();
        assert!(!left.exists() && running.path().exists());
        drop(running);
        assert_eq!(names(folder.path()).len(), of_others.len());
    }
}
