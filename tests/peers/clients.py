"""The official Python clients, each used as its own README shows: start a job, wait for it.

    clients.py NAME BASE TAGS.json [SECONDS]

Runs all the jobs of the file at once in this process and prints one JSON line for each that ended.
SECONDS is the client's own timeout for one request, where a case needs a shorter one than its default.
"""

import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor

name, base, file = sys.argv[1:4]
patience = float(sys.argv[4]) if len(sys.argv) > 4 else None
with open(file) as opened:
    tags = json.load(opened)


def tell(tag, fault=None):
    said = None if fault is None else f"{type(fault).__name__}: {fault}"[:200]
    # In one write: threads would come between a line and its end.
    sys.stdout.write(json.dumps({"tag": tag, "ok": fault is None, "said": said}) + "\n")
    sys.stdout.flush()


def wavespeed():
    """It has no asynchronous client, so each job has a thread."""
    import wavespeed as sdk

    if patience:
        sdk.config.api.read_timeout = patience
    client = sdk.Client(api_key="k", base_url=base)
    return lambda tag: client.run("wavespeed-ai/flux-schnell", {"prompt": tag})


def fal():
    import fal_client
    import fal_client.client as module

    # Its hosts are constants.
    module.QUEUE_URL_FORMAT = f"{base}/fal/"
    client = fal_client.AsyncClient(key="k", **({"default_timeout": patience} if patience else {}))
    return lambda tag: client.subscribe("fal-ai/flux/schnell", {"prompt": tag})


def replicate():
    import httpx
    import replicate as sdk

    client = sdk.Client(
        api_token="k", base_url=base, **({"timeout": httpx.Timeout(patience)} if patience else {})
    )

    async def run(tag):
        task = await client.predictions.async_create(
            model="black-forest-labs/flux-schnell", input={"prompt": tag}, wait=False
        )
        await task.async_wait()
        assert task.status == "succeeded", task.status

    return run


def openai():
    import warnings

    from openai import AsyncOpenAI

    warnings.simplefilter("ignore")
    client = AsyncOpenAI(
        api_key="k", base_url=f"{base}/openai/v1", **({"timeout": patience} if patience else {})
    )

    async def run(tag):
        video = await client.videos.create_and_poll(model="sora-2", prompt=tag)
        assert video.status == "completed", video.status

    return run


async def together(run):
    async def one(tag):
        try:
            await run(tag)
        except Exception as fault:  # noqa: BLE001 - whatever ends the wait is what is measured
            tell(tag, fault)
        else:
            tell(tag)

    await asyncio.gather(*map(one, tags))


def in_threads(run):
    def one(tag):
        try:
            run(tag)
        except Exception as fault:  # noqa: BLE001 - whatever ends the wait is what is measured
            tell(tag, fault)
        else:
            tell(tag)

    with ThreadPoolExecutor(max(1, len(tags))) as pool:
        list(pool.map(one, tags))


if name == "wavespeed":
    in_threads(wavespeed())
else:
    asyncio.run(together({"fal": fal, "replicate": replicate, "openai": openai}[name]()))
