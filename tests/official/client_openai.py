"""Pictures, a stream, an edit, clips, errors and a webhook through OpenAI's official Python client."""

import base64
import http.server
import importlib.metadata
import pathlib
import queue
import sys
import threading
import time
import warnings

import openai

warnings.simplefilter("ignore", DeprecationWarning)  # the client's videos outlived the service
base, key, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
client = openai.OpenAI(api_key=key, base_url=f"{base}/openai/v1", max_retries=0)
server = openai.OpenAI(api_key=key, base_url=f"{base}/openai_compatible/v1", max_retries=0)
PNG = b"\x89PNG\r\n\x1a\n"

answer = client.images.generate(model="gpt-image-2.5-flare", prompt="hills at dawn", size="512x384")
picture = base64.b64decode(answer.data[0].b64_json)
assert picture[:8] == PNG, "a PNG"
assert int.from_bytes(picture[16:20], "big") == 512, "of the width that was asked for"
assert answer.usage.total_tokens == 0, "the sandbox is free"
(folder / "openai.png").write_bytes(picture)

with open(folder / "openai.png", "rb") as one, open(folder / "openai.png", "rb") as two:
    edit = client.images.edit(model="gpt-image-2.5-flare", prompt="in gold", image=[one, two])
assert base64.b64decode(edit.data[0].b64_json)[:8] == PNG, "a PNG"

stream = client.images.generate(
    model="gpt-image-2.5-flare", prompt="hills at dawn", size="512x384", stream=True, partial_images=2
)
kinds = [event.type for event in stream]
assert kinds == ["image_generation.partial_image"] * 2 + ["image_generation.completed"], kinds

try:
    client.images.generate(model="gpt-image-2.5-flare", prompt="[blocked]")
    raise AssertionError("blocked")
except openai.BadRequestError as error:
    assert error.code == "moderation_blocked", error.code
try:
    client.with_options(api_key="another").models.list()
    raise AssertionError("a wrong key")
except openai.AuthenticationError as error:
    assert error.code == "invalid_api_key", error.code

deliveries = queue.Queue()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        deliveries.put((body, dict(self.headers)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


receiver = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{receiver.server_port}/"
endpoint = server.webhooks.create(name="videos", url=url, event_types=["video.completed"])

video = server.videos.create(model="sandbox-video", prompt="slow waves", seconds="1")
while video.status not in ("completed", "failed"):
    time.sleep(0.1)
    video = server.videos.retrieve(video.id)
assert video.status == "completed", video
clip = server.videos.download_content(video.id).read()
assert clip[4:8] == b"ftyp", "an MP4"

body, headers = deliveries.get(timeout=30)
event = server.webhooks.unwrap(body, headers, secret=endpoint.signing_secret)
assert (event.type, event.data.id) == ("video.completed", video.id), event
try:
    server.webhooks.verify_signature(body + b" ", headers, secret=endpoint.signing_secret)
    raise AssertionError("a body that was changed")
except openai.InvalidWebhookSignatureError:
    pass
print(
    f"openai {importlib.metadata.version('openai')} for Python: "
    "a picture, an edit, a stream, a clip, errors and a webhook"
)
