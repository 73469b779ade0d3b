#!/usr/bin/python3
"""bench_thumbs.py STILLS: what a thumbnail costs, by the program tests/examples/stills.rs at STILLS and by others.
Each makes the same files small on one thread; rounds are interleaved and medians told."""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

STILLS = str(pathlib.Path(sys.argv[1]).absolute())
ROUNDS = int(os.environ.get("RUSHES_ROUNDS", "5"))
# Ending, what it is, pixels, how many.
KINDS = [
    ("png", "PNG, 1024 x 1024", "1024x1024", 12),
    ("webp", "WebP, 2048 x 2048", "2048x2048", 6),
    ("jpg", "JPEG, 6000 x 4000", "6000x4000", 4),
]
PILLOW = """
import pathlib, sys
from PIL import Image
for file in map(pathlib.Path, sys.argv[2:]):
    small = Image.open(file)
    small.thumbnail((512, 512))
    small.convert("RGB").save(pathlib.Path(sys.argv[1]) / (file.stem + ".jpg"), quality=82)
"""


def makers(to, files):
    return {
        "Rushes: 256, 512, 1024 px, ThumbHash": [STILLS, "three", to, *files],
        "Rushes: 512 px": [STILLS, "one", to, *files],
        "vipsthumbnail: 512 px": ["vipsthumbnail", "-s", "512", "-o", f"{to}/%s.jpg", *files],
        "Pillow: 512 px": ["/usr/bin/python3", "-c", PILLOW, to, *files],
        "image alone: 512 px": [STILLS, "image", to, *files],
    }


def run(command):
    """Seconds of the processor, seconds by the clock, MB at the most."""
    start = time.monotonic()
    process = subprocess.Popen(command, env=os.environ | {"VIPS_CONCURRENCY": "1"}, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[:3]} failed: {status}")
    return used.ru_utime + used.ru_stime, time.monotonic() - start, used.ru_maxrss / 1024


def measure(folder, ending, size, count):
    files, to = [], f"{folder}/made"
    os.mkdir(to)
    for number in range(count):
        file = f"{folder}/{number}.{ending}"
        drawn = ["convert-im6.q16", "-size", size, "-seed", str(number), "plasma:fractal", "-depth", "8", "-quality", "90"]
        # One filter for each row, as pictures come from elsewhere.
        subprocess.run([*drawn, *(["-define", "png:compression-filter=5", "-quality", "75"] if ending == "png" else []), file], check=True)
        files.append(file)
    found = {}
    for _ in range(ROUNDS):
        for name, command in makers(to, files).items():
            found.setdefault(name, []).append(run(command))
    return {
        name: (
            statistics.median(cpu for cpu, _, _ in runs) / count,
            statistics.median(wall for _, wall, _ in runs) / count,
            max(peak for _, _, peak in runs),
        )
        for name, runs in found.items()
    }


for ending, words, size, count in KINDS:
    with tempfile.TemporaryDirectory() as folder:
        table = measure(folder, ending, size, count)
    own = table["Rushes: 512 px"][0]
    print(f"\n{words}, {count} files, median of {ROUNDS} rounds")
    print(f"{'':38}{'CPU ms':>8}{'wall ms':>9}{'a second':>10}{'peak MB':>9}{'Rushes is':>11}")
    for name, (cpu, wall, peak) in table.items():
        ratio = "" if name.startswith("Rushes") else f"{cpu / own:.1f} x"
        print(f"{name:38}{cpu * 1000:8.1f}{wall * 1000:9.1f}{1 / wall:10.1f}{peak:9.0f}{ratio:>11}", flush=True)
