"""The six measurements. Each answers with plain values; `table.py` words them."""

import statistics
import sys
import time

from world import CLIENTS, EVERYONE, Cost, Peer, start, start_all, tags, until

# The provider acted on these and would charge; the client cannot know.
AMBIGUOUS = {
    "dropped after read": "drop_after_read",
    "reset after read": "reset",
    "dropped in mid-body": "drop_mid_body",
    "read timeout": "silence",
    "500": "500",
    "502": "502",
    "503": "503",
    "504": "504",
    "408": "408",
    "409": "409",
    "425": "425",
    "301": "redirect_301",
    "302": "redirect_302",
    "307": "redirect_307",
    "308": "redirect_308",
    "200 with HTML": "html",
    "200 with half the JSON": "truncated",
    "200 without an id": "nameless",
}
# The provider said no, later: sending again is right.
REFUSED = {"429": "limit_plain", "429 with Retry-After": "limit_seconds"}
FORMS = {"seconds": "seconds", "HTTP date": "date", "retry-after-ms": "ms", "in words": "words"}
# The timeout of one request where a case is about not being answered; Rushes has no such setting.
PATIENCE = 4


def quantile(values, share):
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))] if ordered else None


def settle(worlds, seconds):
    """Waits until all have settled, or time is up."""
    return until(lambda: all(world.settled() for world in worlds), seconds, pause=1)


def posts(folder):
    """POSTs and creates per job over the faults of a submit, and what was delivered of what was paid."""
    cases = {**AMBIGUOUS, **REFUSED}
    peer = Peer(folder, {fault: {"submit": fault, "seconds": 1, "times": 2} for fault in cases.values()})
    count = 2

    def wanted(name):
        return [tag for fault in cases.values() for tag in tags(name, fault, count)]

    worlds = {
        name: start(folder, peer, name, wanted(name), patience=PATIENCE, each=1000) for name in EVERYONE
    }
    # Rushes waits a minute for an answer, looks for the lost ones and must not have sent anything later.
    time.sleep(100)
    # Some of them never end: one asks for ever about a job without an id.
    settle(worlds.values(), 100)
    report = peer.report()
    answer = {}
    for name, world in worlds.items():
        ended = world.outcomes()
        rows = {}
        for words, fault in cases.items():
            jobs = [report["jobs"].get(tag, {"posts": 0, "creates": 0}) for tag in tags(name, fault, count)]
            rows[words] = {
                "posts": [job["posts"] for job in jobs],
                "creates": [job["creates"] for job in jobs],
                "delivered": sum(ended.get(tag) is True for tag in tags(name, fault, count)),
                "said": str(ended.get(tags(name, fault, 1)[0])),
            }
        sent = [n for words in AMBIGUOUS for n in rows[words]["posts"]]
        made = [n for row in rows.values() for n in row["creates"]]
        delivered = sum(row["delivered"] for row in rows.values())
        answer[name] = {
            "cases": rows,
            "posts_mean": statistics.mean(sent),
            "posts_worst": max(sent),
            "creates_mean": sum(made) / sum(n > 0 for n in made),
            "creates_worst": max(made),
            "paid": sum(made),
            "delivered": delivered,
        }
        world.close()
    peer.close()
    return answer


def outage(folder, seconds):
    """Jobs finished of 50 when the network goes in mid-render."""
    count, render = 50, 60
    peer = Peer(folder, {"outage": {"seconds": render}})
    worlds = start_all(folder, peer, "outage", count)
    wanted = [tag for name in EVERYONE for tag in tags(name, "outage", count)]
    until(lambda: peer.created(wanted) == len(wanted), render - 10)
    before = peer.report()
    in_render = {name: 0 for name in EVERYONE}
    for task in before["tasks"]:
        in_render[task["tag"].split(":")[1]] += task["due"] > before["now"]
    peer.outage(seconds)
    back = time.time() + seconds
    time.sleep(seconds)
    settle(worlds.values(), render + 330)
    report, answer = peer.report(), {}
    last = {}
    for task in report["tasks"]:
        if task["seen_done"]:
            name = task["tag"].split(":")[1]
            last[name] = max(last.get(name, 0), task["seen_done"] - max(back, task["due"]))
    for name, world in worlds.items():
        ended = world.outcomes()
        jobs = [report["jobs"].get(tag, {"creates": 0}) for tag in world.tags]
        words = [said for said in ended.values() if said is not True]
        answer[name] = {
            "finished": sum(said is True for said in ended.values()),
            "of": count,
            "in_render": in_render[name],
            "creates": sum(job["creates"] for job in jobs),
            "last_after_s": last.get(name),
            "said": words[0] if words else "",
        }
        world.close()
    peer.close()
    return answer


