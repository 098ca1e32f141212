//! Writes the types of the messages for the user interface.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let package = env::var_os("CARGO_MANIFEST_DIR").ok_or(io::Error::other("run it with cargo"))?;
    let root = Path::new(&package).join("../..");
    fs::write(root.join(consilium_l10n::TYPESCRIPT_PATH), consilium_l10n::typescript())
}
