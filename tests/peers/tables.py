"""The results in words: a table per measurement, and each target with met or missed."""

import sys

from world import CLIENTS, EVERYONE


def say(words):
    """What is under way, beside the results."""
    print(words, file=sys.stderr, flush=True)


def table(title, head, rows):
    print(f"\n{title}\n")
    rows = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
    for row in rows:
        cells = [
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def number(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


def posts(found, targets):
    ours = found["rushes"]
    cases = list(ours["cases"])

    def cell(name, case):
        row = found[name]["cases"][case]
        return f"{max(row['posts'])}/{max(row['creates'])}"

    rows = [[case, *(cell(name, case) for name in EVERYONE)] for case in cases]
    rows.append(["POSTs a job, mean (not 429)", *(number(found[n]["posts_mean"]) for n in EVERYONE)])
    rows.append(
        ["  beside Rushes", *(number(found[n]["posts_mean"] / ours["posts_mean"]) + "x" for n in EVERYONE)]
    )
    rows.append(["POSTs a job, worst (not 429)", *(found[n]["posts_worst"] for n in EVERYONE)])
    rows.append(["creates a job, mean", *(number(found[n]["creates_mean"]) for n in EVERYONE)])
    rows.append(["creates a job, worst", *(found[n]["creates_worst"] for n in EVERYONE)])
    rows.append(["renders paid for", *(found[n]["paid"] for n in EVERYONE)])
    rows.append(["  of which the client brought home", *(found[n]["delivered"] for n in EVERYONE)])
    table("a) POSTs/creates of one job by fault of the submit (worst of 2 jobs)", ["", *EVERYONE], rows)
    targets.append(
        ("POSTs a job 1.00", number(ours["posts_mean"]), ours["posts_mean"] == ours["posts_worst"] == 1)
    )
    targets.append(("creates a job 1.00", number(ours["creates_mean"]), ours["creates_worst"] == 1))


def outages(result, targets):
    rows = []
    for seconds in (5, 60, 600):
        found = result.get(f"outage_{seconds}")
        if not found:
            rows.append([f"network gone for {seconds} s", *("left out" for _ in EVERYONE)])
            continue
        rows.append(
            [f"network gone for {seconds} s", *(f"{found[n]['finished']}/{found[n]['of']}" for n in EVERYONE)]
        )
        rows.append(["  in render when it went", *(found[n]["in_render"] for n in EVERYONE)])
        rows.append(["  last end seen after (s)", *(number(found[n]["last_after_s"], 1) for n in EVERYONE)])
        ours = found["rushes"]
        targets.append(
            (f"50/50 after {seconds} s without a network", f"{ours['finished']}/50", ours["finished"] == 50)
        )
    table("b) jobs finished of 50", ["", *EVERYONE], rows)


def kill(found, targets):
    rows = [
        ["recovered", *(f"{found[n]['recovered']}/{found[n]['of']}" for n in EVERYONE)],
        ["renders paid for again", *(found[n]["paid_again"] for n in EVERYONE)],
    ]
    table("c) after kill -9 in mid-render, the same program started again", ["", *EVERYONE], rows)
    ours = found["rushes"]
    whole = ours["recovered"] == ours["of"] == 20 and ours["paid_again"] == 0
    targets.append(
        ("all of 20 recovered, none paid again", f"{ours['recovered']}/20, {ours['paid_again']} again", whole)
    )


def polls(found, seconds, targets):
    ours = found["rushes"]
    rows = [
        ["polls a job, median", *(f"{found[n]['polls']:g}" for n in EVERYONE)],
        ["  beside Rushes", *(number(found[n]["polls"] / ours["polls"], 1) + "x" for n in EVERYONE)],
        ["end seen after (s), p50", *(number(found[n]["lag_p50_s"]) for n in EVERYONE)],
        ["end seen after (s), p95", *(number(found[n]["lag_p95_s"]) for n in EVERYONE)],
        ["ends seen", *(f"{found[n]['seen']}/{found[n]['of']}" for n in EVERYONE)],
    ]
    table(f"d) jobs of {seconds} s, 12 a client", ["", *EVERYONE], rows)
    targets.append(
        (
            f"at most 60 polls a job of {seconds} s",
            f"{ours['polls_worst']} at worst",
            ours["polls_worst"] <= 60,
        )
    )
    late = ours["lag_p95_s"]
    targets.append(("end seen within 10 s, p95", f"{number(late)} s", late is not None and late <= 10))


def waiting(found, targets):
    ours = found["rushes"]
    seconds = ours["seconds"]
    # A client that lost its jobs waits for nothing, and cheaply.
    able = [name for name in CLIENTS if name in found and found[name]["waiting"] >= 0.95 * found[name]["of"]]
    there = [name for name in EVERYONE if name in found]
    rows = [
        [f"CPU (s) over {seconds} s", *(number(found[n]["cpu_s"]) for n in there)],
        ["  beside Rushes", *(number(found[n]["cpu_s"] / ours["cpu_s"], 1) + "x" for n in there)],
        ["resident memory (MB)", *(number(found[n]["memory_mb"], 0) for n in there)],
        ["  beside Rushes", *(number(found[n]["memory_mb"] / ours["memory_mb"], 1) + "x" for n in there)],
        ["questions a second", *(number(found[n]["asked_per_s"], 0) for n in there)],
        ["still waiting at the end", *(f"{found[n]['waiting']}/{found[n]['of']}" for n in there)],
    ]
    table("e) one process with 1,000 jobs waiting", ["", *there], rows)
    for word, key in (("CPU", "cpu_s"), ("memory", "memory_mb")):
        if not able:
            continue
        best = min(able, key=lambda name: found[name][key])
        share = ours[key] / found[best][key]
        targets.append((f"{word} at most 0.2 of the best peer ({best})", number(share), share <= 0.2))


def manners(found, targets):
    def cell(row):
        if not row["again"]:
            return "gives up"
        return f"{row['earliest_s']:+.2f} {row['latest_s']:+.2f}"

    rows = [[case, *(cell(found[name][case]) for name in EVERYONE)] for case in found["rushes"]]
    table(
        "f) next request after the told time (s): earliest and latest of 4, minus is too early",
        ["", *EVERYONE],
        rows,
    )
    for case, row in found["rushes"].items():
        kept = row["again"] == row["of"] and row["earliest_s"] >= 0 and row["latest_s"] <= 1
        targets.append((f"never early, at most 1 s late: {case}", cell(row), kept))


def show(result):
    targets = []
    if "posts" in result:
        posts(result["posts"], targets)
    if any(key.startswith("outage_") for key in result):
        outages(result, targets)
    if "kill" in result:
        kill(result["kill"], targets)
    if "polls" in result:
        polls(result["polls"], result["polls_seconds"], targets)
    if "waiting" in result:
        waiting(result["waiting"], targets)
    if "manners" in result:
        manners(result["manners"], targets)
    table(
        "Targets",
        ["", "Rushes", ""],
        [[name, value, "met" if met else "missed"] for name, value, met in targets],
    )
    how = [word for word, key in (("quick", "quick"), ("ended before all was measured", "cut_short")) if result[key]]
    took = f"{result['took_s'] / 60:.0f} minutes"
    print(f"\nTook {', '.join([took, *how])}.")
