//! Node.js for building the user interface: the system's when it is new enough, else one from the npm registry.

use crate::packages::{self, Need};
use crate::shell::{output, root, run, which};
use anyhow::{Context, Result, bail};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What Vite needs.
const OLDEST: (u32, u32) = (20, 19);

/// Node.js and npm, ready to run in `ui/`.
pub(crate) struct Node {
    path: std::ffi::OsString,
}

impl Node {
    /// Finds or installs Node.js.
    pub(crate) fn ensure() -> Result<Self> {
        packages::ensure(&[Need::Build])?;
        if which("npm").is_none() {
            packages::install_node()?;
        }
        let system = env::var_os("PATH").unwrap_or_default();
        if version("node").is_some_and(|found| found >= OLDEST) {
            return Ok(Self { path: system });
        }
        let own = cache()?.join("node");
        let bin = own.join("node_modules/node/bin");
        if !bin.join("node").is_file() {
            println!(
                "The system's Node.js is older than {}.{}; getting one for this build.",
                OLDEST.0, OLDEST.1
            );
            run(Command::new("npm").args(["install", "--no-save", "--prefix"]).arg(&own).arg("node@22"))?;
        }
        let folders = std::iter::once(bin).chain(env::split_paths(&system));
        Ok(Self { path: env::join_paths(folders).context("PATH")? })
    }

    /// `npm` in `ui/`.
    pub(crate) fn npm(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("npm");
        command.args(arguments).current_dir(ui()).env("PATH", &self.path);
        command
    }

    /// Installs the user interface's packages when the lock file is newer than what is installed.
    pub(crate) fn install(&self) -> Result<()> {
        let installed = ui().join("node_modules/.package-lock.json");
        if newer(&ui().join("package-lock.json"), &installed) {
            run(&mut self.npm(&["ci", "--no-audit", "--no-fund"]))?;
        }
        Ok(())
    }
}

/// The folder of the user interface.
pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

/// Where downloads for building are kept, outside the checkout.
fn cache() -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let Some(base) = base.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache"))) else {
        bail!("neither XDG_CACHE_HOME nor HOME is set");
    };
    Ok(base.join("consilium"))
}

fn version(program: &str) -> Option<(u32, u32)> {
    let text = output(Command::new(program).arg("--version")).ok()?;
    let mut parts = text.trim().trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn newer(file: &Path, than: &Path) -> bool {
    let time = |path: &Path| path.metadata().and_then(|meta| meta.modified()).ok();
    match (time(file), time(than)) {
        (Some(file), Some(than)) => file > than,
        _ => true,
    }
}
