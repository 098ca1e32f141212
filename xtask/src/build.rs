//! Building the product's parts in the right order.

use crate::node::Node;
use crate::shell::{cargo, output, root, run};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// Debug or release.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build.
    Debug,
    /// Quick to run.
    Release,
}

/// The finished programs.
pub(crate) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// The application.
    pub(crate) fn app(&self) -> PathBuf {
        self.program("consilium")
    }

    /// The clinic server.
    pub(crate) fn clinic_server(&self) -> PathBuf {
        self.program("clinic-server")
    }

    /// The program that puts load on a clinic server.
    pub(crate) fn server_load(&self) -> PathBuf {
        self.program("server-load")
    }

    fn program(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }
}

/// Builds the user interface into `ui/dist`, which the application and the server carry inside.
pub(crate) fn ui(node: &Node) -> Result<()> {
    node.install()?;
    run(&mut node.npm(&["run", "--silent", "build"]))
}

/// Builds the application, the clinic server and the participant without a window.
pub(crate) fn programs(profile: Profile) -> Result<Programs> {
    let mut command = cargo();
    command.args(["build", "--quiet", "-p", "consilium", "-p", "consilium-clinic", "-p", "consilium-peer"]);
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => {
            command.arg("--release");
            "release"
        }
    };
    run(&mut command)?;
    Ok(Programs { folder: target_directory()?.join(folder) })
}

/// Builds the clinic server and the program that measures it, to be quick to run.
pub(crate) fn server_and_load() -> Result<Programs> {
    let mut command = cargo();
    command.args(["build", "--quiet", "--release", "-p", "consilium-clinic", "-p", "consilium-tests"]);
    run(command.args(["--bin", "clinic-server", "--bin", "server-load"]))?;
    Ok(Programs { folder: target_directory()?.join("release") })
}

/// Builds the program that measures a call, to be quick to run, and gives it.
pub(crate) fn call_load() -> Result<PathBuf> {
    run(cargo().args(["build", "--quiet", "--release", "-p", "consilium-tests", "--bin", "call-load"]))?;
    Ok(Programs { folder: target_directory()?.join("release") }.program("call-load"))
}

/// Builds the application, the clinic server and the program that measures a call, to be quick to run; the programs, and
/// the last of them.
pub(crate) fn programs_and_call_load() -> Result<(Programs, PathBuf)> {
    let call_load = call_load()?;
    Ok((programs(Profile::Release)?, call_load))
}

/// Builds the clinic server alone, and gives its program.
pub(crate) fn clinic_server() -> Result<PathBuf> {
    run(cargo().args(["build", "--quiet", "-p", "consilium-clinic", "--bin", "clinic-server"]))?;
    Ok(Programs { folder: target_directory()?.join("debug") }.clinic_server())
}

/// Writes everything that is generated and checked in.
pub(crate) fn generate() -> Result<()> {
    run(cargo().args(["test", "--quiet", "-p", "consilium-app", "export_bindings"]))?;
    run(cargo().args(["run", "--quiet", "-p", "consilium-l10n", "--bin", "l10n-generate"]))
}

/// The folder for what is built.
pub(crate) fn target_directory() -> Result<PathBuf> {
    let text = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&text).context("cargo metadata")?;
    let folder = metadata["target_directory"].as_str().context("cargo metadata names no target directory")?;
    Ok(root().join(folder))
}
