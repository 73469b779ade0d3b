// From an adapter's recorded answers to what the fuzzer starts with: one file for each, and a
// dictionary of the words in them. `node seeds.mjs FIXTURES CORPUS DICTIONARY`.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [fixtures, corpus, dictionary] = process.argv.slice(2)
mkdirSync(corpus, { recursive: true })
const words = new Set(['null', 'true', 'false', '{}', '[]', '0', '1e308', '-1', '18446744073709551615'])

function gather(value) {
  if (Array.isArray(value)) value.forEach(gather)
  else if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) {
      words.add(JSON.stringify(key) + ':')
      gather(inner)
    }
  } else if (typeof value === 'string' && value.length < 60) words.add(JSON.stringify(value))
}

for (const name of readdirSync(fixtures).filter((name) => name.endsWith('.json'))) {
  const { response, body } = JSON.parse(readFileSync(join(fixtures, name), 'utf8'))
  const answer = response?.body ?? body
  if (answer === undefined || typeof answer === 'string') continue
  gather(answer)
  writeFileSync(join(corpus, name), `${response?.status ?? 200}\n${JSON.stringify(answer)}`)
}
const hex = (byte) => `\\x${byte.toString(16).padStart(2, '0')}`
const line = (word) => `"${[...Buffer.from(word)].map(hex).join('')}"`
writeFileSync(dictionary, [...words].map(line).join('\n') + '\n')
