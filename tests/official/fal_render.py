"""A picture, a clip, an error and a webhook signature through fal's official Python client, whose
addresses are constants and are set to the sandbox's here."""

import base64
import hashlib
import importlib.metadata
import json
import sys
import urllib.request

import fal_client.client as constants

base, key = sys.argv[1:3]
constants.QUEUE_URL_FORMAT = constants.RUN_URL_FORMAT = f"{base}/fal/"
constants.REST_URL = constants.CDN_URL = f"{base}/fal"

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: E402
from fal_client import FalClientHTTPError, SyncClient  # noqa: E402

from hooks import Hooks  # noqa: E402

client = SyncClient(key=key)


def fetch(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


size = {"width": 512, "height": 384}
made = client.subscribe("fal-ai/flux/dev", {"prompt": "hills at dawn", "image_size": size}, with_logs=True)
picture = fetch(made["images"][0]["url"])
assert picture[:8] == b"\x89PNG\r\n\x1a\n", "a PNG"

reference = client.upload(picture, "image/png", "reference.png")
assert fetch(reference) == picture
clip = client.subscribe(
    "fal-ai/veo3.1/image-to-video",
    {"prompt": "slow waves", "image_url": reference, "duration": "1s", "resolution": "480p"},
)
assert fetch(clip["video"]["url"])[4:8] == b"ftyp", "an MP4"

try:
    client.subscribe("fal-ai/flux/dev", {"prompt": "[blocked]"})
    raise AssertionError("not blocked")
except FalClientHTTPError as error:
    assert error.status_code == 422, error
    assert error.response.json()["detail"][0]["type"] == "content_policy_violation"

with Hooks() as hooks:
    handle = client.submit(
        "fal-ai/flux/dev",
        {"prompt": "hills", "image_size": {"width": 256, "height": 256}},
        webhook_url=hooks.url,
    )
    headers, body = hooks.wait()
# The client brings no check of its own; this is the one of the docs.
assert headers["x-fal-webhook-request-id"] == handle.request_id
message = "\n".join(
    [
        headers["x-fal-webhook-request-id"],
        headers["x-fal-webhook-user-id"],
        headers["x-fal-webhook-timestamp"],
        hashlib.sha256(body).hexdigest(),
    ]
)
keys = json.loads(fetch(f"{base}/fal/.well-known/jwks.json"))["keys"]
encoded = keys[0]["x"]
public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
public.verify(bytes.fromhex(headers["x-fal-webhook-signature"]), message.encode())
assert json.loads(body)["status"] == "OK"
print(f"fal-client {importlib.metadata.version('fal-client')} for Python: a picture, a clip, an error, a webhook")
