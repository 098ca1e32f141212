//! A minute of a call: what a participant holds does not grow. `cargo xtask bench call --what soak` takes an hour.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::Value;
use std::process::{Command, Stdio};

/// A leak of pictures or packets would be far more in a minute, buffers that grow into their size are less.
const TOLERATED_MIB: f64 = 8.0;

#[test]
fn a_minute_of_a_call_holds_what_it_held() {
    let folder = tempfile::tempdir().unwrap();
    let mut load = Command::new(env!("CARGO_BIN_EXE_call-load"));
    load.args(["run", "--what", "soak", "--minutes", "1", "--content"])
        .arg(folder.path().join("content.y4m"));
    load.env("TMPDIR", folder.path()).stderr(Stdio::inherit());
    let output = load.output().unwrap();
    assert!(output.status.success());
    let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
    let soak = &figures["soak"][0];
    let held = |when: &str, what: &str| soak[when][what].as_f64().unwrap();
    assert!(held("start", "pss_mib") > 1.0 && held("start", "threads") > 1.0, "{soak}");
    assert!(held("end", "pss_mib") - held("start", "pss_mib") < TOLERATED_MIB, "{soak}");
    for what in ["sockets", "threads"] {
        assert!(held("end", what) <= held("start", what), "{what}: {soak}");
    }
}
