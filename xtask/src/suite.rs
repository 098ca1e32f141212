//! `cargo xtask test`: every check, one after the other, and how many passed.
//!
//! A step that fails does not stop the others. The last line is `N passed, N failed`.

use crate::build;
use crate::guest;
use crate::node::Node;
use crate::packages::{self, Need};
use crate::scenarios;
use crate::shell::{cargo, root};
use crate::sweep;
use anyhow::{Result, bail};
use clap::Args;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Instant;

#[derive(Args)]
pub(crate) struct Options {
    /// Run only the steps whose name contains this
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

/// How many checks passed and failed.
#[derive(Clone, Copy, Default)]
pub(crate) struct Count {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl Count {
    const FAILED: Self = Self { passed: 0, failed: 1 };
    const PASSED: Self = Self { passed: 1, failed: 0 };

    /// One check.
    pub(crate) const fn of(passed: bool) -> Self {
        if passed { Self::PASSED } else { Self::FAILED }
    }

    /// Adds what another step counted.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

pub(crate) fn run(options: &Options) -> Result<()> {
    packages::ensure(&[Need::Build, Need::Headless, Need::Test])?;
    let node = Node::ensure()?;
    sweep::make_room()?;
    // The application and the server carry the user interface: nothing compiles without it.
    build::ui(&node)?;
    let mut suite = Suite { only: options.only.clone(), count: Count::default(), slow: Vec::new() };
    suite.step("format", || command(cargo().args(["fmt", "--all", "--check"])));
    suite.step("lints", || {
        command(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    suite.step("rust tests", || command(cargo().args(["test", "--workspace", "--no-fail-fast"])));
    suite.step("generated files", generated_files);
    suite.step("ui types", || command(&mut node.npm(&["run", "--silent", "check"])));
    suite.step("ui tests", || command(&mut node.npm(&["run", "--silent", "test"])));
    suite.step("ui pages", || command(&mut node.npm(&["run", "--silent", "test:screens"])));
    suite.step("a minute with the guest page", minute_with_guest);
    suite.step("windows", || scenarios::run(options.only.as_deref()));
    suite.close()
}

struct Suite {
    only: Option<String>,
    count: Count,
    slow: Vec<(String, u64)>,
}

impl Suite {
    fn step(&mut self, name: &str, check: impl FnOnce() -> Result<Count>) {
        let wanted = self
            .only
            .as_deref()
            .is_none_or(|only| name.contains(only) || name == "windows" && scenarios::has(only));
        if !wanted {
            return;
        }
        println!("\n== {name}");
        let started = Instant::now();
        let count = check().unwrap_or_else(|error| {
            println!("{name}: {error:#}");
            Count::FAILED
        });
        let seconds = started.elapsed().as_secs();
        println!("== {name}: {} passed, {} failed, {seconds} s", count.passed, count.failed);
        self.slow.push((name.to_owned(), seconds));
        self.count.add(count);
    }

    fn close(self) -> Result<()> {
        println!();
        for (name, seconds) in &self.slow {
            println!("{seconds:>5} s  {name}");
        }
        let Count { passed, failed } = self.count;
        println!("{passed} passed, {failed} failed");
        if failed > 0 || passed == 0 {
            bail!("the checks did not pass");
        }
        Ok(())
    }
}

/// Runs a command with its output on the terminal and counts what its test runner says.
fn command(command: &mut Command) -> Result<Count> {
    // Colours would hide the closing lines from [`counted`].
    command.env("NO_COLOR", "1").env("CARGO_TERM_COLOR", "never");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut count = Count::default();
    let output: Box<dyn Read> = Box::new(child.stdout.take().expect("piped"));
    for line in BufReader::new(output).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        // Hundreds of «test x ... ok» lines hide the ones that matter.
        if !line.ends_with("... ok") {
            println!("{line}");
        }
        count.add(counted(&line));
    }
    let success = child.wait()?.success();
    if !success && count.failed == 0 || count.passed + count.failed == 0 {
        count.add(Count::of(success));
    }
    Ok(count)
}

/// Reads the closing lines of cargo test, of Vitest and of the plain form.
fn counted(line: &str) -> Count {
    let line = line.trim();
    let is_closing = line.starts_with("test result:") || line.starts_with("Tests ") || is_plain(line);
    if !is_closing {
        return Count::default();
    }
    let words: Vec<&str> = line.split([' ', ';', ',', '|']).filter(|word| !word.is_empty()).collect();
    let number = |what: &str| {
        let before = words.windows(2).find(|pair| pair[1] == what).and_then(|pair| pair[0].parse().ok());
        before.unwrap_or_default()
    };
    Count { passed: number("passed"), failed: number("failed") }
}

fn is_plain(line: &str) -> bool {
    let words: Vec<&str> = line.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    matches!(words[..], [passed, "passed", failed, "failed"]
        if passed.parse::<u32>().is_ok() && failed.parse::<u32>().is_ok())
}

/// The report and the picture of the page stay in `target/screens`, beside those of the windows.
fn minute_with_guest() -> Result<Count> {
    let folder = root().join("target/screens");
    let count = command(&mut guest::minute(60, &folder)?)?;
    println!("{}", folder.join(guest::REPORT).display());
    // A test that was not run has not passed.
    Ok(if count.passed + count.failed == 1 { count } else { Count::FAILED })
}

/// Bindings and message types are checked in; writing them again must change nothing.
fn generated_files() -> Result<Count> {
    build::generate()?;
    let paths = ["ui/src/lib/bindings", "ui/src/lib/l10n/messages.gen.ts"];
    let status =
        Command::new("git").current_dir(root()).args(["status", "--porcelain", "--"]).args(paths).output()?;
    let changed = String::from_utf8_lossy(&status.stdout).into_owned();
    if !changed.is_empty() {
        println!("generated files differ; run `cargo xtask generate` and commit:\n{changed}");
    }
    Ok(Count::of(changed.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_closing_lines() {
        let read = |line| (counted(line).passed, counted(line).failed);
        assert_eq!(read("test result: ok. 26 passed; 0 failed; 1 ignored; 0 measured"), (26, 0));
        assert_eq!(read("      Tests  3 failed | 12 passed (15)"), (12, 3));
        assert_eq!(read("7 passed, 2 failed"), (7, 2));
        assert_eq!(read("the 7 passed"), (0, 0));
    }
}
