//! The real server with its made-up clinic.

use consilium_clinic::{Clock, Config, Running, serve};
use consilium_model::{Locale, Secret};
use consilium_wire::demo::{Demo, DemoRole};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};

/// A demo clinic. It keeps its port and its folder when the server goes away.
pub struct Clinic {
    running: Option<Running>,
    folder: TempDir,
    address: SocketAddr,
    demo: Demo,
    ahead: Arc<AtomicI64>,
    adjust: fn(&mut Config),
}

impl Clinic {
    /// A server on a free port.
    pub async fn start() -> Self {
        Self::adjusted(|_| {}).await
    }

    /// With another configuration, also after a restart.
    pub async fn adjusted(adjust: fn(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ahead = Arc::new(AtomicI64::new(0));
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let running = serve(config(&folder, any, &ahead, adjust)).await.unwrap();
        let (address, demo) = (running.addr, running.demo().unwrap().clone());
        Self { running: Some(running), folder, address, demo, ahead, adjust }
    }

    /// The server vanishes.
    pub async fn stop(&mut self) {
        self.running.take().unwrap().stop().await;
    }

    /// The server comes back where it was.
    pub async fn restart(&mut self) {
        let config = config(&self.folder, self.address, &self.ahead, self.adjust);
        self.running = Some(serve(config).await.unwrap());
    }

    /// Its data.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How many relays its embedded TURN server has open.
    pub fn relays(&self) -> usize {
        self.running.as_ref().unwrap().relays()
    }

    /// Moves the server's clock.
    pub fn pass(&self, time: Duration) {
        self.ahead.fetch_add(time.whole_seconds(), Ordering::SeqCst);
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn demo(&self) -> &Demo {
        &self.demo
    }

    /// The links of a visit: the specialist's first.
    pub fn links(&self, visit: &str) -> Vec<Secret> {
        let of = |role| {
            let links = self.demo.links.iter().filter(move |link| link.visit == visit && link.role == role);
            links.map(|link| link.deep_link.clone())
        };
        of(DemoRole::Specialist).chain(of(DemoRole::Patient)).collect()
    }
}

fn config(folder: &TempDir, listen: SocketAddr, ahead: &Arc<AtomicI64>, adjust: fn(&mut Config)) -> Config {
    let ahead = Arc::clone(ahead);
    let mut config = Config {
        listen,
        demo: Some(Locale::Ru),
        clock: Clock::new(move || {
            OffsetDateTime::now_utc() + Duration::seconds(ahead.load(Ordering::SeqCst))
        }),
        ..Config::new(folder.path())
    };
    adjust(&mut config);
    config
}
