//! HTTPS and WSS trust the same authorities, and a foreign certificate is told apart from a dead server.
#![allow(clippy::unwrap_used)]

mod common;

use common::{TOKEN, quick, soon};
use consilium_client::{BadAnswer, ClientError, Endpoint, Server, SubscriptionEvent, Trust};
use consilium_model::Status;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_tungstenite::tungstenite::Message;
use url::Url;

struct Clinic {
    address: SocketAddr,
    authority: Vec<u8>,
}

/// A server with a certificate for `name` from an authority of its own.
async fn clinic(name: &str) -> Clinic {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();

    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let chain = vec![certificate.der().clone()];
    let config = builder.with_no_client_auth().with_single_cert(chain, key).unwrap();

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(accept(listener, TlsAcceptor::from(Arc::new(config))));
    Clinic { address, authority: issuer.der().to_vec() }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor) {
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        let acceptor = acceptor.clone();
        tokio::spawn(async move { talk(socket, acceptor).await });
    }
}

/// Enough of HTTP for one `start`, and of WebSocket for one status.
async fn talk(socket: TcpStream, acceptor: TlsAcceptor) -> Option<()> {
    let mut first = [0; 3];
    let mut tls = acceptor.accept(socket).await.ok()?;
    tls.read_exact(&mut first).await.ok()?;
    if &first == b"POS" {
        let body = r#"{"status":"OK","newConferenceStatus":"started"}"#;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        let mut request = [0; 4096];
        let _ = tls.read(&mut request).await.ok()?;
        tls.write_all(format!("{head}{body}").as_bytes()).await.ok()?;
        return tls.shutdown().await.ok();
    }
    let replay = std::io::Cursor::new(first.to_vec());
    let (read, write) = tokio::io::split(tls);
    let stream = tokio::io::join(replay.chain(read), write);
    let mut socket = tokio_tungstenite::accept_async(stream).await.ok()?;
    let news = r#"{"path":"change_status_callback","newStatus":"finished"}"#;
    futures_util::SinkExt::send(&mut socket, Message::text(news)).await.ok()?;
    while let Some(Ok(_)) = futures_util::StreamExt::next(&mut socket).await {}
    Some(())
}

fn server(address: SocketAddr, host: &str, trust: &Trust) -> Server {
    let base = Url::parse(&format!("https://{host}:{}", address.port())).unwrap();
    Server::with(Endpoint::new(&base).unwrap(), quick(), trust).unwrap()
}

async fn start(server: &Server) -> Result<Status, ClientError> {
    soon(server.medme(TOKEN.into()).step(consilium_client::Step::Start)).await
}

#[tokio::test]
async fn a_clinics_own_authority_serves_both_ways() {
    let clinic = clinic("localhost").await;
    let trust = Trust::system_and([clinic.authority]).unwrap();
    let server = server(clinic.address, "localhost", &trust);
    assert_eq!(start(&server).await, Ok(Status::Started));
    let mut news = server.subscribe(TOKEN.into());
    assert_eq!(soon(news.next()).await, Some(SubscriptionEvent::Connected));
    assert_eq!(soon(news.next()).await, Some(SubscriptionEvent::Status(Status::Finished)));
}

#[tokio::test]
async fn an_unknown_authority_is_not_trusted() {
    let clinic = clinic("localhost").await;
    let server = server(clinic.address, "localhost", &Trust::system());
    assert_eq!(start(&server).await, Err(ClientError::Certificate));
    let mut news = server.subscribe(TOKEN.into());
    assert_eq!(soon(news.next()).await, Some(SubscriptionEvent::Lost));
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_trusted() {
    let clinic = clinic("elsewhere.example").await;
    let trust = Trust::system_and([clinic.authority]).unwrap();
    let error = start(&server(clinic.address, "localhost", &trust)).await.unwrap_err();
    assert_eq!(error, ClientError::Certificate);
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_server_without_tls_is_not_a_question_of_trust() {
    let plain = common::serve(axum::Router::new()).await;
    let error = start(&server(plain, "localhost", &Trust::system())).await.unwrap_err();
    assert_eq!(error, ClientError::BadAnswer(BadAnswer::NoTls));
}

#[test]
fn an_authority_has_to_be_a_certificate() {
    assert!(Trust::system_and([b"nonsense".to_vec()]).is_err());
}
