//! Small files that are kept on this machine from one start to the next.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
use std::path::Path;

/// Reads what was kept; `None` when there is nothing, or nothing that can be read. A few hundred bytes, read once; what
/// has more than `largest` is none of ours.
pub(crate) fn read<T: DeserializeOwned>(folder: &Path, name: &str, largest: u64) -> Option<T> {
    let file = folder.join(name);
    if std::fs::metadata(&file).ok()?.len() > largest {
        return None;
    }
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

/// Keeps it: whole, or as it was before.
pub(crate) async fn keep<T: Serialize>(kept: &T, folder: &Path, name: &str) -> io::Result<()> {
    let text = serde_json::to_vec(kept)?;
    tokio::fs::create_dir_all(folder).await?;
    let part = folder.join(format!("{name}.part"));
    tokio::fs::write(&part, text).await?;
    tokio::fs::rename(part, folder.join(name)).await
}
