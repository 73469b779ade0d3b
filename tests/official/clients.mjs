// A picture, a clip and an error through the official JavaScript clients of Replicate and fal, and a
// webhook's signature through Replicate's.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { fal } from '@fal-ai/client';
import Replicate, { validateWebhook } from 'replicate';

const [base, key] = process.argv.slice(2);
const png = '89504e470d0a1a0a';
const fetched = async (url) => Buffer.from(await (await fetch(url)).arrayBuffer());
const isPng = (bytes) => assert.equal(bytes.subarray(0, 8).toString('hex'), png);
const isMp4 = (bytes) => assert.equal(bytes.subarray(4, 8).toString(), 'ftyp');

const replicate = new Replicate({ auth: key, baseUrl: `${base}/replicate/v1`, useFileOutput: false });
const wait = { mode: 'poll', interval: 100 };
const [picture] = await replicate.run('black-forest-labs/flux-schnell', {
  input: { prompt: 'hills at dawn', width: 512, height: 384, output_format: 'png' },
  wait,
});
isPng(await fetched(picture));
const clip = await replicate.run('bytedance/seedance-1-pro', {
  input: { prompt: 'slow waves', duration: 1, resolution: '480p' },
  wait,
});
isMp4(await fetched(clip));
await assert.rejects(
  replicate.run('black-forest-labs/flux-schnell', { input: { prompt: '[blocked]' }, wait }),
  /E005/,
);

let told;
const delivery = new Promise((resolve) => (told = resolve));
const receiver = createServer((request, answer) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    answer.end();
    told({ headers: request.headers, body: Buffer.concat(parts).toString() });
  });
});
await new Promise((ready) => receiver.listen(0, '127.0.0.1', ready));
const { key: secret } = await replicate.webhooks.default.secret.get();
const made = await replicate.predictions.create({
  model: 'black-forest-labs/flux-schnell',
  input: { prompt: 'hills', width: 256, height: 256 },
  webhook: `http://127.0.0.1:${receiver.address().port}/hook`,
});
const { headers, body } = await delivery;
receiver.close();
const signed = {
  id: headers['webhook-id'],
  timestamp: headers['webhook-timestamp'],
  signature: headers['webhook-signature'],
  body,
  secret,
};
assert.equal(await validateWebhook(signed), true);
assert.equal(JSON.parse(body).id, made.id);
console.log('replicate for JavaScript: a picture, a clip, an error and a webhook');

// Its hosts are written into the client; the requests are led to the sandbox.
fal.config({
  credentials: key,
  fetch: (url, init) => fetch(String(url).replace(/^https:\/\/[^/]*fal\.(run|ai)/, `${base}/fal`), init),
});
const image = await fal.subscribe('fal-ai/flux/dev', {
  input: { prompt: 'hills at dawn', image_size: { width: 512, height: 384 } },
  pollInterval: 100,
});
isPng(await fetched(image.data.images[0].url));
const film = await fal.subscribe('fal-ai/veo3.1', {
  input: { prompt: 'slow waves', duration: '1s', resolution: '480p' },
  pollInterval: 100,
});
isMp4(await fetched(film.data.video.url));
await assert.rejects(
  fal.subscribe('fal-ai/flux/dev', { input: { prompt: '[blocked]' }, pollInterval: 100 }),
  (error) => error.status === 422 && error.body.detail[0].type === 'content_policy_violation',
);
console.log('@fal-ai/client for JavaScript: a picture, a clip and an error');
