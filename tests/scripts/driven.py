"""What the measuring programs share: a window or a browser under a WebDriver, and the sizes of processes."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request


# The longest that a script in a page may take, ms.
SCRIPT_MS = 600_000


def is_running(pid):
    """Whether there is such a process; one that has ended and was not asked about has no link to its program."""
    try:
        return bool(os.readlink(f"/proc/{pid}/exe"))
    except OSError:
        return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Driven:
    """A page under a WebDriver."""

    def __init__(self, driver, env, wishes):
        port = free_port()
        self.driver = subprocess.Popen([*driver, f"--port={port}"], env=env, stdout=subprocess.DEVNULL)
        self.base = f"http://127.0.0.1:{port}"
        until(lambda: socket.create_connection(("127.0.0.1", port), 0.2).close() or True)
        self.session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wishes}})["sessionId"]
        self.ask("POST", f"/session/{self.session}/timeouts", {"script": SCRIPT_MS})

    def ask(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data, {"content-type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=600) as answer:
            return json.load(answer)["value"]

    def run(self, script):
        return self.ask("POST", f"/session/{self.session}/execute/sync", {"script": script, "args": []})

    def wait(self, script):
        return self.ask("POST", f"/session/{self.session}/execute/async", {"script": script, "args": []})

    def send(self, prompt):
        found = self.ask("POST", f"/session/{self.session}/element", {"using": "css selector", "value": "#prompt"})
        element = next(iter(found.values()))
        self.ask("POST", f"/session/{self.session}/element/{element}/clear", {})
        self.ask("POST", f"/session/{self.session}/element/{element}/value", {"text": prompt})
        keys = [("keyDown", "\ue009"), ("keyDown", "\ue007"), ("keyUp", "\ue007"), ("keyUp", "\ue009")]
        strokes = [{"type": kind, "value": key} for kind, key in keys]
        actions = {"actions": [{"type": "key", "id": "keys", "actions": strokes}]}
        self.ask("POST", f"/session/{self.session}/actions", actions)

    def close(self):
        try:
            self.ask("DELETE", f"/session/{self.session}")
        finally:
            self.driver.terminate()
            self.driver.wait()


class Window(Driven):
    """The window under WebKit's driver, in folders of its own."""

    def __init__(self, programs, home, **more):
        env = dict(
            os.environ,
            TAURI_AUTOMATION="true",
            TAURI_WEBVIEW_AUTOMATION="true",
            RUSHES_DATA=f"{home}/data",
            RUSHES_LIBRARY=f"{home}/library",
            **more,
        )
        options = {"binary": str(programs / "rushes-studio"), "args": []}
        super().__init__(["WebKitWebDriver", "--host=127.0.0.1"], env, {"webkitgtk:browserOptions": options})
        until(lambda: self.run("return document.querySelector('#prompt') !== null"))
        self.pid = json.loads(pathlib.Path(f"{home}/data/door.json").read_text())["pid"]

    def close(self):
        super().close()
        # The driver leaves the program behind.
        if is_running(self.pid):
            os.kill(self.pid, signal.SIGTERM)
        until(lambda: not is_running(self.pid))


def until(fine, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if fine():
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise TimeoutError("gave up waiting")


def started_at(pid):
    """When a process began, in ms since 1970."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return (time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + ticks) * 1000


def tree(pid):
    yield pid
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        # A thread may end while it is looked at.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for child in (task / "children").read_text().split():
                yield from tree(int(child))


def pss_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0
