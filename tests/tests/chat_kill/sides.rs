//! The processes that are killed: `chat-side`, whose parts are the product's own.

use consilium_client::{Endpoint, Server as Clinic};
use consilium_model::Secret;
use consilium_wire::demo::{Demo, DemoRole};
use consilium_wire::link::server_url;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn side() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chat-side"));
    command.stdin(Stdio::null());
    command
}

/// Sends `SIGKILL` and waits until nothing of the process is left.
fn kill(process: &mut Child) {
    process.kill().unwrap();
    process.wait().unwrap();
}

/// The clinic server, always at the same address and with the same database.
pub struct Server {
    data: PathBuf,
    address: SocketAddr,
    process: Child,
}

impl Server {
    /// Makes up a clinic.
    pub async fn begin(folder: &Path) -> Self {
        let data = folder.join("clinic");
        let (process, address) = start(&data, "127.0.0.1:0", true).await;
        Self { data, address, process }
    }

    pub fn kill(&mut self) {
        kill(&mut self.process);
    }

    /// Comes up again, and serves when this answers.
    pub async fn again(&mut self) {
        self.process = start(&self.data, &self.address.to_string(), false).await.0;
    }

    /// The links of a visit: its specialist's, and two clients'.
    pub fn links(&self) -> [Secret; 3] {
        let demo: Demo = serde_json::from_slice(&fs::read(self.data.join("demo.json")).unwrap()).unwrap();
        let group = demo.links.iter().filter(|link| link.visit == "group");
        let (specialists, clients): (Vec<_>, Vec<_>) =
            group.partition(|link| link.role == DemoRole::Specialist);
        [specialists[0], clients[0], clients[1]].map(|link| link.deep_link.clone())
    }

    /// The application's way to it.
    pub fn home(&self) -> Clinic {
        let url = server_url(&format!("http://{}", self.address)).unwrap();
        Clinic::new(Endpoint::new(&url).unwrap()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A kill that comes too late has nothing to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn start(data: &Path, listen: &str, demo: bool) -> (Child, SocketAddr) {
    let mut command = side();
    command.args(["serve", "--listen", listen, "--data"]).arg(data).stdout(Stdio::piped());
    if demo {
        command.arg("--demo");
    }
    let mut process = command.spawn().unwrap();
    let output = process.stdout.take().unwrap();
    let listening = tokio::task::spawn_blocking(move || {
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).unwrap();
        line.trim().parse().expect("the server says where it listens")
    });
    (process, listening.await.unwrap())
}

/// An application whose person writes.
pub struct Application {
    name: String,
    link: Secret,
    data: PathBuf,
    log: PathBuf,
    lives: u32,
    process: Option<Child>,
}

impl Application {
    pub fn new(folder: &Path, name: &str, link: &Secret) -> Self {
        let (data, log) = (folder.join(name), folder.join(format!("{name}.log")));
        fs::create_dir_all(&data).unwrap();
        Self { name: name.to_owned(), link: link.clone(), data, log, lives: 0, process: None }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Opens it, unless it is open.
    pub fn keep_alive(&mut self) {
        if self.process.is_none() {
            self.lives += 1;
            let mut command = side();
            command
                .args(["write", "--name", &format!("{} {}", self.name, self.lives), "--log"])
                .arg(&self.log);
            command.args(["--link", self.link.expose(), "--data"]).arg(&self.data);
            self.process = Some(command.spawn().unwrap());
        }
    }

    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            assert!(process.try_wait().unwrap().is_none(), "{} has ended by itself", self.name);
            kill(&mut process);
        }
    }

    /// Opens it until nothing waits any more.
    pub async fn settle(&self) {
        self.says("settle", &[]).await;
    }

    /// Opens it a last time; gives the conversation as it shows it once it has the newest message.
    pub async fn shows(&self, newest: &str) -> Vec<String> {
        self.says("read", &["--newest", newest]).await.lines().map(str::to_owned).collect()
    }

    async fn says(&self, what: &str, more: &[&str]) -> String {
        let mut command = side();
        command.args([what, "--link", self.link.expose(), "--data"]).arg(&self.data).args(more);
        let output = tokio::task::spawn_blocking(move || command.stderr(Stdio::inherit()).output().unwrap());
        let output = output.await.unwrap();
        assert!(output.status.success(), "{} does not {what}", self.name);
        String::from_utf8(output.stdout).unwrap()
    }

    /// What its person has seen as written. The last line may be half of one.
    pub fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.log).unwrap();
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        text[..whole].lines().map(str::to_owned).collect()
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            // A kill that comes too late has nothing to do.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
