"""make bench-peers: Rushes and the official clients of four services under the same faults, in one run.

Figures, no pass or fail: each target is printed with met or missed.

    bench.py [--quick] [--json FILE] [--only a,b,c,d,e,f]

--quick leaves the outage of ten minutes out, polls jobs of 60 s instead of 300, and counts the cost of
waiting over 20 s instead of 60.
"""

import argparse
import json
import pathlib
import platform
import signal
import sys
import tempfile
import threading
import time

import measures
import tables

parser = argparse.ArgumentParser()
parser.add_argument("--quick", action="store_true")
parser.add_argument("--json", type=pathlib.Path)
parser.add_argument("--only", default="a,b,c,d,e,f")
wanted = parser.parse_args()
# Ended by a signal, it still ends what it started.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
only = set(wanted.only.split(","))
result = {"quick": wanted.quick, "cut_short": False, "machine": platform.platform(), "began": time.time()}

try:
    with tempfile.TemporaryDirectory(prefix="rushes-peers-") as work:
        work = pathlib.Path(work)
        long = None
        if "b" in only and not wanted.quick:
            # Ten minutes of silence leave the machine to the other measurements.
            def ten_minutes():
                result["outage_600"] = measures.outage(work / "outage-600", 600)

            long = threading.Thread(target=ten_minutes, daemon=True)
            long.start()
            time.sleep(60)
        if "f" in only:
            tables.say("f: waits that a provider tells")
            result["manners"] = measures.manners(work / "manners")
        if "a" in only:
            tables.say("a: faults of a submit")
            result["posts"] = measures.posts(work / "posts")
        if "d" in only:
            seconds = 60 if wanted.quick else 300
            tables.say(f"d: polls of jobs of {seconds} s")
            result["polls_seconds"] = seconds
            result["polls"] = measures.polls(work / "polls", seconds)
        if long:
            tables.say("b: the end of ten minutes without a network")
            long.join()
        if "b" in only:
            for seconds in (5, 60):
                tables.say(f"b: {seconds} s without a network")
                result[f"outage_{seconds}"] = measures.outage(work / f"outage-{seconds}", seconds)
        if "c" in only:
            tables.say("c: kill -9 in mid-render")
            result["kill"] = measures.kill(work / "kill")
        if "e" in only:
            seconds = 20 if wanted.quick else 60
            tables.say(f"e: 1,000 jobs waiting, over {seconds} s")
            result["waiting"] = {}
            measures.waiting(work / "waiting", seconds, result["waiting"])
except SystemExit:
    # What was measured by then is shown.
    result["cut_short"] = True

result["took_s"] = time.time() - result["began"]
if wanted.json:
    wanted.json.write_text(json.dumps(result, indent=1) + "\n")
tables.show(result)