def kill(folder):
    """Jobs of 20 that a fresh start brings home after kill -9 in mid-render."""
    count, render = 20, 40
    peer = Peer(folder, {"kill": {"seconds": render}})
    worlds = start_all(folder, peer, "kill", count)
    wanted = [tag for name in EVERYONE for tag in tags(name, "kill", count)]
    until(lambda: peer.created(wanted) == len(wanted), render - 10)
    for world in worlds.values():
        world.kill()
    killed, before = time.time(), {task["id"] for task in peer.report()["tasks"]}
    # The same program again, as whoever had it running would start it.
    again = {}
    for name, world in worlds.items():
        if name == "rushes":
            world.start()
            again[name] = world
        else:
            again[name] = start(folder / "again", peer, name, world.tags)
    settle(again.values(), render + 60)
    answer = {}
    tasks = peer.report()["tasks"]
    for name in EVERYONE:
        own = [task for task in tasks if task["tag"].split(":")[1] == name]
        first = [task for task in own if task["id"] in before]
        answer[name] = {
            "of": len(first),
            "recovered": sum((task["seen_done"] or 0) > killed for task in first),
            "paid_again": len(own) - len(first),
        }
        if name == "rushes":
            answer[name]["recovered"] = sum(said is True for said in again[name].outcomes().values())
        again[name].close()
    peer.close()
    return answer


def polls(folder, seconds):
    """Polls per job and how late its end is seen."""
    count = 12
    # Ends are spread over ten seconds, so that no rhythm of asking is lucky.
    peer = Peer(folder, {"polls": {"seconds": seconds, "step": 10 / count}})
    worlds = start_all(folder, peer, "polls", count)
    time.sleep(seconds + 10)
    settle(worlds.values(), 60)
    answer = {}
    tasks = peer.report()["tasks"]
    for name, world in worlds.items():
        own = [task for task in tasks if task["tag"].split(":")[1] == name]
        late = [task["seen_done"] - task["due"] for task in own if task["seen_done"]]
        answer[name] = {
            "polls": statistics.median(task["polls"] for task in own),
            "polls_worst": max(task["polls"] for task in own),
            "lag_p50_s": quantile(late, 0.5),
            "lag_p95_s": quantile(late, 0.95),
            "seen": len(late),
            "of": count,
        }
        world.close()
    peer.close()
    return answer


def waiting(folder, seconds, answer):
    """CPU and memory of one process with a thousand jobs waiting, one client after another, into `answer`."""
    for name in EVERYONE:
        answer[name] = cost_of_waiting(folder / name, name, seconds, 1000)
        told = {key: round(value, 1) for key, value in answer[name].items()}
        print(name, told, file=sys.stderr, flush=True)


def cost_of_waiting(folder, name, seconds, count):
    peer = Peer(folder, {"waiting": {"seconds": 7200}})
    wanted = tags(name, "waiting", count)
    world = start(folder, peer, name, wanted, each=count, at_once=count)
    # Rushes sends five a second, and asks about the first while it sends the last. A client that has not
    # sent all of them by then is busy with the first, and is measured as it stands.
    until(lambda: peer.created(wanted) == count, 300, pause=2)
    time.sleep(5)

    def asked():
        return sum(task["polls"] for task in peer.report()["tasks"])

    cost = Cost(world.pids)
    asked_before, cpu_before = asked(), cost.cpu()
    time.sleep(seconds)
    cpu, resident = cost.cpu() - cpu_before, cost.resident()
    answer = {
        "cpu_s": cpu,
        "memory_mb": resident,
        "asked_per_s": (asked() - asked_before) / seconds,
        "waiting": world.waiting(),
        "of": count,
        "seconds": seconds,
    }
    world.close()
    peer.close()
    return answer


def manners(folder):
    """How exactly a told wait is kept, at a submit and at a poll."""
    count = 4
    cases = {
        f"{phase}, {words}": (phase, form) for phase in ("submit", "poll") for words, form in FORMS.items()
    }
    scripts = {
        f"{phase}-{form}": {phase: f"limit_{form}", "seconds": 1 if phase == "submit" else 6}
        for phase, form in cases.values()
    }
    peer = Peer(folder, scripts)
    worlds = [
        start(folder, peer, name, [tag for case in scripts for tag in tags(name, case, count)])
        for name in CLIENTS
    ]
    # A wait may hold back all jobs of a key, so each case has its own Rushes.
    worlds += [start(folder / case, peer, "rushes", tags("rushes", case, count)) for case in scripts]
    settle(worlds, 120)
    report, answer = peer.report(), {}
    for name in EVERYONE:
        rows = {}
        for words, (phase, form) in cases.items():
            jobs = [report["jobs"].get(tag, {}) for tag in tags(name, f"{phase}-{form}", count)]
            errors = [job["error"] for job in jobs if job.get("error") is not None]
            rows[words] = {
                "earliest_s": min(errors) if errors else None,
                "latest_s": max(errors) if errors else None,
                "median_s": statistics.median(errors) if errors else None,
                "again": len(errors),
                "of": count,
            }
        answer[name] = rows
    for world in worlds:
        world.close()
    peer.close()
    return answer
