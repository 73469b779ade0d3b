//! The built-in sandbox: WaveSpeed's dialect on this computer, free of charge. The host that starts
//! it knows its address.

use std::sync::LazyLock;

use crate::manifest::Manifest;
use crate::wavespeed::WaveSpeed;

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    Manifest::parse(include_str!("provider.toml"), include_str!("models.toml"))
        .expect("the bundled sandbox manifest reads")
});

/// The sandbox.
pub(crate) static SANDBOX: WaveSpeed = WaveSpeed::speaking_for(&MANIFEST);
