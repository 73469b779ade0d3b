// A picture, an edit of it and a clip through the official JavaScript client.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import wavespeed from 'wavespeed';

const [base, key, folder] = process.argv.slice(2);
const client = new wavespeed.Client(key, { baseUrl: base });

async function render(model, input, name) {
  const { outputs } = await client.run(model, input, { pollInterval: 0.1 });
  assert.equal(outputs.length, 1);
  const answer = await fetch(outputs[0]);
  assert.equal(answer.status, 200);
  const file = join(folder, name);
  await writeFile(file, Buffer.from(await answer.arrayBuffer()));
  return { file, bytes: await readFile(file) };
}

const png = '89504e470d0a1a0a';
const picture = await render(
  'sandbox/stills',
  { prompt: 'hills at dawn', size: '512*384', seed: 7 },
  'node.png',
);
assert.equal(picture.bytes.subarray(0, 8).toString('hex'), png);
// The same inputs and seed give the same picture, whoever asks.
assert.deepEqual(picture.bytes, await readFile(join(folder, 'python.png')));

const reference = await client.upload(picture.file);
const edit = await render('sandbox/stills/edit', { prompt: 'in gold', images: [reference] }, 'node-edit.png');
assert.equal(edit.bytes.subarray(0, 8).toString('hex'), png);

const clip = await render(
  'sandbox/clips',
  { prompt: 'slow waves', duration: 1, resolution: '480p' },
  'node.mp4',
);
assert.equal(clip.bytes.subarray(4, 8).toString(), 'ftyp');
console.log('wavespeed for JavaScript: a picture, an edit and a clip');
