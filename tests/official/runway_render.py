"""A picture, a clip, an upload, errors and a cancel through Runway's official Python client."""

import importlib.metadata
import pathlib
import sys
import time
import urllib.request

import runwayml.lib.polling
from runwayml import BadRequestError, NotFoundError, RunwayML, TaskFailedError

base, key, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
client = RunwayML(api_key=key, base_url=f"{base}/runway", max_retries=0)
runwayml.lib.polling.POLL_TIME, runwayml.lib.polling.POLL_JITTER = 0.1, 0


def fetch(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


before = client.organization.retrieve().credit_balance
made = client.text_to_image.create(model="gen4_image", prompt_text="hills at dawn", ratio="720:720", seed=7)
assert made.estimated_cost.credits >= 0, made
done = made.wait_for_task_output(timeout=60)
assert done.cost.credits == made.estimated_cost.credits, done
picture = fetch(done.output[0])
assert picture[:8] == b"\x89PNG\r\n\x1a\n", "a PNG"
file = folder / "runway.png"
file.write_bytes(picture)

uploaded = client.uploads.create_ephemeral(file=file)
assert uploaded.uri.startswith("runway://"), uploaded
clip = client.image_to_video.create(
    model="veo3.1",
    prompt_text="slow waves",
    prompt_image=[{"uri": uploaded.uri, "position": "first"}, {"uri": uploaded.uri, "position": "last"}],
    ratio="1280:720",
    duration=4,
)
assert fetch(clip.wait_for_task_output(timeout=60).output[0])[4:8] == b"ftyp", "an MP4"
assert client.organization.retrieve().credit_balance <= before

try:
    made = client.text_to_image.create(model="gen4_image", prompt_text="[blocked]", ratio="720:720")
    made.wait_for_task_output(timeout=60)
    raise AssertionError("not blocked")
except TaskFailedError as error:
    assert error.task_details.failure_code == "SAFETY.INPUT.TEXT", error.task_details
try:
    client.text_to_image.create(model="gen4_image", prompt_text=" ", ratio="720:720")
    raise AssertionError("not refused")
except BadRequestError as error:
    assert error.body["issues"][0]["path"] == ["promptText"], error.body

slow = client.text_to_video.create(model="gen4.5", prompt_text="[slow] fog", ratio="1280:720", duration=2)
client.tasks.delete(slow.id)
time.sleep(0.1)
try:
    client.tasks.retrieve(slow.id)
    raise AssertionError("still there")
except NotFoundError:
    pass
print(f"runwayml {importlib.metadata.version('runwayml')} for Python: a picture, a clip, an upload, errors, a cancel")
