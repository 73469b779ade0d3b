#!/usr/bin/python3
"""bench_gallery.py PROGRAMS GALLERY [ROWS…]: how large libraries are read, searched and walked.

PROGRAMS is the folder of the built programs, GALLERY the built bench of the store. For each size it fills a
library whose small pictures are real, asks the store, then walks the gallery in Chromium and in the window.
"""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

from driven import Driven, Window, pss_mb, tree, until

PROGRAMS = pathlib.Path(sys.argv[1]).absolute()
GALLERY = pathlib.Path(sys.argv[2]).absolute()
SIZES = [int(rows) for rows in sys.argv[3:]] or [1_000, 100_000, 250_000, 1_000_000]
WALK = (pathlib.Path(__file__).parent / "gallery_walk.js").read_text()
# Walks of each library, each in a program started for it; what is told is their median.
WALKS = 3
STEPS = ["open", "whole", "near", "jumps", "resize", "typing"]
WORDS = {
    "open": "opening it",
    "whole": "from end to end in 300 frames",
    "near": "300 frames of 60 pixels",
    "jumps": "20 jumps",
    "resize": "4 widths",
    "typing": "a word, letter by letter",
}


class Browser(Driven):
    """Chromium on `rushes serve`."""

    def __init__(self, home):
        env = dict(
            os.environ,
            RUSHES_DATA=f"{home}/data",
            RUSHES_LIBRARY=f"{home}/library",
            # Nobody's keychain.
            DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent",
        )
        told = [PROGRAMS / "rushes", "--json", "serve", "--port", "0"]
        self.server = subprocess.Popen(told, env=env, stdout=subprocess.PIPE, text=True)
        url = json.loads(self.server.stdout.readline())["url"]
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1440,900"]}
        super().__init__(["chromedriver"], env, {"goog:chromeOptions": options})
        self.ask("POST", f"/session/{self.session}/url", {"url": url})
        until(lambda: self.run("return document.querySelector('#prompt') !== null"))

    def pids(self):
        return [*tree(self.driver.pid), *tree(self.server.pid)]

    def close(self):
        super().close()
        self.server.terminate()
        self.server.wait()


class Desktop(Window):
    """The window, with all that it starts."""

    def __init__(self, home):
        super().__init__(PROGRAMS, home)

    def pids(self):
        return list(tree(self.pid))


def walk(kind, home):
    page = kind(home)
    try:
        before = sum(pss_mb(pid) for pid in page.pids())
        told = page.wait(WALK)
        if "error" in told:
            raise RuntimeError(told["error"])
        told["memory"] = (before, sum(pss_mb(pid) for pid in page.pids()))
        return told
    finally:
        page.close()


def median(walks):
    """Of several walks the walk whose every figure is the median of theirs."""
    return {key: middle([walk[key] for walk in walks]) for key in walks[0]}


def middle(figures):
    if isinstance(figures[0], dict):
        return median(figures)
    if isinstance(figures[0], tuple):
        return tuple(middle(list(each)) for each in zip(*figures))
    return statistics.median(figures)


def say(name, told):
    print(f"\n{name}: {'':<30} longest task  longest frame  over 33 ms  tiles")
    for step in STEPS:
        of = told[step]
        late = f"{of['late']:.0f} of {of['frames']:.0f}"
        print(f"  {WORDS[step]:<34} {of['task']:>9.0f} ms {of['longest']:>11.0f} ms {late:>11} {of['tiles']:>6.0f}")
    opened, jumps = told["open"], told["jumps"]
    print(f"  first frames {opened['rows']:.0f} ms, first picture {opened['paint']:.0f} ms after the key")
    print(f"  a jump until every frame in sight is known: median {jumps['p50']:.0f} ms, worst {jumps['worst']:.0f} ms")
    print(f"  memory (PSS, all processes) {told['memory'][0]:.0f} MB, after the walk {told['memory'][1]:.0f} MB")


def main():
    for rows in SIZES:
        home = tempfile.mkdtemp()
        try:
            print(f"\n── {rows:,} prints", flush=True)
            folders = ["--library", f"{home}/library"]
            fill = [GALLERY, "--rows", str(rows), "--fill", f"{home}/data", *folders]
            subprocess.run(fill, check=True)
            subprocess.run([GALLERY, "--ask", f"{home}/data", *folders], check=True)
            for name, kind in (("Chromium", Browser), ("the window (WebKitGTK)", Desktop)):
                say(name, median([walk(kind, home) for _ in range(WALKS)]))
                sys.stdout.flush()
        finally:
            shutil.rmtree(home)


main()
