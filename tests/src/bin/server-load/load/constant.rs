//! The yardstick: what the same HTTP stack costs when there is nothing to find out.

use anyhow::Result;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use axum::serve::ListenerExt;
use bytes::Bytes;
use std::net::Ipv4Addr;
use tokio::net::TcpListener;

/// Serves an answer of `length` bytes at the path of `info`, until the process is ended.
pub(super) fn serve(length: usize) -> Result<()> {
    // The same runtime and the same socket options as in `clinic-server`.
    tokio::runtime::Runtime::new()?.block_on(async {
        let answer = Bytes::from(vec![b'1'; length]);
        let route = get(async move || ([(CONTENT_TYPE, "application/json")], answer.clone()));
        let router = Router::new().route(super::info::PATH, route);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        eprintln!("port={}", listener.local_addr()?.port());
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        Ok(axum::serve(listener, router).await?)
    })
}
