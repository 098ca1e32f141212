//! Writes the types of the messages for the user interface.

use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::write(root.join(consilium_l10n::TYPESCRIPT_PATH), consilium_l10n::typescript())
}
