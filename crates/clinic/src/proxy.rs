//! Whose address a request has when a reverse proxy is before the server.
//!
//! Limits count by address. Without this everybody behind the proxy would share one, and a stranger who guesses would
//! lock everybody else out. Only proxies that the clinic names are believed.

use axum::extract::{ConnectInfo, Request};
use std::net::{IpAddr, SocketAddr};

/// The header in which proxies add the address that they have heard a request from, after those they were told.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Gives the request the address of whoever asked the proxy, if the proxy is one of these.
pub(crate) fn unproxied(mut request: Request, proxies: &[IpAddr]) -> Request {
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|from| from.0);
    if let Some(from) = from.filter(|from| proxies.contains(&from.ip().to_canonical())) {
        let told =
            request.headers().get_all(FORWARDED_FOR).into_iter().filter_map(|value| value.to_str().ok());
        let chain: Vec<&str> = told.flat_map(|value| value.split(',')).map(str::trim).collect();
        if let Some(asker) = asker(&chain, proxies) {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(asker, from.port())));
        }
    }
    request
}

/// The last address that is no proxy of the clinic's: what stands before it, anybody can write.
fn asker(chain: &[&str], proxies: &[IpAddr]) -> Option<IpAddr> {
    let mut addresses = chain.iter().rev().map_while(|address| address.parse::<IpAddr>().ok());
    addresses.find(|address| !proxies.contains(&address.to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    const PROXY: [u8; 4] = [127, 0, 0, 1];

    fn seen(from: [u8; 4], headers: &[&str]) -> IpAddr {
        let mut request = Request::builder();
        for value in headers {
            request = request.header(FORWARDED_FOR, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((from, 5000))));
        let request = unproxied(request, &[PROXY.into()]);
        request.extensions().get::<ConnectInfo<SocketAddr>>().unwrap().0.ip()
    }

    #[test]
    fn a_named_proxy_is_believed_and_nobody_else() {
        let (asker, other): (IpAddr, IpAddr) = ([203, 0, 113, 7].into(), [198, 51, 100, 1].into());
        assert_eq!(seen(PROXY, &["203.0.113.7"]), asker);
        assert_eq!(seen([198, 51, 100, 1], &["203.0.113.7"]), other, "it could write anything");
    }

    #[test]
    fn what_the_asker_has_written_itself_counts_for_nothing() {
        let asker: IpAddr = [203, 0, 113, 7].into();
        assert_eq!(seen(PROXY, &["10.0.0.1, 203.0.113.7"]), asker);
        assert_eq!(seen(PROXY, &["10.0.0.1", "203.0.113.7, 127.0.0.1"]), asker);
        for nonsense in [&[][..], &["unknown"], &["203.0.113.7, unknown"], &["127.0.0.1"]] {
            assert_eq!(seen(PROXY, nonsense), IpAddr::from(PROXY), "{nonsense:?}");
        }
    }
}
