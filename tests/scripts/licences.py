#!/usr/bin/python3
"""licences.py TO: what Rushes is made of, with the licence of each part and its words, as JSON.

Parts are the crates that the window and the command are linked from, on this system, and the npm packages of the
page. Words are read from the packages themselves, as they were published.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]
OURS = ["rushes-shell", "rushes-cli"]
NAMED = re.compile(r"^((licen[cs]e|copying|copyright|notice|unlicense|ofl)([-._].*)?|readme\.ijg)$", re.I)


def words(folder):
    """The texts of a package's licence files, and of those of a library that lies in it; nothing where it brings none."""
    folder = pathlib.Path(folder)
    files = sorted(file for file in [*folder.iterdir(), *folder.glob("*/*")] if file.is_file() and NAMED.match(file.name))
    return [file.read_text(errors="replace").replace("\r\n", "\n").strip() for file in files]


def crates():
    version = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    host = re.search(r"^host: (.*)$", version, re.M).group(1)
    told = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", host]
    told = json.loads(subprocess.run(told, check=True, capture_output=True, cwd=ROOT).stdout)
    packages = {package["id"]: package for package in told["packages"]}
    needs = {
        node["id"]: [dep["pkg"] for dep in node["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]
        for node in told["resolve"]["nodes"]
    }
    todo = [id for id, package in packages.items() if package["name"] in OURS]
    seen = set(todo)
    while todo:
        for need in needs[todo.pop()]:
            if need not in seen:
                seen.add(need)
                todo.append(need)
    for id in seen:
        package = packages[id]
        if package["source"]:
            folder = pathlib.Path(package["manifest_path"]).parent
            yield package["name"], package["version"], package["license"], package["repository"], words(folder)


def npm():
    lock = json.loads((ROOT / "ui/package-lock.json").read_text())
    for path, package in lock["packages"].items():
        folder = ROOT / "ui" / path
        if path and not package.get("dev") and folder.is_dir():
            about = json.loads((folder / "package.json").read_text())
            home = about.get("homepage") or about.get("repository")
            home = home if isinstance(home, str) else (home or {}).get("url")
            name = path.rsplit("node_modules/", 1)[1]
            yield name, package["version"], package.get("license"), home, words(folder)


def main():
    texts, parts = {}, []
    for name, version, licence, home, files in [*crates(), *npm()]:
        places = [texts.setdefault(text, len(texts)) for text in files]
        home = re.sub(r"^git\+|\.git$", "", home or "")
        parts.append({"name": name, "version": version, "licence": licence or "", "home": home, "texts": places})
    parts.sort(key=lambda part: (part["name"].lower(), part["version"]))
    to = pathlib.Path(sys.argv[1])
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps({"parts": parts, "texts": list(texts)}, ensure_ascii=False))


main()
