//! A TURN server that is none of ours: coturn.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use std::fs::File;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

pub const USER: &str = "made-up";
pub const PASSWORD: &str = "password";

/// A running server that is reached over TCP and TLS, and not over UDP.
pub struct TurnServer {
    pub tcp: u16,
    pub tls: u16,
    authority: CertificateDer<'static>,
    child: Child,
    folder: TempDir,
}

impl TurnServer {
    /// At a loopback address; relays at 127.0.0.1. `None`, and a word why, where there is no coturn.
    pub fn start(address: IpAddr) -> Option<Self> {
        if Command::new("turnserver")
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_err()
        {
            println!("skipped: coturn is not installed (`turnserver` on Debian: package `coturn`)");
            return None;
        }
        let Ok([tcp, tls]) = free_ports(address) else {
            println!("skipped: this machine has no address {address}");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let authority = write_certificates(folder.path(), address);
        let at = |name: &str| folder.path().join(name);
        let child = Command::new("turnserver")
            .args(["-n", "--no-cli", "--no-udp", "--no-dtls", "--lt-cred-mech", "--allow-loopback-peers"])
            .args(["--realm", "clinic.example", "--user", &format!("{USER}:{PASSWORD}")])
            .args(["--listening-ip", &address.to_string(), "--relay-ip", "127.0.0.1"])
            .args(["--listening-port", &tcp.to_string(), "--tls-listening-port", &tls.to_string()])
            .arg("--cert")
            .arg(at("cert.pem"))
            .arg("--pkey")
            .arg(at("key.pem"))
            .arg("--userdb")
            .arg(at("turndb"))
            .arg("--pidfile")
            .arg(at("pid"))
            .args(["--log-file", "stdout", "--verbose"])
            .stdout(File::create(at("log")).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { tcp, tls, authority, child, folder };
        server.wait_for([tcp, tls].map(|port| SocketAddr::new(address, port)));
        Some(server)
    }

    /// Trusts the server's own authority and nobody else.
    pub fn trust(&self) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder =
            ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
    }

    /// How many allocations it has given so far.
    pub fn allocations(&self) -> usize {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap();
        log.lines().filter(|line| line.contains("ALLOCATE processed, success")).count()
    }

    fn wait_for(&self, addresses: [SocketAddr; 2]) {
        for address in addresses {
            let up = (0..200).any(|_| {
                std::thread::sleep(Duration::from_millis(50));
                TcpStream::connect(address).is_ok()
            });
            assert!(up, "coturn did not start");
        }
    }
}

impl Drop for TurnServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_ports(address: IpAddr) -> std::io::Result<[u16; 2]> {
    let listeners = [TcpListener::bind((address, 0))?, TcpListener::bind((address, 0))?];
    let [one, two] = listeners.map(|listener| listener.local_addr().map(|address| address.port()));
    Ok([one?, two?])
}

/// An authority and a certificate of it for the server; gives the authority's.
fn write_certificates(folder: &Path, address: IpAddr) -> CertificateDer<'static> {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned(), address.to_string()];
    let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
    std::fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    issuer.der().clone()
}
