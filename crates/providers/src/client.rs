//! The two HTTP clients under everything: one that goes out, one that stays on this computer.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use reqwest::dns::Resolve;
use url::{Host, Url};

/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an idle connection is kept. Short, because a submit over one that the other side has
/// just dropped ends in doubt.
const POOL_IDLE: Duration = Duration::from_secs(15);

/// The client for everything that must not see a key: downloads and presigned uploads.
///
/// Follows no redirect (whoever downloads checks each hop), retries nothing, keeps no cookie, and
/// goes through the system's proxy. For addresses on this computer use [`bare_client_for`].
pub fn bare_client() -> &'static reqwest::Client {
    static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| build(false, None));
    &CLIENT
}

/// [`bare_client`], or its twin without a proxy for an address on this computer: no proxy could
/// reach our own loopback.
pub fn bare_client_for(url: &Url) -> &'static reqwest::Client {
    static HERE: LazyLock<reqwest::Client> = LazyLock::new(|| build(true, None));
    if on_this_computer(url) { &HERE } else { bare_client() }
}

/// A client that stays here, or one that goes out, with its own way of resolving names if it has one.
pub(crate) fn build(here: bool, names: Option<Arc<dyn Resolve>>) -> reqwest::Client {
    // Fails only when the host has installed a provider already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("Rushes/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(POOL_IDLE);
    if here {
        builder = builder.no_proxy();
    }
    if let Some(names) = names {
        builder = builder.dns_resolver(names);
    }
    builder.build().expect("a client with fixed settings builds")
}

/// Whether the URL names this computer by `localhost` or a loopback address.
pub(crate) fn on_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}
