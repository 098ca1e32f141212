//! A server under load: a process of its own, on a core of its own.

use super::machine::{self, Cores};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The booking system's key.
pub(super) const API_KEY: &str = "server-load";
const START_WAIT: Duration = Duration::from_secs(20);

/// A running server; dropping it ends it.
pub(super) struct Server {
    process: Child,
    /// Where it listens.
    pub(super) address: SocketAddr,
}

impl Server {
    /// A clinic server with an empty database, set up as in a clinic but for these options.
    pub(super) fn clinic(program: &Path, folder: &Path, cores: &Cores, options: &[&str]) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(options);
        command.args(["--listen", "127.0.0.1:0", "--api-key", API_KEY, "--data"]).arg(folder.join("data"));
        command.env_remove("CONSILIUM_PROFILE").env_remove("CONSILIUM_LOG");
        Self::start(command, &folder.join("clinic-server.log"), cores)
    }

    /// A server whose one answer has `length` bytes.
    pub(super) fn constant(length: usize, folder: &Path, cores: &Cores) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["constant", "--length", &length.to_string()]);
        Self::start(command, &folder.join("constant.log"), cores)
    }

    fn start(mut command: Command, log: &Path, cores: &Cores) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(log)?);
        let process = cores.on_the_servers(|| command.spawn())?.context("the server cannot be started")?;
        let mut server = Self { process, address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) };
        let port = server.wait_for_port(log)?;
        server.address.set_port(port);
        Ok(server)
    }

    fn wait_for_port(&mut self, log: &Path) -> Result<u16> {
        let started = Instant::now();
        loop {
            let text = fs::read_to_string(log)?;
            if let Some(port) = port(&text) {
                return Ok(port);
            }
            if let Some(status) = self.process.try_wait()? {
                bail!("the server ended at once ({status}):\n{text}");
            }
            if started.elapsed() > START_WAIT {
                bail!("the server does not serve after {} s", START_WAIT.as_secs());
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// The memory that it holds, in bytes.
    pub(super) fn memory(&self) -> Result<u64> {
        machine::memory(self.process.id())
    }

    /// The processor time it has taken so far, in seconds.
    pub(super) fn cpu_seconds(&self) -> Result<f64> {
        machine::cpu_seconds(self.process.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, and nothing is lost that is needed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Both kinds of server say `port=` when they serve.
fn port(log: &str) -> Option<u16> {
    // Only a whole line: the last digits may still be on their way.
    let lines = log.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let mut words = lines.flat_map(str::split_whitespace);
    words.find_map(|word| word.strip_prefix("port="))?.parse().ok()
}
