//! Which certificates are trusted: those of the operating system, so that a clinic's own authority works once the
//! administrator has installed it. HTTP and WebSockets share one configuration.

use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls_platform_verifier::Verifier;
use std::fmt;
use std::sync::Arc;

/// The TLS configuration of a [`crate::Server`].
#[derive(Clone)]
pub struct Trust(Arc<ClientConfig>);

/// The bytes are not a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a certificate")]
pub struct BadCertificate;

impl Trust {
    /// What the operating system trusts. A system without any authority trusts nobody.
    pub fn system() -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        match Verifier::new(provider.clone()) {
            Ok(verifier) => Self::verified_by(verifier, provider),
            Err(_) => Self::nobody(provider),
        }
    }

    /// What the operating system trusts, and these authorities (DER).
    pub fn system_and(authorities: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, BadCertificate> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let extra = authorities.into_iter().map(CertificateDer::from);
        let verifier = Verifier::new_with_extra_roots(extra, provider.clone()).map_err(|_| BadCertificate)?;
        Ok(Self::verified_by(verifier, provider))
    }

    fn verified_by(verifier: Verifier, provider: Arc<rustls::crypto::CryptoProvider>) -> Self {
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider speaks TLS 1.2 and 1.3");
        let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
        Self(Arc::new(builder.with_no_client_auth()))
    }

    fn nobody(provider: Arc<rustls::crypto::CryptoProvider>) -> Self {
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider speaks TLS 1.2 and 1.3");
        Self(Arc::new(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()))
    }

    pub(crate) fn config(&self) -> Arc<ClientConfig> {
        self.0.clone()
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trust")
    }
}
