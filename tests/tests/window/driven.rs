//! A window under WebKit's driver, and the home it works in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions, MouseActions, PointerAction};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

/// The window's program.
pub(crate) const PROGRAM: &str = "rushes-studio";

const CONTROL: char = '\u{e009}';
const ENTER: char = '\u{e007}';
const PAUSE: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that this workspace built, beside this test.
pub(crate) fn program(name: &str) -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let folder = here.parent().and_then(Path::parent).unwrap();
    let program = folder.join(name);
    assert!(program.exists(), "{} is built with the workspace", program.display());
    program
}

/// The folders of one user.
pub(crate) struct Home(tempfile::TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        vec![
            // Whoever runs this may speak another language.
            ("LC_ALL", "C.UTF-8".into()),
            ("LANGUAGE", PathBuf::new()),
            ("RUSHES_DATA", self.at("data")),
            ("RUSHES_LIBRARY", self.at("library")),
            ("RUSHES_SANDBOX_LEDGER", self.at("ledger.jsonl")),
            ("RUSHES_SANDBOX_IMAGE_MS", "200".into()),
            ("RUSHES_SANDBOX_VIDEO_MS", "4000".into()),
        ]
    }

    /// How many finished files of each kind the library has; sidecars are left out.
    pub(crate) fn files(&self) -> BTreeMap<String, usize> {
        let mut kinds = BTreeMap::new();
        let mut folders = vec![self.at("library")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                let hidden = path.file_name().unwrap().to_string_lossy().starts_with('.');
                let kind = path.extension().unwrap_or_default().to_string_lossy().into_owned();
                match () {
                    () if hidden => {}
                    () if path.is_dir() => folders.push(path),
                    () if kind == "json" => {}
                    () => *kinds.entry(kind).or_default() += 1,
                }
            }
        }
        kinds
    }

    /// The process that has the records open.
    fn engine(&self) -> Option<u64> {
        let note = std::fs::read(self.at("data/door.json")).ok()?;
        serde_json::from_slice::<Value>(&note).ok()?["pid"].as_u64()
    }

    /// Waits for a window after this one; answers with its process.
    pub(crate) async fn until_open(&self, after: u64) -> u64 {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(pid) = self.engine().filter(|pid| *pid != after && is_window(*pid)) {
                return pid;
            }
            assert!(Instant::now() < end, "no window came after {after}");
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn ledger(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.at("ledger.jsonl")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// How many tasks the sandbox was asked to make.
    pub(crate) fn created(&self) -> usize {
        self.ledger().iter().filter(|entry| entry["kind"] == "create").count()
    }

    pub(crate) async fn until(&self, what: &str, fine: impl Fn(&[Value]) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !fine(&self.ledger()) {
            assert!(Instant::now() < end, "gave up waiting: {what}: {:?}", self.ledger());
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// A picture of 64 by 48 that is not in the library.
    pub(crate) fn picture(&self, name: &str) -> PathBuf {
        let path = self.at(name);
        let drawn = std::process::Command::new("convert-im6.q16")
            .args(["-size", "64x48", "gradient:orange-navy"])
            .arg(&path)
            .status();
        assert!(drawn.unwrap().success());
        path
    }
}

fn is_window(pid: u64) -> bool {
    // A program that has ended leaves its folder for a while, but no link to itself.
    std::fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|program| program.ends_with(PROGRAM))
}

/// A running window. The driver would leave it behind, so it ends with the test.
pub(crate) struct Driven {
    client: Client,
    driver: Child,
    pid: u64,
}

impl Driven {
    /// Starts the window in this home and waits until its page is there.
    pub(crate) async fn open(home: &Home) -> Self {
        Self::open_with(home, []).await
    }

    /// The same, told of more than its home.
    pub(crate) async fn open_with(
        home: &Home,
        told: impl IntoIterator<Item = (&'static str, PathBuf)>,
    ) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("WebKitWebDriver")
            .args([&format!("--port={port}"), "--host=127.0.0.1"])
            .envs(home.environment())
            .envs(told)
            .envs([("TAURI_AUTOMATION", "true"), ("TAURI_WEBVIEW_AUTOMATION", "true")])
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let end = Instant::now() + PATIENCE;
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(Instant::now() < end, "the driver did not start");
            tokio::time::sleep(PAUSE).await;
        }
        let options = json!({ "binary": program(PROGRAM), "args": [] });
        let wishes = json!({ "webkitgtk:browserOptions": options }).as_object().unwrap().clone();
        let address = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let connecting = builder.capabilities(wishes).connect(&address);
        let client = tokio::time::timeout(PATIENCE, connecting).await;
        let client = client.expect("the window starts; is another one running?").unwrap();
        let mut window = Self { client, driver, pid: 0 };
        window.until_there().await;
        window.run("window.broken = []; addEventListener('securitypolicyviolation', e => window.broken.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`))").await;
        window.pid = home.engine().unwrap();
        window
    }

    async fn until_there(&self) {
        let there = "return document.querySelector('#prompt') !== null";
        self.until("the page is there", there, PATIENCE, |there| there == &json!(true)).await;
    }

    /// Loads the page anew.
    pub(crate) async fn reload(&self) {
        self.client.refresh().await.unwrap();
        self.until_there().await;
    }

    /// Waits until the program is gone by itself.
    pub(crate) async fn until_gone(&self) {
        let end = Instant::now() + PATIENCE;
        while self.is_running() {
            assert!(Instant::now() < end, "the program did not end");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Closes the window as its own button does, and waits until the program is gone.
    pub(crate) async fn close(mut self) {
        // The topmost of them. The window takes the driver's line with it, sometimes before the answer.
        let press =
            "[...document.querySelectorAll('[aria-label=\"Close the window\"]')].at(-1).click()";
        let answer = self.client.execute(press, Vec::new());
        let _ = tokio::time::timeout(Duration::from_secs(1), answer).await;
        self.until_gone().await;
        self.driver.start_kill().unwrap();
        self.driver.wait().await.unwrap();
    }

    pub(crate) async fn run(&self, script: &str) -> Value {
        let asked = tokio::time::timeout(PATIENCE, self.client.execute(script, Vec::new()));
        let Ok(answer) = asked.await else { panic!("no answer to: {script}") };
        answer.unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Minimises the window as its own button does. A driven click would wait for the next frame,
    /// and a window that is not seen draws none.
    pub(crate) async fn minimise(&self) {
        self.run("document.querySelector('[aria-label=Minimise]').click()").await;
        let hidden = "return document.hasFocus()";
        self.until("nobody looks at the window", hidden, PATIENCE, |focus| focus == &json!(false))
            .await;
    }

    /// Asks the page until it answers as it should.
    pub(crate) async fn until(
        &self,
        what: &str,
        script: &str,
        within: Duration,
        fine: impl Fn(&Value) -> bool,
    ) {
        let end = Instant::now() + within;
        loop {
            let answer = self.run(script).await;
            if fine(&answer) {
                return;
            }
            assert!(
                Instant::now() < end,
                "gave up waiting: {what}: {answer}\n{}",
                self.run("return document.body.innerText").await
            );
            tokio::time::sleep(PAUSE).await;
        }
    }

    pub(crate) async fn click(&self, css: &str) {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        found.unwrap_or_else(|e| panic!("{css}: {e}")).click().await.unwrap();
    }

    /// Clicks at a share of an element's width.
    pub(crate) async fn click_within(&self, css: &str, share: f64) {
        let element = self.client.find(Locator::Css(css)).await.unwrap();
        let (_, _, width, _) = element.rectangle().await.unwrap();
        let press = MouseActions::new("mouse".into())
            .then(PointerAction::MoveToElement {
                element,
                duration: None,
                x: width * (share - 0.5),
                y: 0.0,
            })
            .then(PointerAction::Down { button: 0 })
            .then(PointerAction::Up { button: 0 });
        self.client.perform_actions(press).await.unwrap();
    }

    /// The middle of an element, in CSS pixels.
    pub(crate) async fn middle_of(&self, css: &str) -> (f64, f64) {
        let place = self
            .run(&format!(
                "const r = document.querySelector('{css}').getBoundingClientRect();
                 return [r.x + r.width / 2, r.y + r.height / 2]"
            ))
            .await;
        (place[0].as_f64().unwrap(), place[1].as_f64().unwrap())
    }

    /// Goes to another screen by its name in the top bar.
    pub(crate) async fn go_to(&self, screen: &str) {
        self.run(&format!(
            "[...document.querySelectorAll('header nav button')].find((tab) => tab.textContent.includes('{screen}')).click()"
        ))
        .await;
    }

    /// Goes to a section of the settings.
    pub(crate) async fn go_to_settings(&self, section: &str) {
        self.run("document.querySelector('header [aria-label=Settings]').click()").await;
        self.press(section).await;
    }

    /// Presses the button that says this, as soon as there is one.
    pub(crate) async fn press(&self, words: &str) {
        // The answer goes first: what is pressed may end the window.
        let press = format!(
            "const button = [...document.querySelectorAll('button')].find((it) => it.innerText.trim() === '{words}');
             if (button) setTimeout(() => button.click(), 100);
             return button !== undefined"
        );
        self.until(words, &press, PATIENCE, |pressed| pressed == &json!(true)).await;
    }

    /// Runs a command as the page does.
    pub(crate) async fn call(&self, cmd: &str, payload: Value) -> Value {
        let invoke = "const [cmd, payload, done] = arguments;
             window.__TAURI_INTERNALS__.invoke('call', { cmd, payload }).then((answer) => done({ answer }), (error) => done({ error }))";
        let told = self.client.execute_async(invoke, vec![json!(cmd), payload]);
        let told = tokio::time::timeout(PATIENCE, told).await.expect("an answer").unwrap();
        assert_eq!(told["error"], Value::Null, "{cmd}");
        told["answer"].clone()
    }

    /// Chooses what to make.
    pub(crate) async fn choose(&self, modality: &str) {
        self.click(&format!("[role=radio][data-value={modality}]")).await;
    }

    /// Writes a prompt in place of any before, and presses Ctrl+Enter.
    pub(crate) async fn render(&self, prompt: &str) {
        let field = self.client.find(Locator::Css("#prompt")).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(prompt).await.unwrap();
        let send = KeyActions::new("keys".into())
            .then(KeyAction::Down { value: CONTROL })
            .then(KeyAction::Down { value: ENTER })
            .then(KeyAction::Up { value: ENTER })
            .then(KeyAction::Up { value: CONTROL });
        self.client.perform_actions(send).await.unwrap();
    }

    pub(crate) async fn windows(&self) -> Vec<Value> {
        self.client
            .windows()
            .await
            .unwrap()
            .iter()
            .map(|handle| json!(format!("{handle:?}")))
            .collect()
    }

    fn is_running(&self) -> bool {
        is_window(self.pid)
    }

    /// The window's process.
    pub(crate) fn pid(&self) -> u64 {
        self.pid
    }
}

impl Drop for Driven {
    fn drop(&mut self) {
        if self.is_running() {
            // Already gone is as good as ended.
            let _ = std::process::Command::new("kill").arg(self.pid.to_string()).status();
        }
    }
}
