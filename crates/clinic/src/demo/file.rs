//! `DATA/demo.json`. It holds tokens and passwords, so it is for its owner only.

use consilium_wire::demo::Demo;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

const NAME: &str = "demo.json";
const UNFINISHED: &str = "demo.json.new";

/// Writes the file in one step: whoever sees it sees all of it.
pub(super) fn write(folder: &Path, demo: &Demo) -> io::Result<()> {
    let unfinished = folder.join(UNFINISHED);
    let mut file = create_private(&unfinished)?;
    serde_json::to_writer_pretty(&mut file, demo)?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::rename(unfinished, folder.join(NAME))
}

/// Takes the file away, if there is one.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    remove_if_there(&folder.join(NAME))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn create_private(path: &Path) -> io::Result<File> {
    // A file left by a crash may have been opened by anyone.
    remove_if_there(path)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
