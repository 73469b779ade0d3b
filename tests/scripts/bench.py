#!/usr/bin/python3
"""bench.py FOLDER: measures the programs in FOLDER at the desk it is started at, and prints what it found."""
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

PROGRAMS = pathlib.Path(sys.argv[1]).absolute()
IMAGE_MS = 500
RENDERS = 10
STARTS = 5


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


class Window:
    """The window under WebKit's driver, in folders of its own."""

    def __init__(self, home):
        port = free_port()
        env = dict(
            os.environ,
            TAURI_AUTOMATION="true",
            TAURI_WEBVIEW_AUTOMATION="true",
            RUSHES_DATA=f"{home}/data",
            RUSHES_LIBRARY=f"{home}/library",
            RUSHES_SANDBOX_IMAGE_MS=str(IMAGE_MS),
        )
        self.driver = subprocess.Popen(
            ["WebKitWebDriver", f"--port={port}", "--host=127.0.0.1"], env=env, stdout=subprocess.DEVNULL
        )
        self.base = f"http://127.0.0.1:{port}"
        until(lambda: socket.create_connection(("127.0.0.1", port), 0.2).close() or True)
        options = {"binary": str(PROGRAMS / "rushes-studio"), "args": []}
        wishes = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        self.session = self.ask("POST", "/session", {"capabilities": wishes})["sessionId"]
        until(lambda: self.run("return document.querySelector('#prompt') !== null"))
        self.pid = json.loads(pathlib.Path(f"{home}/data/door.json").read_text())["pid"]

    def ask(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data, {"content-type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
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
        for child in (task / "children").read_text().split():
            yield from tree(int(child))


def pss_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0


def first_paint():
    home = tempfile.mkdtemp()
    times = []
    for _ in range(STARTS):
        window = Window(home)
        script = "return performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0].startTime"
        until(lambda: window.run("return performance.getEntriesByName('first-contentful-paint').length > 0"))
        times.append(window.run(script) - started_at(window.pid))
        window.close()
    shutil.rmtree(home)
    print(f"start to first paint    {statistics.median(times):6.0f} ms median of {STARTS}, first {times[0]:.0f} ms")


# Resolves with the time from Ctrl+Enter to the moment the new picture's bytes are in its tile.
TILE = """
const done = arguments[arguments.length - 1]
const before = window.known
const look = () => {
  const drawn = [...document.querySelectorAll('[data-print] img')].filter((i) => i.complete && i.naturalWidth > 0)
  if (drawn.length > before) { window.known = drawn.length; done(performance.now() - window.sentAt) }
  else requestAnimationFrame(look)
}
look()
"""


def overhead_and_memory():
    home = tempfile.mkdtemp()
    window = Window(home)
    window.run(
        "window.known = 0; addEventListener('keydown', (e) => {"
        " if (e.ctrlKey && e.key === 'Enter') window.sentAt = performance.now() }, true)"
    )
    times = []
    for n in range(RENDERS):
        window.send(f"a lighthouse at dusk, number {n}")
        times.append(window.wait(TILE) - IMAGE_MS)
    sizes = [pss_mb(pid) for pid in tree(window.pid)]
    window.close()
    shutil.rmtree(home)
    print(
        f"render to tile          {statistics.median(times):6.0f} ms over the sandbox's {IMAGE_MS} ms,"
        f" median of {RENDERS}, worst {max(times):.0f} ms"
    )
    print(f"memory (PSS)            {sum(sizes):6.0f} MB in {len(sizes)} processes, after {RENDERS} renders")


def thumbnails():
    for kind in ("jpg", "png"):
        folder = pathlib.Path(tempfile.mkdtemp())
        for n in range(12):
            drawn = ["convert-im6.q16", "-size", "2048x2048", "-seed", str(n), "plasma:fractal"]
            subprocess.run([*drawn, "-quality", "92", folder / f"{n}.{kind}"], check=True)
        files = sorted(folder.glob(f"*.{kind}"))
        ours = subprocess.run([PROGRAMS / "examples/thumbnails", folder], check=True, capture_output=True, text=True)
        start = time.monotonic()
        halves = [
            subprocess.Popen(["vipsthumbnail", "-s", "512", "-o", folder / "v-%s.jpg", *half], stderr=subprocess.DEVNULL)
            for half in (files[::2], files[1::2])
        ]
        for half in halves:
            half.wait()
        theirs = len(files) / (time.monotonic() - start)
        shutil.rmtree(folder)
        print(f"thumbnails, {kind}         {float(ours.stdout):6.1f} a second; vipsthumbnail {theirs:.1f} (two at a time each)")


first_paint()
overhead_and_memory()
thumbnails()
