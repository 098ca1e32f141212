//! The house stands as ARCHITECTURE.md says: dependencies point one way, the pure crates stay pure, only one file of
//! the user interface knows Tauri.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Who may use whom. What is not listed is refused.
const ALLOWED: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("wire", &["model"]),
    ("media", &["model"]),
    ("l10n", &["model"]),
    ("call", &["model", "wire", "media"]),
    ("client", &["model", "wire"]),
    ("clinic", &["model", "wire", "l10n"]),
    ("app", &["model", "wire", "client", "call", "media", "l10n"]),
    ("peer", &["model", "wire", "client", "call", "media", "l10n", "app"]),
];

/// Crates that do no IO and read no clock must not be able to.
const PURE: &[(&str, &[&str])] = &[
    ("model", &["serde", "thiserror", "time", "ts-rs"]),
    ("wire", &["consilium-model", "serde", "serde_json", "thiserror", "time", "url"]),
];

fn root() -> PathBuf {
    let package = env::current_dir().expect("cargo runs tests in the folder of their package");
    package.parent().expect("the tests lie in the root").to_owned()
}

/// The normal dependencies of each package of the workspace.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root())
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let normal = |package: &Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        all.filter(|dependency| dependency["kind"].is_null())
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .collect()
    };
    packages.map(|package| (package["name"].as_str().unwrap().to_owned(), normal(package))).collect()
}

#[test]
fn dependencies_point_one_way() {
    for (name, dependencies) in dependencies() {
        let Some(name) = name.strip_prefix("consilium-").filter(|name| *name != "tests") else { continue };
        let allowed = ALLOWED.iter().find(|(krate, _)| *krate == name);
        let allowed = allowed.unwrap_or_else(|| panic!("{name} has no place in the house")).1;
        for own in dependencies.iter().filter_map(|dependency| dependency.strip_prefix("consilium-")) {
            assert!(allowed.contains(&own), "{name} must not use {own}");
        }
    }
}

#[test]
fn the_pure_crates_have_no_means_to_do_io() {
    let dependencies = dependencies();
    for (name, allowed) in PURE {
        for dependency in &dependencies[&format!("consilium-{name}")] {
            assert!(allowed.contains(&dependency.as_str()), "{name} must stay pure, and uses {dependency}");
        }
    }
}

#[test]
fn tauri_stays_in_the_shell() {
    for (name, dependencies) in dependencies() {
        if name != "consilium" {
            assert!(
                !dependencies.iter().any(|dependency| dependency.starts_with("tauri")),
                "{name} uses Tauri"
            );
        }
    }
}

#[test]
fn the_core_of_the_call_reads_no_clock_and_knows_no_runtime() {
    let sources = files(&root().join("crates/call/src/core"), &["rs"]);
    assert!(!sources.is_empty());
    for file in sources {
        let text = fs::read_to_string(&file).unwrap();
        for forbidden in
            ["tokio", "Instant::now", "SystemTime", "std::net", "std::fs", "std::thread", "webrtc::"]
        {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let used =
                code.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(forbidden));
            assert!(!used, "{} uses {forbidden}", file.display());
        }
    }
}

#[test]
fn one_file_of_the_user_interface_knows_tauri() {
    let sources = files(&root().join("ui/src"), &["ts", "svelte"]);
    let users: Vec<_> = sources
        .iter()
        .filter(|file| fs::read_to_string(file).unwrap().contains("@tauri-apps"))
        .map(|file| file.strip_prefix(root()).unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(users, ["ui/src/lib/backend/tauri.ts"]);
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
            found.push(path);
        }
    }
    found
}
