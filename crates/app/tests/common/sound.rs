//! A PulseAudio of the test's own, whose null sinks are speakers and, by their monitors, microphones.
//!
//! Which sound server a program uses is in its environment, which belongs to the whole process: a test runs itself
//! again in a process for it.

use super::PATIENCE;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const FOLDER: &str = "DEVICES_TEST_SOUND";

/// A sound server, seen from the process that uses it.
pub struct SoundServer {
    folder: PathBuf,
}

struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl SoundServer {
    /// The server of this process, if it is the one that has one. Otherwise runs the test of this name in such a
    /// process, or says why it is skipped.
    pub fn or_run(test: &str) -> Option<Self> {
        if let Some(folder) = std::env::var_os(FOLDER) {
            return Some(Self { folder: folder.into() });
        }
        let folder = tempfile::tempdir().unwrap();
        let Some(daemon) = daemon(folder.path()) else {
            println!(
                "SKIPPED: needs pulseaudio and its ALSA plugin (Debian: pulseaudio, libasound2-plugins)"
            );
            return None;
        };
        let mut command = isolated(std::env::current_exe().unwrap(), folder.path());
        let run = command.env(FOLDER, folder.path()).args(["--exact", test, "--nocapture"]).status();
        drop(daemon);
        assert!(run.unwrap().success());
        None
    }

    /// Adds a sink with a monitor; answers its number.
    pub fn plug_in(&self, name: &str) -> String {
        self.pactl(&["load-module", "module-null-sink", &format!("sink_name={name}")])
    }

    pub fn unplug(&self, number: &str) {
        self.pactl(&["unload-module", number]);
    }

    /// How many programs record: what a light beside a microphone shows.
    pub fn recordings(&self) -> usize {
        self.count("source-outputs")
    }

    /// How many programs play.
    pub fn playbacks(&self) -> usize {
        self.count("sink-inputs")
    }

    /// Waits until so many programs record.
    pub async fn records(&self, programs: usize) {
        self.becomes("source-outputs", programs).await;
    }

    /// Waits until so many programs play.
    pub async fn plays(&self, programs: usize) {
        self.becomes("sink-inputs", programs).await;
    }

    async fn becomes(&self, what: &str, programs: usize) {
        let deadline = Instant::now() + PATIENCE;
        while self.count(what) != programs {
            assert!(Instant::now() < deadline, "{} {what}, not {programs}", self.count(what));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn count(&self, what: &str) -> usize {
        self.pactl(&["list", "short", what]).lines().count()
    }

    fn pactl(&self, arguments: &[&str]) -> String {
        let output = isolated("pactl", &self.folder).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

/// A command that sees only the folder, so that it meets no sound server of the machine.
fn isolated(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env("HOME", folder)
        .env("XDG_RUNTIME_DIR", folder)
        .env("XDG_CONFIG_HOME", folder)
        .env("PULSE_RUNTIME_PATH", folder)
        .env("PULSE_SERVER", format!("unix:{}", folder.join("native").display()))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY");
    command
}

fn daemon(folder: &Path) -> Option<Daemon> {
    let libraries = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];
    let plugin = "alsa-lib/libasound_module_pcm_pulse.so";
    if !libraries.iter().any(|library| Path::new(library).join(plugin).exists()) {
        return None;
    }
    std::fs::write(folder.join(".asoundrc"), "pcm.!default { type pulse }\nctl.!default { type pulse }\n")
        .unwrap();
    let socket = folder.join("native");
    let protocol = format!("module-native-protocol-unix auth-anonymous=1 socket={}", socket.display());
    let daemon = isolated("pulseaudio", folder)
        .env_remove("PULSE_SERVER")
        .args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "-L", &protocol])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(Daemon)
        .ok()?;
    let deadline = Instant::now() + PATIENCE;
    while !socket.exists() {
        if Instant::now() > deadline {
            return None;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Some(daemon)
}
