"""A picture, an edit and a clip through Google's own Python client, and what it makes of an error."""

import importlib.metadata
import pathlib
import sys
import time

from google import genai
from google.genai import errors, types

base, key, folder = f"{sys.argv[1]}/gemini", sys.argv[2], pathlib.Path(sys.argv[3])
client = genai.Client(api_key=key, http_options={"base_url": base})
older = genai.Client(api_key=key, http_options={"base_url": base, "api_version": "v1beta"})
PNG = b"\x89PNG\r\n\x1a\n"


def picture(of, contents):
    answer = of.models.generate_content(
        model="gemini-3.1-flash-image",
        contents=contents,
        config=types.GenerateContentConfig(
            response_modalities=["TEXT", "IMAGE"],
            image_config=types.ImageConfig(aspect_ratio="16:9"),
        ),
    )
    words = [part.text for part in answer.parts if part.text]
    pictures = [part.inline_data for part in answer.parts if part.inline_data]
    assert words and len(pictures) == 1, answer
    assert pictures[0].mime_type == "image/png" and pictures[0].data[:8] == PNG
    return pictures[0].data


first = picture(client, "hills at dawn")
width, height = (int.from_bytes(first[at : at + 4], "big") for at in (16, 20))
assert abs(width / height - 16 / 9) < 0.03, (width, height)
picture(older, [types.Part.from_bytes(data=first, mime_type="image/png"), "in gold"])

clip = client.interactions.create(
    model="gemini-omni-1.2-flash",
    input="slow waves",
    background=True,
    response_format={"type": "video", "duration": "1s", "resolution": "360p", "delivery": "uri"},
)
assert clip.status in ("queued", "in_progress"), clip
while clip.status in ("queued", "in_progress"):
    time.sleep(0.1)
    clip = client.interactions.get(clip.id)
assert clip.status == "completed", clip
# The client takes a file's name out of addresses that begin with https only.
name = "files/" + clip.output_video.uri.split("/files/")[1].split(":")[0]
file = folder / "gemini.mp4"
file.write_bytes(client.files.download(file=name))
assert file.read_bytes()[4:8] == b"ftyp", "an MP4"

names = [model.name for model in client.models.list(config={"page_size": 3})]
assert "models/gemini-3.1-flash-image" in names and len(names) == len(set(names)) > 3, names

for wrong, model, code, status in [
    (genai.Client(api_key="another", http_options={"base_url": base}), "gemini-3.1-flash-image", 400, "INVALID_ARGUMENT"),
    (client, "gemini-9-image", 404, "NOT_FOUND"),
    (client, "gemini-omni-1.2-flash", 404, "NOT_FOUND"),
]:
    try:
        wrong.models.generate_content(model=model, contents="x")
    except errors.ClientError as error:
        assert (error.code, error.status) == (code, status), error
        if code == 400:
            assert error.details["error"]["details"][0]["reason"] == "API_KEY_INVALID", error.details
    else:
        raise AssertionError(f"{model} was not refused")
print(f"google-genai {importlib.metadata.version('google-genai')} for Python: a picture, an edit, a clip and errors")
