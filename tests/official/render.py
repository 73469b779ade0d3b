"""A picture, an edit of it and a clip through the official Python client."""

import importlib.metadata
import pathlib
import sys
import urllib.request

import wavespeed

base, key, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
client = wavespeed.Client(api_key=key, base_url=base)


def fetch(result, name):
    (url,) = result["outputs"]
    with urllib.request.urlopen(url) as answer:
        file = folder / name
        file.write_bytes(answer.read())
        return file


picture = fetch(
    client.run("sandbox/stills", {"prompt": "hills at dawn", "size": "512*384", "seed": 7}, poll_interval=0.1),
    "python.png",
)
assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n", "a PNG"
assert int.from_bytes(picture.read_bytes()[16:20], "big") == 512, "of the width that was asked for"

reference = client.upload(str(picture))
edit = fetch(
    client.run("sandbox/stills/edit", {"prompt": "in gold", "images": [reference]}, poll_interval=0.1),
    "python-edit.png",
)
assert edit.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n", "a PNG"

clip = fetch(
    client.run(
        "sandbox/clips",
        {"prompt": "slow waves", "duration": 1, "resolution": "480p"},
        poll_interval=0.1,
    ),
    "python.mp4",
)
assert clip.read_bytes()[4:8] == b"ftyp", "an MP4"
print(f"wavespeed {importlib.metadata.version('wavespeed')} for Python: a picture, an edit and a clip")
