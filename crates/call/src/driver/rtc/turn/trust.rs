//! Which certificates of TURN servers are trusted.

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The TLS configuration of a call: its owner's, or what the operating system trusts, which is read once it is needed.
#[derive(Clone, Default)]
pub(in super::super::super) struct Trust(Arc<OnceLock<Arc<ClientConfig>>>);

impl Trust {
    pub(in super::super::super) fn new(given: Option<Arc<ClientConfig>>) -> Self {
        Self(Arc::new(given.map(OnceLock::from).unwrap_or_default()))
    }

    pub(super) fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(self.0.get_or_init(|| Arc::new(system())))
    }
}

/// A system without any authority trusts nobody.
fn system() -> ClientConfig {
    let provider = Arc::new(default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("the provider speaks TLS 1.2 and 1.3");
    match Verifier::new(provider) {
        Ok(verifier) => {
            let verifier: Arc<dyn ServerCertVerifier> = Arc::new(verifier);
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
        }
        Err(_) => builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth(),
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trust")
    }
}
