//! Whether a closed window goes on in the tray, kept on this machine from one start to the next.

use crate::kept;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;

/// Its name in the folder.
const FILE: &str = "window.json";
/// No such file is larger.
const LARGEST: u64 = 4 * 1024;

/// Whether a closed window goes on in the tray, so that calls ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct InTray {
    /// It does.
    pub(crate) stays: bool,
    /// The user was told so.
    pub(crate) told: bool,
}

impl Default for InTray {
    fn default() -> Self {
        Self { stays: true, told: false }
    }
}

impl InTray {
    /// The window was closed and goes on; answers whether the user is to be told, which is once.
    pub(crate) const fn begins(&mut self) -> bool {
        !std::mem::replace(&mut self.told, true)
    }

    /// What was kept, or the default.
    pub(crate) fn read(folder: &Path) -> Self {
        kept::read(folder, FILE, LARGEST).unwrap_or_default()
    }

    /// Keeps it: whole, or as it was before.
    pub(crate) async fn keep(self, folder: &Path) -> io::Result<()> {
        kept::keep(&self, folder, FILE).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_told_once_and_stays_as_the_user_has_set_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = InTray::read(folder.path());
        assert!(first.stays && first.begins() && !first.begins());
        first.stays = false;
        first.keep(folder.path()).await.unwrap();
        assert_eq!(InTray::read(folder.path()), InTray { stays: false, told: true });
        std::fs::write(folder.path().join(FILE), "no").unwrap();
        assert_eq!(InTray::read(folder.path()), InTray::default());
    }
}
