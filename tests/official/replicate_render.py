"""A picture, a clip, an error and a webhook signature through Replicate's official Python client."""

import importlib.metadata
import json
import pathlib
import sys
import urllib.request

import replicate
from replicate.exceptions import ModelError, ReplicateError
from replicate.webhook import Webhooks

from hooks import Hooks

base, key, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
client = replicate.Client(api_token=key, base_url=f"{base}/replicate")
client.poll_interval = 0.1


def fetch(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


(picture,) = client.run(
    "black-forest-labs/flux-schnell",
    input={"prompt": "hills at dawn", "width": 512, "height": 384, "output_format": "png"},
)
picture = fetch(picture)
assert picture[:8] == b"\x89PNG\r\n\x1a\n", "a PNG"
file = folder / "replicate.png"
file.write_bytes(picture)

with file.open("rb") as reference:
    clip = client.run(
        "bytedance/seedance-1-pro",
        input={"prompt": "slow waves", "image": reference, "duration": 1, "resolution": "480p"},
        file_encoding_strategy="url",
    )
assert fetch(clip)[4:8] == b"ftyp", "an MP4"

try:
    client.run("black-forest-labs/flux-schnell", input={"prompt": "[blocked]"})
    raise AssertionError("not blocked")
except ModelError as error:
    assert "E005" in error.prediction.error, error
try:
    client.predictions.create(model="black-forest-labs/flux-schnell", input={"prompt": " "})
    raise AssertionError("not refused")
except ReplicateError as error:
    assert error.status == 422, error
assert client.models.get("black-forest-labs/flux-schnell").latest_version.openapi_schema

secret = client.webhooks.default.secret()
with Hooks() as hooks:
    made = client.predictions.create(
        model="black-forest-labs/flux-schnell",
        input={"prompt": "hills", "width": 256, "height": 256},
        webhook=hooks.url,
        webhook_events_filter=["completed"],
    )
    headers, body = hooks.wait()
Webhooks.validate(headers=headers, body=body.decode(), secret=secret, tolerance=300)
assert json.loads(body)["id"] == made.id
print(f"replicate {importlib.metadata.version('replicate')} for Python: a picture, a clip, errors, a webhook")
