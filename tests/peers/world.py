"""The processes of the benchmark: the peer server, the official clients, and Rushes."""

import atexit
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
PLACE = pathlib.Path(os.environ["PEERS_PLACE"])
RUSHES = os.environ["RUSHES_BIN"]
ENDPOINT = "wavespeed:wavespeed-ai/flux-schnell"
CLIENTS = [f"{name}-{kind}" for kind in ("py", "js") for name in ("wavespeed", "fal", "replicate", "openai")]
EVERYONE = ["rushes", *CLIENTS]
# What WaveSpeed's manifest lets one Rushes have at the provider at once.
AT_ONCE = 4


STARTED = []


def begin(command, **how):
    """Starts a process that does not outlive the benchmark."""
    process = subprocess.Popen(command, **how)
    STARTED.append(process)
    return process


@atexit.register
def end_all():
    """Ends what an interrupted run left."""
    for process in STARTED:
        process.kill()


def post(url, value, timeout=60):
    head = {"content-type": "application/json"}
    request = urllib.request.Request(url, json.dumps(value).encode(), head)
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return json.load(answer)


def until(what, seconds, pause=0.2):
    """Waits until `what` answers with something true; the answer, or None when time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := what():
            return answer
        time.sleep(pause)
    return None


def tags(client, case, count):
    return [f"peers:{client}:{case}:{number}" for number in range(count)]


class Peer:
    """The server, with a script for each case."""

    def __init__(self, folder, scripts):
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "scripts.json"
        file.write_text(json.dumps(scripts))
        self.process = begin([sys.executable, HERE / "peer.py", file], stdout=subprocess.PIPE, text=True)
        told = json.loads(self.process.stdout.readline())
        self.base = f"http://127.0.0.1:{told['port']}"
        self.control = f"http://127.0.0.1:{told['control']}"

    def report(self):
        return post(f"{self.control}/report", {})

    def outage(self, seconds):
        post(f"{self.control}/outage", {"seconds": seconds})

    def created(self, wanted):
        """How many of these jobs have come in and been made."""
        jobs = self.report()["jobs"]
        return sum(jobs.get(tag, {}).get("creates", 0) > 0 for tag in wanted)

    def close(self):
        self.process.kill()
        self.process.wait()


class Client:
    """One official client in a process of its own, with all its jobs at once."""

    def __init__(self, folder, peer, name, wanted, patience=None):
        folder.mkdir(parents=True, exist_ok=True)
        self.name, self.tags = name, wanted
        kind, language = name.split("-")
        file = folder / f"{name}.json"
        file.write_text(json.dumps(wanted))
        program = {
            "py": [PLACE / "venv/bin/python", HERE / "clients.py"],
            "js": ["node", PLACE / "node/clients.mjs"],
        }[language]
        self.said = folder / f"{name}.out"
        command = [*program, kind, peer.base, file, *([str(patience)] if patience else [])]
        with self.said.open("a") as out, (folder / f"{name}.err").open("a") as err:
            self.process = begin(command, stdout=out, stderr=err)

    @property
    def pids(self):
        return [self.process.pid]

    def outcomes(self):
        """What each job came to: True, or the client's own words."""
        lines = [json.loads(line) for line in self.said.read_text().splitlines() if line.startswith("{")]
        return {line["tag"]: line["ok"] or line["said"] for line in lines}

    def waiting(self):
        """How many jobs it has not given up."""
        return len(self.tags) - len(self.outcomes())

    def settled(self):
        return self.process.poll() is not None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    close = kill


class Studio:
    """Rushes: one `rushes serve` for every `each` jobs, each with a data folder of its own."""

    name = "rushes"

    def __init__(self, folder, peer, wanted, each=AT_ONCE, at_once=AT_ONCE):
        self.tags, self.processes, self.at_once = wanted, [], at_once
        self.folders = [folder / f"rushes-{n}" for n in range(-(-len(wanted) // each))]
        for place in self.folders:
            place.mkdir(parents=True)
            command = [RUSHES, "providers", "set", "wavespeed", "--base-url", peer.base]
            subprocess.run(command, env=self.surroundings(place), check=True, capture_output=True)
        self.each = each
        self.start()

    def submit(self):
        """Asks for all the jobs."""
        for n, place in enumerate(self.folders):
            if self.at_once != AT_ONCE:
                settings = self.call(place, "get_settings", {})
                settings["in_flight"]["wavespeed"] = self.at_once
                self.call(place, "set_settings", settings)
            for tag in self.tags[n * self.each : (n + 1) * self.each]:
                composition = {"endpoint": ENDPOINT, "inputs": {"prompt": tag}, "accept_unpriced": True}
                self.call(place, "submit_job", composition)

    def surroundings(self, place):
        own = {"RUSHES_DATA": place / "data", "RUSHES_LIBRARY": place / "library", "WAVESPEED_API_KEY": "k"}
        return {**os.environ, **{name: str(value) for name, value in own.items()}}

    def start(self):
        for place in self.folders:
            # A killed one leaves its note behind.
            note = place / "data/door.json"
            note.unlink(missing_ok=True)
            with (place / "log").open("a") as log:
                command = [RUSHES, "--json", "serve"]
                serve = begin(command, env=self.surroundings(place), stdout=log, stderr=log)
            self.processes.append(serve)
        for place in self.folders:
            assert until((place / "data/door.json").exists, 60), (place / "log").read_text()

    def call(self, place, command, payload):
        note = json.loads((place / "data/door.json").read_text())
        url = f"http://127.0.0.1:{note['port']}/{note['token']}/call"
        return post(url, {"cmd": command, "payload": payload})

    @property
    def pids(self):
        return [process.pid for process in self.processes]

    def jobs(self):
        return [job for place in self.folders for job in self.call(place, "list_jobs", {"limit": 1000})]

    def waiting(self):
        """How many jobs the provider has, as Rushes knows."""
        return sum(job["phase"] == "accepted" for job in self.jobs())

    def outcomes(self):
        """What each job came to: True, or its state and what Rushes says about it."""
        return {
            job["prompt"]: job["state"] == "completed" or f"{job['state']}, {job['phase']}: {job['message']}"
            for job in self.jobs()
        }

    def settled(self):
        """Over, or in doubt and waiting for the user or for its next look."""
        return all(
            job["state"] not in ("queued", "running") or job["phase"] == "in_doubt" for job in self.jobs()
        )

    def kill(self):
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
        for process in self.processes:
            process.wait()
        self.processes = []

    close = kill


def start(folder, peer, name, wanted, patience=None, each=AT_ONCE, at_once=AT_ONCE):
    """One of the contestants, with its jobs under way."""
    if name != "rushes":
        return Client(folder, peer, name, wanted, patience)
    studio = Studio(folder, peer, wanted, each, at_once)
    studio.submit()
    return studio


def start_all(folder, peer, case, count):
    """All of them at the same time: Rushes stands ready before anyone's first job goes out."""
    studio = Studio(folder, peer, tags("rushes", case, count))
    worlds = {name: Client(folder, peer, name, tags(name, case, count)) for name in CLIENTS}
    studio.submit()
    return {"rushes": studio, **worlds}


class Cost:
    """CPU time and resident memory of processes, from the system's own books."""

    def __init__(self, pids):
        self.pids = pids

    def cpu(self):
        ticks = 0
        for pid in self.pids:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def resident(self):
        pages = sum(int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.pids)
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
