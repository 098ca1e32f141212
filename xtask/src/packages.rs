//! System packages: which are missing, and how this system gets them.

use crate::shell::{output, run, which};
use anyhow::{Result, bail};
use std::fs;
use std::process::Command;

/// What a task needs of the system.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// To build.
    Build,
    /// To run the windows without a display.
    Headless,
    /// To run every test.
    Test,
    /// To run schemathesis.
    Conform,
}

/// A package by its name on each family of systems.
struct Package {
    debian: &'static str,
    fedora: &'static str,
    arch: &'static str,
}

const fn package(debian: &'static str, fedora: &'static str, arch: &'static str) -> Package {
    Package { debian, fedora, arch }
}

const BUILD: &[Package] = &[
    package("build-essential", "gcc-c++", "base-devel"),
    package("pkg-config", "pkgconf-pkg-config", "pkgconf"),
    package("cmake", "cmake", "cmake"),
    package("nasm", "nasm", "nasm"),
    package("clang", "clang", "clang"),
    package("libclang-dev", "clang-devel", "clang"),
    package("libwebkit2gtk-4.1-dev", "webkit2gtk4.1-devel", "webkit2gtk-4.1"),
    package("libgtk-3-dev", "gtk3-devel", "gtk3"),
    package("librsvg2-dev", "librsvg2-devel", "librsvg"),
    package("libvpx-dev", "libvpx-devel", "libvpx"),
    package("libasound2-dev", "alsa-lib-devel", "alsa-lib"),
    package("libdbus-1-dev", "dbus-devel", "dbus"),
    package("gstreamer1.0-plugins-good", "gstreamer1-plugins-good", "gst-plugins-good"),
];

const HEADLESS: &[Package] = &[
    package("xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb"),
    package("dbus", "dbus-daemon", "dbus"),
    package("gnome-keyring", "gnome-keyring", "gnome-keyring"),
    package("webkit2gtk-driver", "webkit2gtk-driver", "webkit2gtk-4.1"),
    package("fonts-dejavu-core", "dejavu-sans-fonts", "ttf-dejavu"),
];

/// The sound server of the tests is Debian's only: elsewhere it would take the place of the system's own.
const TEST: &[Package] = &[
    package("chromium", "chromium", "chromium"),
    package("pulseaudio", "pulseaudio-utils", "libpulse"),
    package("libasound2-plugins", "alsa-plugins-pulseaudio", "alsa-plugins"),
];

const CONFORM: &[Package] = &[package("python3-venv", "python3", "python")];

/// Installs what is missing, or says exactly what to install and stops.
pub(crate) fn ensure(needs: &[Need]) -> Result<()> {
    let all =
        [(Need::Build, BUILD), (Need::Headless, HEADLESS), (Need::Test, TEST), (Need::Conform, CONFORM)];
    let wanted: Vec<&Package> =
        all.into_iter().filter(|(need, _)| needs.contains(need)).flat_map(|(_, packages)| packages).collect();
    match family().as_str() {
        "debian" => ensure_debian(&wanted),
        "fedora" => tell("sudo dnf install", wanted.iter().map(|package| package.fedora), "rpm", &["-q"]),
        "arch" => {
            tell("sudo pacman -S --needed", wanted.iter().map(|package| package.arch), "pacman", &["-Qq"])
        }
        other => {
            println!(
                "This system ({other}) is not known here. Trying with what is there; the Debian names are:"
            );
            println!("  {}", wanted.iter().map(|package| package.debian).collect::<Vec<_>>().join(" "));
            Ok(())
        }
    }
}

fn family() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let value = |key: &str| {
        let line = release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.unwrap_or_default().trim_matches('"').to_owned()
    };
    let words = format!("{} {}", value("ID"), value("ID_LIKE"));
    let known = words.split_whitespace().find_map(|word| match word {
        "debian" | "ubuntu" => Some("debian"),
        "fedora" | "rhel" | "centos" => Some("fedora"),
        "arch" => Some("arch"),
        _ => None,
    });
    known.map_or_else(|| std::env::consts::OS.to_owned(), str::to_owned)
}

fn ensure_debian(wanted: &[&Package]) -> Result<()> {
    let mut missing = Vec::new();
    for package in wanted {
        let query = output(Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", package.debian]));
        if query.is_err() || query.is_ok_and(|status| status != "installed") {
            missing.push(package.debian);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    println!("Missing system packages: {}", missing.join(" "));
    let Some(mut apt) = apt_get() else {
        bail!("install them first:\n  sudo apt-get update && sudo apt-get install {}", missing.join(" "));
    };
    run(apt().arg("update"))?;
    run(apt().args(["install", "-y", "--no-install-recommends"]).args(&missing))
}

/// `apt-get` with the rights to install, or nothing.
fn apt_get() -> Option<impl FnMut() -> Command> {
    let sudo = !rustix::process::geteuid().is_root();
    if sudo && which("sudo").is_none() {
        return None;
    }
    Some(move || {
        let mut command = Command::new(if sudo { "sudo" } else { "apt-get" });
        if sudo {
            command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    })
}

fn tell(
    install: &str,
    names: impl Iterator<Item = &'static str>,
    query: &str,
    arguments: &[&str],
) -> Result<()> {
    let missing: Vec<_> =
        names.filter(|name| output(Command::new(query).args(arguments).arg(name)).is_err()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!("install the missing system packages first:\n  {install} {}", missing.join(" "))
}

/// Installs the system's Node.js and npm, or says so and stops.
pub(crate) fn install_node() -> Result<()> {
    match (family().as_str(), apt_get()) {
        ("debian", Some(mut apt)) => {
            run(apt().arg("update"))?;
            run(apt().args(["install", "-y", "--no-install-recommends", "nodejs", "npm"]))
        }
        _ => bail!("install Node.js 20.19 or newer with npm first"),
    }
}
