"""The wires of the four services, as far as their official clients read them.

Each dialect says which requests pay, which ask, and how an answer is worded. Shapes follow the services'
own docs and clients as of 2026-11-22.
"""

import json
import re
from datetime import UTC, datetime


def stamp(at):
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class Dialect:
    """One service: `create` and `ask` match paths, the rest words answers as Python values."""

    create: re.Pattern
    ask: re.Pattern

    def refusal(self, message):
        return {"detail": message}

    def nameless(self, task, base):
        """A yes that does not tell the id."""
        told = self.accepted(task, base)
        return {
            key: value
            for key, value in told.items()
            if key not in ("id", "request_id") and not key.endswith("_url")
        }


class WaveSpeed(Dialect):
    create = re.compile(r"^/api/v3/(?!predictions|media/|model/|balance|models)[\w./-]+$")
    ask = re.compile(r"^/api/v3/predictions/(?P<id>\w+)(?:/result)?$")

    def prediction(self, task, base):
        done = task.done()
        return {
            "id": task.id,
            "model": task.model,
            "input": task.inputs,
            "outputs": [f"{base}/out/{task.id}.png"] if done else [],
            "urls": {"get": f"{base}/api/v3/predictions/{task.id}/result"},
            "has_nsfw_contents": [],
            "status": "completed" if done else "processing",
            "created_at": task.stamp,
            "error": "",
            "timings": {"inference": 0},
        }

    def accepted(self, task, base):
        return {"code": 200, "message": "success", "data": self.prediction(task, base)}

    state = accepted

    def refusal(self, message):
        return {"code": 500, "message": message}

    def nameless(self, task, base):
        return {"code": 200, "message": "success", "data": {"status": "created", "outputs": []}}


class Fal(Dialect):
    create = re.compile(r"^/fal/(?P<app>fal-ai/[\w-]+)(?:/[\w/-]+)?$")
    ask = re.compile(r"^/fal/fal-ai/[\w-]+/requests/(?P<id>\w+)(?P<status>/status)?$")

    def ticket(self, task, base):
        place = f"{base}/fal/{task.model}/requests/{task.id}"
        return {
            "request_id": task.id,
            "response_url": place,
            "status_url": f"{place}/status",
            "cancel_url": f"{place}/cancel",
        }

    def accepted(self, task, base):
        return {"status": "IN_QUEUE", "queue_position": 0, **self.ticket(task, base)}

    def state(self, task, base):
        told = {"status": "IN_PROGRESS", "logs": [], **self.ticket(task, base)}
        return told | {"status": "COMPLETED", "metrics": {"inference_time": 1.0}} if task.done() else told

    def result(self, task, base):
        return {"images": [{"url": f"{base}/out/{task.id}.png", "content_type": "image/png"}]}


class Replicate(Dialect):
    create = re.compile(r"^/v1/(?:models/[\w.-]+/[\w.-]+/)?predictions$")
    ask = re.compile(r"^/v1/predictions/(?P<id>\w+)$")

    def accepted(self, task, base):
        done = task.done()
        return {
            "id": task.id,
            "model": task.model,
            "version": "hidden",
            "input": task.inputs.get("input", {}),
            "logs": "",
            "output": [f"{base}/out/{task.id}.png"] if done else None,
            "error": None,
            "status": "succeeded" if done else "processing",
            "created_at": stamp(task.created),
            "started_at": stamp(task.created),
            "completed_at": stamp(task.due) if done else None,
            "urls": {
                "get": f"{base}/v1/predictions/{task.id}",
                "cancel": f"{base}/v1/predictions/{task.id}/cancel",
            },
            "metrics": {},
        }

    state = accepted


class OpenAI(Dialect):
    create = re.compile(r"^/openai/v1/videos$")
    ask = re.compile(r"^/openai/v1/videos/(?P<id>\w+)$")

    def accepted(self, task, base):
        done = task.done()
        return {
            "id": task.id,
            "object": "video",
            "model": task.model,
            "status": "completed" if done else "in_progress",
            "progress": 100 if done else 0,
            "created_at": int(task.created),
            "completed_at": int(task.due) if done else None,
            "expires_at": None,
            "prompt": task.tag,
            "size": "1280x720",
            "seconds": "4",
            "remixed_from_video_id": None,
            "error": None,
        }

    state = accepted

    def refusal(self, message):
        return {"error": {"message": message, "type": "server_error", "param": None, "code": None}}


ALL = (WaveSpeed(), Fal(), Replicate(), OpenAI())


def history(question, tasks, base):
    """A page of WaveSpeed's list of recent work, which Rushes reads when an answer was lost."""
    size, page = min(int(question.get("page_size", 20)), 100), int(question.get("page", 1))
    first, last = question.get("created_after", ""), question.get("created_before", "~")
    listed = [
        task
        for task in reversed(tasks)
        if question.get("model") in (None, task.model) and first <= task.stamp <= last
    ]
    items = [WaveSpeed.prediction(ALL[0], task, base) for task in listed[(page - 1) * size : page * size]]
    return {"code": 200, "message": "success", "data": {"page": page, "total": len(listed), "items": items}}


def inputs_of(body):
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
