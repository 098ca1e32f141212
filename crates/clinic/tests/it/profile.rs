//! The binary: what it refuses, and that a signal stops it cleanly.

use std::process::{Command, Output};

fn clinic_server() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clinic-server"));
    command.env_remove("CONSILIUM_PROFILE").env_remove("CONSILIUM_API_KEY").env_remove("CONSILIUM_LOG");
    command
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn an_unknown_profile_refuses_to_start() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let output =
        clinic_server().env("CONSILIUM_PROFILE", "staging").arg("--data").arg(&data).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(complaint(&output).contains("staging") && complaint(&output).contains("dev, test and prod"));
    assert!(!data.exists(), "nothing was made");
}

#[test]
fn bad_flags_are_told_clearly() {
    for flags in [&["--data", "x", "--listen", "nowhere"][..], &["--data", "x", "--demo-locale", "fr"], &[]] {
        let output = clinic_server().args(flags).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{flags:?}");
        assert!(complaint(&output).contains("--"), "{}", complaint(&output));
    }
}

#[cfg(unix)]
#[test]
fn a_signal_stops_it_cleanly() {
    use std::io::{BufRead, BufReader, Read};
    let folder = tempfile::tempdir().unwrap();
    let mut server = clinic_server();
    server
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .stderr(std::process::Stdio::piped());
    let mut server = server.spawn().unwrap();
    let mut log = BufReader::new(server.stderr.take().unwrap());
    let mut line = String::new();
    log.read_line(&mut line).unwrap();
    for part in ["clinic-server", env!("CARGO_PKG_VERSION"), "port=", "profile=\"prod\""] {
        assert!(line.contains(part), "{line}");
    }
    let killed = Command::new("kill").arg(server.id().to_string()).status().unwrap();
    assert!(killed.success());
    log.read_to_string(&mut line).unwrap();
    assert_eq!(server.wait().unwrap().code(), Some(0), "{line}");
    let mut files: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["attachments", "clinic.db"]);
}
