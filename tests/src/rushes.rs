//! The `rushes` command as a test runs it: folders of its own, nothing of the user's, no keychain.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// The longest a test waits for another process before it calls it hung.
const PATIENCE: Duration = Duration::from_secs(60);

/// The built command. It is built here, so that no test meets a stale one.
///
/// # Panics
/// When it does not build.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(given) = std::env::var_os("RUSHES_BIN") {
            return given.into();
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build
            .args(["build", "--quiet", "-p", "rushes-cli"])
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        assert!(build.status().expect("cargo runs").success(), "the command does not build");
        let test = std::env::current_exe().expect("a test has a path");
        let profile = test.parent().and_then(Path::parent).expect("tests lie in target/*/deps");
        profile.join(format!("rushes{}", std::env::consts::EXE_SUFFIX))
    })
}

/// A computer's worth of folders for one test.
pub struct Rushes {
    home: TempDir,
    env: Vec<(String, String)>,
}

/// What a finished run said.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; None when a signal ended it.
    pub code: Option<i32>,
    /// Every line of stdout as JSON, when all of them are.
    pub lines: Vec<Value>,
    /// Stdout as it came.
    pub stdout: String,
    /// Stderr as it came.
    pub stderr: String,
}

impl Default for Rushes {
    fn default() -> Self {
        Self::new()
    }
}

impl Rushes {
    /// Fresh folders; sandbox pictures take no time and clips a second.
    pub fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder for a test");
        let rushes = Self { home, env: Vec::new() };
        let ledger = rushes.ledger_file().display().to_string();
        rushes
            .with("RUSHES_SANDBOX_IMAGE_MS", "0")
            .with("RUSHES_SANDBOX_VIDEO_MS", "1000")
            .with("RUSHES_SANDBOX_LEDGER", ledger)
    }

    /// The same with a variable set.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.into(), value.into()));
        self
    }

    /// A folder for the test's own files.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.home().join("data")
    }

    /// The media folder.
    pub fn library(&self) -> PathBuf {
        self.home().join("library")
    }

    /// Where the embedded sandbox writes what it made and took.
    pub fn ledger_file(&self) -> PathBuf {
        self.home().join("ledger.jsonl")
    }

    /// Writes a file of the test's own; answers its path as an argument.
    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        use std::io::Write;

        let path = self.home().join(name);
        std::fs::File::create(&path).and_then(|mut f| f.write_all(bytes)).expect("a test file");
        path.display().to_string()
    }

    /// The command with its folders, ready to run.
    pub fn command(&self, args: &[&str]) -> Command {
        self.command_under(&[], args)
    }

    /// The command as another program starts it: `launcher` is that program with its own arguments.
    pub fn command_under(&self, launcher: &[&str], args: &[&str]) -> Command {
        let mut words = launcher.iter().map(OsStr::new).chain([binary().as_os_str()]);
        let mut command = Command::new(words.next().expect("there is at least the command"));
        command.args(words).env_clear().current_dir(self.home()).args(args);
        for name in ["PATH", "SYSTEMROOT", "RUSHES_LOG", "TMPDIR"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command
            .env("HOME", self.home())
            .env("RUSHES_DATA", self.data())
            .env("RUSHES_LIBRARY", self.library())
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.start(args).end()
    }

    /// Runs it with `--json` to its end.
    pub fn json(&self, args: &[&str]) -> Ran {
        self.run(&[&["--json"], args].concat())
    }

    /// Starts it.
    pub fn start(&self, args: &[&str]) -> Running {
        Running(Some(self.command(args).spawn().expect("the command starts")))
    }

    /// The lines of the embedded sandbox's ledger of one kind: `create`, `settle`, `refund`.
    pub fn ledger(&self, kind: &str) -> Vec<Value> {
        ledger(&self.ledger_file(), kind)
    }
}

/// The lines of a ledger of one kind.
pub fn ledger(file: &Path, kind: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| line["kind"] == kind).collect()
}

/// Waits until something is so in another process.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "gave up waiting until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A run that was started. Dropping it kills it.
pub struct Running(Option<Child>);

impl Running {
    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        self.child().try_wait().expect("a child's state").is_none()
    }

    /// Its process id.
    pub fn id(&mut self) -> u32 {
        self.child().id()
    }

    /// Sends it a signal by name, e.g. `INT`.
    #[cfg(unix)]
    pub fn signal(&mut self, name: &str) {
        let id = self.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &id]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(mut self) {
        let child = self.child();
        // It may have ended by itself just now.
        let _ = child.kill();
        child.wait().expect("a killed child ends");
    }

    /// Waits for its end.
    pub fn end(mut self) -> Ran {
        let child = self.0.take().expect("it was not ended before");
        let output = child.wait_with_output().expect("a child ends");
        output.into()
    }

    /// Reads its first line of stdout, while it goes on.
    pub fn first_line(&mut self) -> String {
        use std::io::Read;

        let stdout = self.child().stdout.as_mut().expect("stdout is piped");
        let mut line = Vec::new();
        let mut byte = [0];
        // Byte by byte, so that nothing of the later lines is taken.
        while stdout.read(&mut byte).expect("stdout reads") == 1 && byte != *b"\n" {
            line.extend(byte);
        }
        String::from_utf8(line).expect("stdout is text")
    }

    fn child(&mut self) -> &mut Child {
        self.0.as_mut().expect("it was not ended before")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let lines = stdout.lines().map(serde_json::from_str).collect::<Result<_, _>>();
        Self {
            code: output.status.code(),
            lines: lines.unwrap_or_default(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            stdout,
        }
    }
}

impl Ran {
    /// The one line of JSON, after a run that had to end with this code.
    #[track_caller]
    pub fn one(self, code: i32) -> Value {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        match <[Value; 1]>::try_from(self.lines) {
            Ok([line]) => line,
            Err(lines) => panic!("not one line but {}: {}", lines.len(), self.stdout),
        }
    }

    /// All lines of JSON, after a run that had to end with this code.
    #[track_caller]
    pub fn all(self, code: i32) -> Vec<Value> {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self.lines
    }
}
