"""A small provider that speaks four dialects and plays one script per case.

Every job names itself in its prompt (`peers:CLIENT:CASE:NUMBER`), so one server can play each case to each
client and count what it saw. Its counters are the truth of the benchmark: a POST is a request that
came in, a create is one that it acted on and would charge.

    peer.py SCRIPTS.json    prints {"port", "control"} and serves until it is ended
"""

import asyncio
import json
import re
import socket
import struct
import sys
import time
import uuid
import zlib
from email.utils import formatdate

import dialects

TAG = re.compile(rb"peers:([\w.-]+):([\w.-]+):(\d+)")
PAGE = b"<html><head><title>%d</title></head><body><center>nginx</center></body></html>"
PORTAL = b"<!doctype html><html><body>Sign in to the network</body></html>"


def png(side=64):
    """A small picture that decodes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(
        b"\0" + bytes(v for x in range(side) for v in (x * 4 % 256, y * 4 % 256, 128)) for y in range(side)
    )
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


PICTURE = png()


class Task:
    def __init__(self, tag, model, inputs, seconds):
        self.id = uuid.uuid4().hex
        self.tag, self.model, self.inputs = tag, model, inputs
        self.created = time.time()
        self.stamp = dialects.stamp(self.created)
        self.due = self.created + seconds
        self.polls = 0
        self.seen_done = self.fetched = None

    def done(self):
        return time.time() >= self.due


class Job:
    """What one job did to us."""

    def __init__(self):
        self.posts, self.creates, self.throttled = [], 0, 0
        self.allowed_at = self.obeyed = None

    def asked_again(self, now):
        if self.allowed_at is not None and self.obeyed is None:
            self.obeyed = now - self.allowed_at


class Peer:
    def __init__(self, scripts):
        self.scripts = scripts
        self.jobs, self.tasks, self.asked = {}, {}, {}
        self.by_age = []
        self.lines = set()

    def job(self, tag):
        return self.jobs.setdefault(tag, Job())

    # ---- what came in ------------------------------------------------------------------------

    def answer(self, line, method, path, body):
        base = f"http://127.0.0.1:{self.port}"
        path = path.partition("?")[0]
        if path.startswith("/out/"):
            task = self.tasks.get(path[5:].removesuffix(".png"))
            if task is None or not task.done():
                return line.say(404, b"")
            task.fetched = task.fetched or time.time()
            return line.say(200, PICTURE, {"content-type": "image/png"})
        if method == "POST" and path == "/api/v3/predictions":
            return line.json(200, dialects.history(dialects.inputs_of(body), self.by_age, base))
        for dialect in dialects.ALL:
            if method == "POST" and dialect.create.match(path):
                return self.created(line, dialect, path, body, base)
            asked = dialect.ask.match(path)
            if method == "GET" and asked:
                return self.asked_for(line, dialect, asked, base)
        return line.json(404, {"code": 404, "message": "not found", "detail": "not found"})

    def created(self, line, dialect, path, body, base):
        found = TAG.search(body)
        if found is None:
            return line.json(404, dialect.refusal("not a job of this benchmark"))
        tag = found.group().decode()
        script = self.scripts[found.group(2).decode()]
        job, now = self.job(tag), time.time()
        job.asked_again(now)
        job.posts.append(now)
        fault = script.get("submit", "none")
        # A redirect leads to another host; this one only saw the body.
        if fault.startswith("redirect_") and not line.elsewhere:
            return line.say(int(fault[9:]), b"", {"location": f"http://127.0.0.1:{self.second_port}{path}"})
        if fault.startswith("limit_") and job.throttled < script.get("times", 1):
            job.throttled += 1
            return self.throttle(line, dialect, job, fault[6:], now)
        job.creates += 1
        inputs = dialects.inputs_of(body)
        model = path.removeprefix("/api/v3/").removeprefix("/fal/")
        if isinstance(dialect, dialects.Fal):
            model = dialect.create.match(path).group("app")
        number = int(found.group(3))
        task = Task(tag, model, inputs, script["seconds"] + script.get("step", 0) * number)
        self.tasks[task.id] = task
        self.by_age.append(task)
        yes = json.dumps(dialect.accepted(task, base)).encode()
        match fault:
            case "drop_after_read":
                line.transport.close()
            case "reset":
                line.reset()
            case "drop_mid_body":
                line.say(200, yes, cut=len(yes) // 2)
            case "silence":
                pass
            case "html":
                line.say(200, PORTAL, {"content-type": "text/html"})
            case "truncated":
                line.say(200, yes[: len(yes) // 2])
            case "nameless":
                line.json(200, dialect.nameless(task, base))
            case "500" | "408" | "409" | "425":
                line.json(int(fault), dialect.refusal("Something went wrong"))
            case "502" | "503" | "504":
                line.say(int(fault), PAGE % int(fault), {"content-type": "text/html"})
            case _:
                line.say(201 if isinstance(dialect, dialects.Replicate) else 200, yes)

    def asked_for(self, line, dialect, asked, base):
        task = self.tasks.get(asked["id"])
        if task is None:
            return line.json(404, dialect.refusal("no such task"))
        now = time.time()
        task.polls += 1
        job = self.job(task.tag)
        job.asked_again(now)
        script = self.scripts[task.tag.split(":")[2]]
        fault = script.get("poll", "")
        if fault.startswith("limit_") and job.throttled < script.get("times", 1):
            job.throttled += 1
            return self.throttle(line, dialect, job, fault[6:], now)
        done = task.done()
        if done:
            task.seen_done = task.seen_done or now
        if isinstance(dialect, dialects.Fal) and not asked["status"]:
            task.fetched = now
            return line.json(200, dialect.result(task, base))
        if done and not isinstance(dialect, (dialects.Fal, dialects.WaveSpeed)):
            task.fetched = now
        return line.json(200, dialect.state(task, base))

    def throttle(self, line, dialect, job, form, now):
        headers, words, wait = {}, "Too many requests", None
        match form:
            case "seconds":
                wait, headers = 3.0, {"retry-after": "3"}
            case "date":
                until = int(now) + 4
                wait, headers = until - now, {"retry-after": formatdate(until, usegmt=True)}
            case "ms":
                wait, headers = 2.5, {"retry-after-ms": "2500"}
            case "words":
                wait, words = 3.0, "Request was throttled. Your rate limit resets in ~3s."
        if wait is not None:
            job.allowed_at, job.obeyed = now + wait, None
        line.json(429, dialect.refusal(words), headers)

    # ---- how the network fares ---------------------------------------------------------------

    async def listen(self):
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(
            lambda: Line(self), "127.0.0.1", self.port, reuse_port=True, backlog=4096
        )

    async def outage(self, seconds):
        """The network goes: what is open is reset, what comes is refused."""
        self.server.close()
        for line in list(self.lines):
            line.reset()
        await asyncio.sleep(seconds)
        await self.listen()

    async def start(self):
        # Held but never listened on, so that nobody else gets the port while the network is gone.
        self.holder = socket.socket()
        self.holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.holder.bind(("127.0.0.1", 0))
        self.port = self.holder.getsockname()[1]
        await self.listen()
        loop = asyncio.get_running_loop()
        second = await loop.create_server(lambda: Line(self, elsewhere=True), "127.0.0.1", 0)
        self.second_port = second.sockets[0].getsockname()[1]
        control = await loop.create_server(lambda: Control(self), "127.0.0.1", 0)
        print(json.dumps({"port": self.port, "control": control.sockets[0].getsockname()[1]}), flush=True)
        await asyncio.Event().wait()

    def report(self):
        jobs = {
            tag: {"posts": len(j.posts), "creates": j.creates, "error": j.obeyed}
            for tag, j in self.jobs.items()
        }
        tasks = [
            {k: getattr(t, k) for k in ("id", "tag", "created", "due", "polls", "seen_done", "fetched")}
            for t in self.by_age
        ]
        return {"now": time.time(), "jobs": jobs, "tasks": tasks}


class Line(asyncio.Protocol):
    """One connection: HTTP/1.1, kept alive."""

    def __init__(self, peer, elsewhere=False):
        self.peer, self.elsewhere = peer, elsewhere
        self.buffer = bytearray()

    def connection_made(self, transport):
        self.transport = transport
        self.peer.lines.add(self)

    def connection_lost(self, _):
        self.peer.lines.discard(self)

    def data_received(self, data):
        self.buffer += data
        while (request := self.take()) and not self.transport.is_closing():
            self.asked(*request)

    def take(self):
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self.buffer[:end]).lower()
        if b"expect: 100-continue" in head:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if b"transfer-encoding: chunked" in head:
            stop = self.buffer.find(b"0\r\n\r\n", end)
            if stop < 0:
                return None
            body, after = bytes(self.buffer[end + 4 : stop]), stop + 5
        else:
            length = re.search(rb"content-length: *(\d+)", head)
            after = end + 4 + (int(length[1]) if length else 0)
            if len(self.buffer) < after:
                return None
            body = bytes(self.buffer[end + 4 : after])
        method, path, _ = bytes(self.buffer[: self.buffer.find(b"\r\n")]).decode().split(" ", 2)
        del self.buffer[:after]
        return method, path, body

    def asked(self, method, path, body):
        self.peer.answer(self, method, path, body)

    def json(self, status, value, headers=None):
        self.say(status, json.dumps(value).encode(), headers)

    def say(self, status, body, headers=None, cut=None):
        told = {
            "content-type": "application/json",
            "content-length": len(body),
            "date": formatdate(usegmt=True),
        }
        told.update(headers or {})
        head = f"HTTP/1.1 {status} .\r\n" + "".join(f"{k}: {v}\r\n" for k, v in told.items()) + "\r\n"
        self.transport.write(head.encode() + (body if cut is None else body[:cut]))
        if cut is not None:
            self.transport.close()

    def reset(self):
        plug = self.transport.get_extra_info("socket")
        if plug is not None:
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


class Control(Line):
    """The benchmark's own line, which no outage cuts."""

    def asked(self, method, path, body):
        if path == "/outage":
            self.cut = asyncio.ensure_future(self.peer.outage(json.loads(body)["seconds"]))
        self.json(200, self.peer.report() if path == "/report" else {})


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        peer = Peer(json.load(file))
    asyncio.run(peer.start())
