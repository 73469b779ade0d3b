#!/usr/bin/python3
"""bench.py FOLDER: measures the programs in FOLDER at the desk it is started at, and prints what it found."""
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from driven import Window, pss_mb, started_at, tree, until

PROGRAMS = pathlib.Path(sys.argv[1]).absolute()
IMAGE_MS = 500
RENDERS = 10
STARTS = 5


def first_paint():
    home = tempfile.mkdtemp()
    times = []
    for _ in range(STARTS):
        window = Window(PROGRAMS, home)
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
    window = Window(PROGRAMS, home, RUSHES_SANDBOX_IMAGE_MS=str(IMAGE_MS))
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
