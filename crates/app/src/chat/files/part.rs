//! A file on its way to a place of the user's.

use crate::view::ProblemCode;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

/// A file that is not whole yet. It goes away with this, unless it became whole.
pub(super) struct Part {
    path: PathBuf,
    whole: bool,
}

impl Part {
    /// Where the file is to be, under a name of its own.
    pub(super) fn beside(place: &Path) -> Result<Self, ProblemCode> {
        let name = place.file_name().ok_or(ProblemCode::FileNotSaved)?;
        let drawn = getrandom::u64().map_err(|_| ProblemCode::FileNotSaved)?;
        // Names are limited to 255 bytes, and the end of a long one is of no use here.
        let stem: String = name.to_string_lossy().chars().take(40).collect();
        let part = OsString::from(format!(".{stem}.{drawn:016x}.part"));
        Ok(Self { path: place.with_file_name(part), whole: false })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes it all at once.
    pub(super) async fn write(&self, bytes: &[u8]) -> std::io::Result<()> {
        let mut file = File::create(&self.path).await?;
        file.write_all(bytes).await?;
        file.sync_all().await
    }

    /// Gives it its name.
    pub(super) async fn become_whole(mut self, place: &Path) -> Result<(), ProblemCode> {
        tokio::fs::rename(&self.path, place).await.map_err(|_| ProblemCode::FileNotSaved)?;
        self.whole = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.whole {
            // It may not have been made yet.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
