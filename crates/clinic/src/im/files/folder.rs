//! Where the bytes are: `attachments/kept/ID/` with `file` and perhaps `thumbnail`, and `attachments/incoming/ID/` for
//! what is not finished. An upload is finished in this order: its bytes are on the disk, what is known of it is in the
//! database, its folder is moved. So whatever is in `incoming` after a crash is either known and whole, or nothing.

use super::finish::failed;
use crate::im::Refused;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// What is in the folder of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// As it comes in.
    Original,
    /// The file.
    File,
    /// What it looks like in small.
    Thumbnail,
}

impl Piece {
    const fn name(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::File => "file",
            Self::Thumbnail => "thumbnail",
        }
    }
}

/// The folder of all files.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    incoming: PathBuf,
    kept: PathBuf,
}

impl Folder {
    /// The folder below a data folder; made when it is not there.
    pub(super) fn open(data: &Path) -> io::Result<Self> {
        let root = data.join("attachments");
        let folder = Self { incoming: root.join("incoming"), kept: root.join("kept") };
        for part in [&root, &folder.incoming, &folder.kept] {
            make_private(part).or_else(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => Ok(()),
                _ => Err(error),
            })?;
        }
        Ok(folder)
    }

    /// A piece of a file that is kept.
    pub(super) fn kept(&self, id: &str, piece: Piece) -> PathBuf {
        self.kept.join(id).join(piece.name())
    }

    /// Where all of it is.
    pub(super) fn root(&self) -> &Path {
        &self.kept
    }

    /// Moves a finished file to those that are kept.
    pub(super) fn keep(&self, id: &str) -> io::Result<()> {
        fs::rename(self.incoming.join(id), self.kept.join(id))?;
        sync(&self.kept)?;
        sync(&self.incoming)
    }

    /// Moves a file that is kept back to those that are not finished. One that is there already stays.
    pub(super) fn take_back(&self, id: &str) -> io::Result<()> {
        match fs::rename(self.kept.join(id), self.incoming.join(id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        sync(&self.incoming)?;
        sync(&self.kept)
    }

    /// Takes away what there is of a file that is not finished.
    pub(super) fn discard(&self, id: &str) -> io::Result<()> {
        match fs::remove_dir_all(self.incoming.join(id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The files that are not finished.
    pub(super) fn unfinished(&self) -> io::Result<Vec<String>> {
        let names = fs::read_dir(&self.incoming)?.map(|entry| Ok(entry?.file_name()));
        let names: io::Result<Vec<_>> = names.collect();
        Ok(names?.into_iter().filter_map(|name| name.into_string().ok()).collect())
    }
}

/// A file that is not finished. Dropped, it is gone.
#[derive(Debug)]
pub(super) struct Draft {
    folder: Folder,
    id: String,
    is_left: AtomicBool,
}

impl Draft {
    /// Makes the folder of a new file.
    pub(super) fn begin(folder: &Folder, id: String) -> Result<Self, Refused> {
        make_private(&folder.incoming.join(&id)).map_err(failed)?;
        Ok(Self { folder: folder.clone(), id, is_left: AtomicBool::new(false) })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Where a piece of it is.
    pub(super) fn path(&self, piece: Piece) -> PathBuf {
        self.folder.incoming.join(&self.id).join(piece.name())
    }

    /// Writes a piece; it is on the disk afterwards.
    pub(super) fn write(&self, piece: Piece, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create_new(self.path(piece))?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    /// What has come in is the file; it is on the disk afterwards.
    pub(super) fn keep_original(&self) -> io::Result<()> {
        let path = self.path(Piece::File);
        fs::rename(self.path(Piece::Original), &path)?;
        // Windows syncs only what may be written to.
        File::options().append(true).open(path)?.sync_all()
    }

    /// The pieces that are there are all; their names are on the disk afterwards.
    pub(super) fn finish(&self) -> io::Result<()> {
        match fs::remove_file(self.path(Piece::Original)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        sync(&self.folder.incoming.join(&self.id))?;
        sync(&self.folder.incoming)
    }

    /// Moves it to those that are kept.
    pub(super) fn keep(&self) -> io::Result<()> {
        self.folder.keep(&self.id)
    }

    /// From now on it stays where it is: it is known, or may be.
    pub(super) fn leave(&self) {
        self.is_left.store(true, Ordering::Release);
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !*self.is_left.get_mut() && self.folder.discard(&self.id).is_err() {
            tracing::warn!("an unfinished file could not be taken away");
        }
    }
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

// The data folder's access list counts for what is in it.
#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)
}

/// New names in a folder are on the disk.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

// The file system sees to it itself.
#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}
