// The official JavaScript clients, each used as its own README shows: start a job, wait for it.
//
//     node clients.mjs NAME BASE TAGS.json [SECONDS]
//
// The counterpart of clients.py; SECONDS is the timeout for one request.
import { readFile } from 'node:fs/promises';

const [name, base, file, seconds] = process.argv.slice(2);
const tags = JSON.parse(await readFile(file, 'utf8'));
const patience = seconds ? Number(seconds) * 1000 : undefined;
// Two of the four have no timeout of their own and take a fetch that has one.
const bounded = (url, init) =>
  fetch(url, patience ? { ...init, signal: AbortSignal.timeout(patience) } : init);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const kinds = {
  async wavespeed() {
    const { Client } = (await import('wavespeed')).default;
    const client = new Client('k', {
      baseUrl: base,
      ...(patience ? { connectionTimeout: patience / 1000 } : {}),
    });
    return (tag) => client.run('wavespeed-ai/flux-schnell', { prompt: tag });
  },
  async fal() {
    const { fal } = await import('@fal-ai/client');
    // Its hosts are constants.
    const here = (url, init) => bounded(url.replace('https://queue.fal.run', `${base}/fal`), init);
    fal.config({ credentials: 'k', fetch: here });
    return (tag) => fal.subscribe('fal-ai/flux/schnell', { input: { prompt: tag } });
  },
  async replicate() {
    const Replicate = (await import('replicate')).default;
    const client = new Replicate({ auth: 'k', baseUrl: `${base}/v1`, fetch: bounded });
    return async (tag) => {
      const task = await client.predictions.create({
        model: 'black-forest-labs/flux-schnell',
        input: { prompt: tag },
      });
      const done = await client.wait(task);
      if (done.status !== 'succeeded') throw new Error(done.status);
    };
  },
  async openai() {
    const OpenAI = (await import('openai')).default;
    const client = new OpenAI({
      apiKey: 'k',
      baseURL: `${base}/openai/v1`,
      ...(patience ? { timeout: patience } : {}),
    });
    // It has no wait of its own; this is the Python client's.
    return async (tag) => {
      let video = await client.videos.create({ model: 'sora-2', prompt: tag });
      while (video.status === 'queued' || video.status === 'in_progress') {
        await pause(1000);
        video = await client.videos.retrieve(video.id);
      }
      if (video.status !== 'completed') throw new Error(video.status);
    };
  },
};

const run = await kinds[name]();
const tell = (tag, error) => {
  const said = error ? `${error.name}: ${error.message}`.slice(0, 200) : null;
  console.log(JSON.stringify({ tag, ok: !error, said }));
};
await Promise.all(
  tags.map((tag) =>
    // What a client throws may be no Error; the call itself may throw at once.
    (async () => run(tag))().then(
      () => tell(tag),
      (error) => tell(tag, error instanceof Error ? error : new Error(String(error))),
    ),
  ),
);
