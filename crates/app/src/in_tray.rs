//! Whether a closed window goes on in the tray, kept on this machine from one start to the next.

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

    /// Reads what was kept; the default when there is nothing, or nothing that can be read. Some bytes, read once.
    pub(crate) fn read(folder: &Path) -> Self {
        let file = folder.join(FILE);
        let is_small = std::fs::metadata(&file).is_ok_and(|file| file.len() <= LARGEST);
        let text = if is_small { std::fs::read(file).ok() } else { None };
        text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    /// Keeps it: whole, or as it was before.
    pub(crate) async fn keep(self, folder: &Path) -> io::Result<()> {
        let text = serde_json::to_vec(&self)?;
        tokio::fs::create_dir_all(folder).await?;
        let part = folder.join(format!("{FILE}.part"));
        tokio::fs::write(&part, text).await?;
        tokio::fs::rename(part, folder.join(FILE)).await
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
