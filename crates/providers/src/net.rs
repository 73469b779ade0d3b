//! How requests leave this computer: over the wire in the program, through a model of it in
//! simulations.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::client::{bare_client_for, build, on_this_computer};

/// A way out.
#[async_trait]
pub trait Net: Send + Sync + 'static {
    /// Sends to an address that the user or a manifest chose.
    async fn send(&self, request: reqwest::Request) -> Result<reqwest::Response, Broken>;

    /// Fetches from an address that a provider named: never from one inside the user's network.
    async fn fetch(&self, request: reqwest::Request) -> Result<reqwest::Response, Broken>;
}

/// How far a request got that was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// It could not even be written.
    Unwritten,
    /// No connection stood: no byte of it left.
    Nowhere,
    /// It left, and time ran out.
    TimedOut,
    /// It left, perhaps in part, and the line broke.
    Cut,
}

/// A request without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// How far it got.
    pub reached: Reached,
    /// The causes, without the URL, which may be signed.
    pub causes: String,
}

impl From<reqwest::Error> for Broken {
    fn from(error: reqwest::Error) -> Self {
        let reached = if error.is_builder() {
            Reached::Unwritten
        } else if error.is_connect() {
            Reached::Nowhere
        } else if error.is_timeout() {
            Reached::TimedOut
        } else {
            Reached::Cut
        };
        let mut causes = Vec::new();
        let mut next = std::error::Error::source(&error);
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        Self { reached, causes: crate::redact::redact(&causes.join(": "), &[]) }
    }
}

/// The wire itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wired;

#[async_trait]
impl Net for Wired {
    async fn send(&self, request: reqwest::Request) -> Result<reqwest::Response, Broken> {
        Ok(bare_client_for(request.url()).execute(request).await?)
    }

    async fn fetch(&self, request: reqwest::Request) -> Result<reqwest::Response, Broken> {
        static GUARDED: LazyLock<reqwest::Client> =
            LazyLock::new(|| build(false, Some(Arc::new(Guard::from_environment()))));
        let client =
            if on_this_computer(request.url()) { bare_client_for(request.url()) } else { &GUARDED };
        Ok(client.execute(request).await?)
    }
}

/// Whether a URL names its host by an address that no download may go to. Names are checked when
/// they are resolved.
pub fn inside(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => !is_public(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => !is_public(IpAddr::V6(ip)),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
        None => true,
    }
}

/// Resolves names and keeps back every address inside the user's network, so that a provider's
/// link cannot reach what only this computer can. The connection goes to the checked address.
struct Guard {
    /// The user's own proxies may well stand inside.
    proxies: Vec<String>,
}

impl Guard {
    fn from_environment() -> Self {
        let names =
            ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
        let host = |value: String| {
            let url = if value.contains("://") { value } else { format!("http://{value}") };
            Url::parse(&url).ok().and_then(|url| url.host_str().map(str::to_ascii_lowercase))
        };
        Self {
            proxies: names
                .into_iter()
                .filter_map(|n| std::env::var(n).ok())
                .filter_map(host)
                .collect(),
        }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let open = self.proxies.iter().any(|proxy| proxy.eq_ignore_ascii_case(name.as_str()));
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> =
                found.into_iter().filter(|at| open || is_public(at.ip())).collect();
            if allowed.is_empty() {
                return Err("the name leads to an address inside this network".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is out on the internet (IANA's special-purpose registries, 2026).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b));
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let embedded =
        |high: u16, low: u16| is_public_v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    match ip.segments() {
        // Translation prefixes lead to the IPv4 address inside.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => embedded(high, low),
        // Only 2000::/3 is given out; 2001::/23 and the documentation prefixes are special in it.
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        [0x3fff, second, ..] => second >= 0x1000,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn addresses_inside_are_told_from_those_outside() {
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "100::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.0.1",
            "100.128.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn every_spelling_of_an_inner_address_is_seen() {
        for url in [
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "http://[::ffff:7f00:1]/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://a.localhost/",
            "https://169.254.169.254/latest",
            "https://0/",
            "file:///etc/passwd",
        ] {
            assert!(inside(&Url::parse(url).unwrap()), "{url}");
        }
        assert!(!inside(&Url::parse("https://cdn.example.com/a.png").unwrap()));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        let guard = Guard { proxies: vec![] };
        assert!(guard.resolve("localhost".parse().unwrap()).await.is_err());
        let own_proxy = Guard { proxies: vec!["LOCALHOST".into()] };
        assert!(own_proxy.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
