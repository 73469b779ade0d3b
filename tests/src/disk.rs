//! A disk of a test's own, which can be full.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::rushes::until;

/// A small disk at a folder.
pub struct Disk(PathBuf);

impl Disk {
    /// With what the folder has, but for the room that was kept back on a larger disk. None where nobody may
    /// mount one; the folder is as before then.
    ///
    /// # Panics
    /// When the folder can't be copied.
    pub fn at(folder: &Path, bytes: u64) -> Option<Self> {
        let kept = folder.with_extension("kept");
        std::fs::rename(folder, &kept).expect("a folder can be put aside");
        std::fs::create_dir(folder).expect("a folder to mount at");
        let size = format!("size={bytes},mode=700");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).output();
        let disk = mounted.is_ok_and(|ran| ran.status.success()).then(|| Self(folder.to_owned()));
        let _ = std::fs::remove_file(kept.join("studio.reserve"));
        let copied = Command::new("cp").arg("-a").arg(kept.join(".")).arg(folder).status();
        assert!(copied.expect("cp runs").success(), "what the folder has fits on the disk");
        disk
    }

    /// Fills it but for so many bytes, with a file that can be removed.
    ///
    /// # Panics
    /// When it can't be filled.
    pub fn fill(&self, left: u64) -> PathBuf {
        let ballast = self.0.join(".ballast");
        // Whoever works on it meanwhile may take what was free a moment ago.
        until("the disk is filled", || {
            let told = Command::new("df").args(["--output=avail", "-B1"]).arg(&self.0).output();
            let told = String::from_utf8(told.expect("df runs").stdout).expect("df writes text");
            let free: u64 = told.lines().nth(1)?.trim().parse().ok()?;
            let length = format!("--length={}", free.saturating_sub(left));
            let filled = Command::new("fallocate").arg(length).arg(&ballast).status();
            let filled = filled.expect("fallocate runs");
            filled.success().then_some(())
        });
        ballast
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A disk that is still busy goes when the last file is closed.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
