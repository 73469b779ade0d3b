"""A picture and an edit as ComfyUI's own examples ask for them: plain HTTP, and a WebSocket that tells how far it is."""

import importlib.metadata
import json
import pathlib
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid

from websockets.sync.client import connect

base, folder = f"{sys.argv[1]}/comfyui", pathlib.Path(sys.argv[3])
workflows = pathlib.Path(__file__).parents[2] / "crates/providers/src/comfyui/workflows"
client = str(uuid.uuid4())
PNG = b"\x89PNG\r\n\x1a\n"


def ask(path, body=None, content_type="application/json"):
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    request = urllib.request.Request(f"{base}/{path}", data=data, headers={"content-type": content_type} if data else {})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def render(line, workflow):
    id = json.loads(ask("prompt", {"prompt": workflow, "client_id": client}))["prompt_id"]
    steps, previews = [], 0
    while True:
        message = line.recv(timeout=60)
        if isinstance(message, bytes):
            kind, form = (int.from_bytes(message[at : at + 4], "big") for at in (0, 4))
            assert (kind, form) == (1, 1) and message[8:11] == b"\xff\xd8\xff", "a JPEG"
            previews += 1
            continue
        message = json.loads(message)
        data = message["data"]
        if message["type"] == "progress" and data["prompt_id"] == id:
            steps.append(data["value"] / data["max"])
        if message["type"] == "executing" and data["node"] is None and data["prompt_id"] == id:
            break
    assert steps == sorted(steps) and steps[-1] == 1.0 and previews == len(steps), (steps, previews)
    done = json.loads(ask(f"history/{id}"))[id]
    assert done["status"]["status_str"] == "success", done
    (image,) = done["outputs"]["9"]["images"]
    picture = ask("view?" + urllib.parse.urlencode(image))
    assert picture[:8] == PNG, "a PNG"
    return picture


words = json.loads((workflows / "text-to-image.json").read_text())
words["6"]["inputs"]["text"] = "hills at dawn"
words["3"]["inputs"]["seed"] = 7
edit = json.loads((workflows / "image-to-image.json").read_text())
edit["6"]["inputs"]["text"] = "in gold"

with connect(base.replace("http", "ws", 1) + f"/ws?clientId={client}") as line:
    assert json.loads(line.recv(timeout=60))["type"] == "status"
    picture = render(line, words)
    (folder / "comfyui.png").write_bytes(picture)
    bounds = uuid.uuid4().hex
    head = f'--{bounds}\r\ncontent-disposition: form-data; name="image"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n'
    form = head.encode() + picture + f"\r\n--{bounds}--\r\n".encode()
    sent = json.loads(ask("upload/image", form, f"multipart/form-data; boundary={bounds}"))
    assert sent == {"name": "a.png", "subfolder": "", "type": "input"}, sent
    edit["10"]["inputs"]["image"] = sent["name"]
    render(line, edit)

wrong = json.loads(json.dumps(words))
wrong["4"]["inputs"]["ckpt_name"] = "gone"
try:
    ask("prompt", {"prompt": wrong})
except urllib.error.HTTPError as error:
    (told,) = json.loads(error.read())["node_errors"]["4"]["errors"]
    assert (error.code, told["type"]) == (400, "value_not_in_list"), told
    assert told["extra_info"]["input_name"] == "ckpt_name", told
else:
    raise AssertionError("a wrong checkpoint was taken")
assert "KSampler" in json.loads(ask("object_info"))
print(f"websockets {importlib.metadata.version('websockets')} and plain HTTP at ComfyUI's front: a picture, an edit, previews and an error")
