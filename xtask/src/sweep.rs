//! Makes room before a build. Checkouts share one build folder, and each leaves its test executables there: on a small
//! disk a run of the checks would end in the middle of linking.

use crate::shell::{cargo, output};
use anyhow::{Context, Result};
use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Nothing goes while the disk has so many bytes left: twice what the checks of a fresh checkout write.
const ROOM: u64 = 24 << 30;
/// What is younger may be in use by another checkout.
const OLD: Duration = Duration::from_secs(3600);

/// Deletes test executables and incremental state of an hour ago and before, when the disk is nearly full. Cargo makes
/// again what is missing.
pub(crate) fn make_room() -> Result<()> {
    let folder = build_directory()?;
    if !folder.exists() || free(&folder)? >= ROOM {
        return Ok(());
    }
    let freed = sweep(&folder.join("debug"), SystemTime::now() - OLD);
    let free = free(&folder)?;
    eprintln!("  made room: {} MiB of earlier builds are gone, {} MiB are free", freed >> 20, free >> 20);
    Ok(())
}

fn build_directory() -> Result<PathBuf> {
    let text = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&text).context("cargo metadata")?;
    let folder = metadata["build_directory"].as_str().or(metadata["target_directory"].as_str());
    Ok(folder.context("cargo metadata names no build directory")?.into())
}

/// How many bytes the disk below a folder has left.
fn free(folder: &Path) -> Result<u64> {
    let disk = rustix::fs::statvfs(folder)
        .with_context(|| format!("cannot ask how full the disk is at {}", folder.display()))?;
    Ok(disk.f_bavail * disk.f_frsize)
}

/// Deletes what is of before `old`, and tells how many bytes it had.
fn sweep(profile: &Path, old: SystemTime) -> u64 {
    let executables = entries(&profile.join("deps")).filter(|entry| entry.path().extension().is_none());
    let states = entries(&profile.join("incremental"));
    executables
        .chain(states)
        .filter(|entry| is_of_before(entry, old))
        .map(|entry| remove(&entry.path()))
        .sum()
}

fn entries(folder: &Path) -> impl Iterator<Item = DirEntry> + use<> {
    fs::read_dir(folder).into_iter().flatten().flatten()
}

fn is_of_before(entry: &DirEntry, old: SystemTime) -> bool {
    entry.metadata().and_then(|data| data.modified()).is_ok_and(|modified| modified < old)
}

/// Deletes a file or a folder; what cannot be deleted is another program's and stays.
fn remove(path: &Path) -> u64 {
    let size = size(path);
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    removed.map_or(0, |()| size)
}

fn size(path: &Path) -> u64 {
    if path.is_dir() {
        return entries(path).map(|entry| size(&entry.path())).sum();
    }
    fs::symlink_metadata(path).map_or(0, |data| data.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_old_and_can_be_made_again_goes() {
        let build = tempfile::tempdir().unwrap();
        let (deps, state) = (build.path().join("deps"), build.path().join("incremental/visit-1/s"));
        fs::create_dir_all(&deps).unwrap();
        fs::create_dir_all(&state).unwrap();
        for file in
            [deps.join("visit-1"), deps.join("libvisit-1.rlib"), deps.join("visit-1.d"), state.join("x")]
        {
            fs::write(file, "12345").unwrap();
        }
        assert_eq!(sweep(build.path(), SystemTime::now() - OLD), 0, "all of it is new");
        assert_eq!(sweep(build.path(), SystemTime::now() + OLD), 10);
        assert!(deps.join("libvisit-1.rlib").exists() && deps.join("visit-1.d").exists());
        assert!(!deps.join("visit-1").exists() && !build.path().join("incremental/visit-1").exists());
        assert_eq!(sweep(&build.path().join("nothing"), SystemTime::now()), 0);
    }
}
