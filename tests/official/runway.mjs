// A picture, a clip, an upload and errors through Runway's official JavaScript client.
import assert from 'node:assert/strict';
import RunwayML, { toFile } from '@runwayml/sdk';

const [base, key] = process.argv.slice(2);
const client = new RunwayML({ apiKey: key, baseURL: `${base}/runway`, maxRetries: 0 });
const fetched = async (url) => Buffer.from(await (await fetch(url)).arrayBuffer());

// Its own waiting asks every six seconds; this asks the same path sooner.
async function ended({ id }) {
  for (;;) {
    const task = await client.tasks.retrieve(id);
    if (!['PENDING', 'THROTTLED', 'RUNNING'].includes(task.status)) return task;
    await new Promise((later) => setTimeout(later, 100));
  }
}

const still = { model: 'gen4_image', ratio: '720:720' };
const done = await ended(
  await client.textToImage.create({ ...still, promptText: 'hills at dawn', seed: 7 }),
);
assert.equal(done.status, 'SUCCEEDED');
const picture = await fetched(done.output[0]);
assert.equal(picture.subarray(0, 8).toString('hex'), '89504e470d0a1a0a');

const { uri } = await client.uploads.createEphemeral({
  file: await toFile(picture, 'hills.png', { type: 'image/png' }),
});
const edit = await client.textToImage.create({
  ...still,
  promptText: 'in gold, after @hills',
  referenceImages: [{ uri, tag: 'hills' }],
});
assert.equal((await ended(edit)).status, 'SUCCEEDED');
const clip = await client.imageToVideo.create({
  model: 'gen4_turbo',
  promptImage: uri,
  ratio: '1280:720',
  duration: 2,
});
const moving = await fetched((await ended(clip)).output[0]);
assert.equal(moving.subarray(4, 8).toString(), 'ftyp');

const failed = await ended(await client.textToImage.create({ ...still, promptText: '[blocked]' }));
assert.deepEqual([failed.status, failed.failureCode], ['FAILED', 'SAFETY.INPUT.TEXT']);
await assert.rejects(
  client.textToImage.create({ ...still, promptText: ' ' }),
  RunwayML.BadRequestError,
);
const stranger = new RunwayML({ apiKey: 'another', baseURL: `${base}/runway`, maxRetries: 0 });
await assert.rejects(stranger.organization.retrieve(), RunwayML.AuthenticationError);
assert.ok(Number.isInteger((await client.organization.retrieve()).creditBalance));
console.log('@runwayml/sdk for JavaScript: a picture, an edit, a clip, an upload, errors');
