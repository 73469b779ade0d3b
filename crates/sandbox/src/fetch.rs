//! The pictures that inputs point at.

use bytes::{Bytes, BytesMut};
use url::Url;

use crate::task::Failure;
use crate::world::World;

/// The largest reference that is fetched, in bytes.
const LIMIT: usize = 64 * 1024 * 1024;

/// The bytes behind a reference. The sandbox's own uploads and outputs are taken from the shelf, whatever port
/// they were named under; anything else is fetched over HTTP.
pub(crate) async fn reference(world: &World, url: &str) -> Result<Bytes, Failure> {
    let url = Url::parse(url).map_err(|_| Failure::UNREACHABLE)?;
    if is_loopback(&url)
        && let Some(bytes) = own(world, &url)
    {
        return Ok(bytes);
    }
    fetch(world, url).await.map_err(|error| {
        tracing::debug!(%error, "a reference could not be fetched");
        Failure::UNREACHABLE
    })
}

fn own(world: &World, url: &Url) -> Option<Bytes> {
    let mut path = url.path_segments()?;
    match (path.next()?, path.next()?) {
        ("in", token) => world.uploads.bytes(token),
        ("media", token) => {
            let running = world.tasks.find_by_token(token)?;
            if world.is_url_alive(&running.task()) { world.tasks.output(&running) } else { None }
        }
        _ => None,
    }
}

async fn fetch(world: &World, url: Url) -> Result<Bytes, Box<dyn std::error::Error + Send + Sync>> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only http and https URLs are fetched".into());
    }
    let mut answer = world.client.get(url).send().await?.error_for_status()?;
    let mut bytes = BytesMut::new();
    while let Some(part) = answer.chunk().await? {
        if bytes.len() + part.len() > LIMIT {
            return Err("too large".into());
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes.freeze())
}

/// Whether a URL stays on this computer.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
