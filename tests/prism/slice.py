"""slice.py DESCRIPTION OUT: what a description of OpenAI's API says of pictures, clips and models.

Prism checks no body at all where it cannot compile a schema, and it cannot where OpenAI's file says
`nullable` beside no type, which version 3.1 of the format does not know. Such words are left out.
"""

import json
import sys

source, out = sys.argv[1:]
with open(source) as file:
    whole = json.load(file)


def wanted(path):
    return path in ("/models", "/images/generations", "/images/edits") or path.startswith("/videos")


def plain(part):
    if isinstance(part, dict):
        return {key: plain(value) for key, value in part.items() if key != "nullable" and not key.startswith("x-")}
    return [plain(one) for one in part] if isinstance(part, list) else part


def named(part):
    """Every component that this names, and what those name."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref" and value not in parts:
                kind, name = value.removeprefix("#/components/").split("/", 1)
                parts[value] = (kind, name, plain(whole["components"][kind][name]))
                named(parts[value][2])
            else:
                named(value)
    elif isinstance(part, list):
        for one in part:
            named(one)


parts = {}
paths = {path: plain(said) for path, said in whole["paths"].items() if wanted(path)}
named(paths)
components = {"securitySchemes": whole["components"]["securitySchemes"]}
for kind, name, said in parts.values():
    components.setdefault(kind, {})[name] = said
with open(out, "w") as file:
    json.dump(
        {**{key: whole[key] for key in ("openapi", "info", "security")}, "paths": paths, "components": components},
        file,
    )
