//! `cargo xtask conform`: schemathesis, a stranger's tool, against a real clinic server, with the vendor's OpenAPI file.
//!
//! It judges by a copy of the file that is corrected as `tests/tests/openapi/overruled.yaml` says, with a reason for
//! each. JSON on standard output; it fails on any answer that the copy does not allow and on any 5xx.

use crate::build;
use crate::guard::Guard;
use crate::packages::{self, Need};
use crate::shell::{self, root};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The booking system's key of a server that lives as long as the run.
const KEY: &str = "key-of-a-booking-system";
/// One-time passwords go where nobody listens: none is ever right.
const OTP_HOOK: &str = "http://127.0.0.1:9/";
const CHECKS: &[&str] = &[
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
];

#[derive(Args)]
pub(crate) struct Options {
    /// So many random requests to each method at most, beside those that cover the schema
    #[arg(long, default_value = "100")]
    examples: u32,
    /// What the random requests follow from
    #[arg(long, default_value = "7")]
    seed: u32,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    packages::ensure(&[Need::Build, Need::Conform])?;
    let server = build::clinic_server()?;
    let tool = Tool::ensure()?;
    let guard = Guard::new()?;
    let file = guard.folder().join("corrected.json");
    let tests = root().join("tests");
    let mut correct = Command::new(tool.bin("python"));
    correct.arg(own("corrected.py")).arg(tests.join("medme-openapi.yaml"));
    shell::run(correct.arg(tests.join("tests/openapi/overruled.yaml")).arg(&file))?;
    let url = format!("{}/meets/v1", serve(&guard, &server)?);
    let clean = tool.judge(&guard, &file, &url, options)?;
    let (summary, is_good) = summary(&guard, options)?;
    println!("{}", serde_json::to_string_pretty(&summary)?);
    ensure!(clean && is_good, "the server and the file do not agree");
    Ok(())
}

/// A Python environment with schemathesis, in the build folder.
struct Tool(PathBuf);

impl Tool {
    /// Makes it, unless it is there with the same list of packages.
    fn ensure() -> Result<Self> {
        let folder = build::target_directory()?.join("conform");
        let (wanted, done) = (own("requirements.txt"), folder.join("requirements.txt"));
        let tool = Self(folder);
        if fs::read(&wanted)? == fs::read(&done).unwrap_or_default() {
            return Ok(tool);
        }
        shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&tool.0))?;
        let mut pip = Command::new(tool.bin("python"));
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
        ]);
        shell::run(pip.arg(&wanted))?;
        fs::copy(&wanted, &done)?;
        Ok(tool)
    }

    fn bin(&self, program: &str) -> PathBuf {
        self.0.join("bin").join(program)
    }

    /// Whether the tool found nothing. Its own words go to standard error.
    fn judge(&self, guard: &Guard, file: &Path, url: &str, options: &Options) -> Result<bool> {
        let (examples, seed) = (options.examples.to_string(), options.seed.to_string());
        let mut command = guard.command(self.bin("schemathesis"));
        command.current_dir(guard.folder()).arg("run").arg(file).args(["--url", url]);
        command.args(["--checks", &CHECKS.join(","), "--phases", "examples,coverage,fuzzing"]);
        command.args(["--seed", &seed, "--max-examples", &examples, "--continue-on-failure", "--no-color"]);
        command.args(["--report", "json", "--report-json-path", "report.json"]);
        command
            .env("SCHEMATHESIS_HOOKS", "hooks")
            .env("PYTHONPATH", own(""))
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("CONFORM_URL", url).env("CONFORM_KEY", KEY).env("CONFORM_SEED", &seed);
        command.env("CONFORM_ANSWERS", guard.folder().join("answers.json"));
        let status = command.stdout(std::io::stderr()).status().context("cannot start schemathesis")?;
        Ok(status.success())
    }
}

/// What the run came to, and whether that is good.
fn summary(guard: &Guard, options: &Options) -> Result<(Value, bool)> {
    let read = |name: &str| -> Result<Value> {
        let text = fs::read_to_string(guard.folder().join(name)).with_context(|| format!("no {name}"))?;
        Ok(serde_json::from_str(&text)?)
    };
    let (report, answers) = (read("report.json")?, read("answers.json")?);
    let by_check = report["failures"].as_array().context("report.json has no failures")?;
    let errors = report["errors"].as_array().context("report.json has no errors")?;
    let counts = answers.as_object().context("answers.json is no object")?;
    let server_errors = counts.iter().filter(|(answer, _)| answer.starts_with('5')).count();
    let tested = &report["operations"]["tested"];
    let is_whole = *tested == report["operations"]["total"] && report["complete"] == true;
    let summary = json!({
        "schemathesis": report["schemathesis_version"],
        "seed": options.seed,
        "seconds": report["running_time"].as_f64().map(f64::round),
        "operations": tested,
        "checks": CHECKS,
        "cases": report["test_cases"]["generated"],
        "failures": by_check,
        "errors": errors,
        "server_errors": server_errors,
        "answers": answers,
    });
    Ok((summary, by_check.is_empty() && errors.is_empty() && server_errors == 0 && is_whole))
}

/// Starts a server with a fresh folder, and gives its address.
fn serve(guard: &Guard, program: &Path) -> Result<String> {
    let data = guard.folder().join("clinic");
    let log = guard.folder().join("clinic-server.log");
    let file = File::create(&log)?;
    let mut command = guard.command(program);
    // Only a demo tells on which port it listens.
    command.args(["--listen", "127.0.0.1:0", "--demo", "--api-key", KEY, "--otp-hook", OTP_HOOK, "--data"]);
    command.arg(&data).env("CONSILIUM_PROFILE", "test");
    let mut server =
        command.stdout(file.try_clone()?).stderr(file).spawn().context("cannot start clinic-server")?;
    let started = Instant::now();
    loop {
        if let Ok(text) = fs::read_to_string(data.join("demo.json")) {
            let demo: Value = serde_json::from_str(&text).context("demo.json is not as expected")?;
            let url = demo["base_url"].as_str().context("demo.json has no address")?;
            return Ok(url.trim_end_matches('/').to_owned());
        }
        if let Some(status) = server.try_wait()? {
            let log = fs::read_to_string(&log).unwrap_or_default();
            bail!("clinic-server ended at once ({status}):\n{log}");
        }
        ensure!(started.elapsed() < Duration::from_secs(20), "clinic-server does not serve after 20 s");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A file of this task.
fn own(name: &str) -> PathBuf {
    root().join("xtask/conform").join(name)
}
