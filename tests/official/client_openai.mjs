// A picture, a stream, a clip, an error and a webhook's signature through OpenAI's official JavaScript client.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';

const [base, key] = process.argv.slice(2);
const at = (front) => new OpenAI({ apiKey: key, baseURL: `${base}/${front}/v1`, maxRetries: 0 });
const client = at('openai');
const server = at('openai_compatible');
const model = 'gpt-image-2.5-flare';

const answer = await client.images.generate({ model, prompt: 'hills at dawn', size: '512x384' });
const picture = Buffer.from(answer.data[0].b64_json, 'base64');
assert.equal(picture.subarray(0, 8).toString('hex'), '89504e470d0a1a0a');

const kinds = [];
for await (const event of await client.images.generate({
  model,
  prompt: 'hills at dawn',
  stream: true,
  partial_images: 1,
})) {
  kinds.push(event.type);
}
assert.deepEqual(kinds, ['image_generation.partial_image', 'image_generation.completed']);

await assert.rejects(
  client.images.generate({ model, prompt: '[blocked]' }),
  (error) => error instanceof OpenAI.BadRequestError && error.code === 'moderation_blocked',
);

let video = await server.videos.create({ model: 'sandbox-video', prompt: 'slow waves', seconds: '1' });
while (!['completed', 'failed'].includes(video.status)) {
  await sleep(100);
  video = await server.videos.retrieve(video.id);
}
const content = await server.videos.downloadContent(video.id);
const clip = Buffer.from(await content.arrayBuffer());
assert.equal(clip.subarray(4, 8).toString(), 'ftyp');

// The Python client takes what the sandbox delivers; this one proves the same rule from its own side.
const body = JSON.stringify({ type: 'video.completed', data: { id: video.id } });
const now = String(Math.floor(Date.now() / 1000));
const raw = Buffer.from('0123456789abcdef0123456789abcdef');
const signature = createHmac('sha256', raw).update(`msg_1.${now}.${body}`).digest('base64');
const event = await server.webhooks.unwrap(
  body,
  { 'webhook-id': 'msg_1', 'webhook-timestamp': now, 'webhook-signature': `v1,${signature}` },
  `whsec_${raw.toString('base64')}`,
);
assert.equal(event.data.id, video.id);
console.log('openai for JavaScript: a picture, a stream, a clip, an error and a signature');
