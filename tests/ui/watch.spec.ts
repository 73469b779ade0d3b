// Watching: what waits, what is blocked, what is in doubt, and what became of it while nobody looked.
import { elsewhere, expect, expectNoFaults, expectPrints, render, test } from './served'

test.describe('a service that is busy', () => {
  test.use({
    script: {
      base_price: 0.04,
      balance: 10,
      rules: [{ on: 'submit', times: 1, answer: { status: 429, headers: { 'retry-after': '15' } } }],
    },
  })

  test('is waited for with a countdown, and the render arrives without a word more', async ({ studio }) => {
    await render(studio, 'Image', 'a lighthouse at dusk')
    await expect(studio.getByText('Waiting').first()).toBeVisible()
    await expect(studio.getByText(/Resumes in \d+ s\./).first()).toBeVisible()
    await expectNoFaults(studio, 'waiting')
    await expectPrints(studio, 1)
  })
})

test.describe('a service that takes no key any more', () => {
  test.use({
    script: { base_price: 0.04, balance: 10, rules: [{ on: 'submit', times: 1, answer: { status: 401 } }] },
    allowed: /status of 401/,
  })

  test('blocks with what to do, and what waited goes on when the key works', async ({ studio }) => {
    await render(studio, 'Image', 'a harbour in fog')
    const needs = studio.getByRole('region', { name: /needs you/i })
    await expect(needs).toContainText('a harbour in fog')
    await expectNoFaults(studio, 'a key that is refused')
    // The key is tested by itself, once a minute, by a call that costs nothing.
    await expectPrints(studio, 1, 120_000)
  })
})

test.describe('an answer that is lost', () => {
  test.use({
    script: {
      base_price: 0.04,
      balance: 10,
      rules: [{ on: 'submit', times: 1, drop: 'after_read', create: false }],
    },
  })

  test('leaves a doubt with three ways out, told in the feed', async ({ studio }) => {
    await render(studio, 'Image', 'a road in the rain')
    const needs = studio.getByRole('region', { name: /needs you/i })
    await expect(needs).toContainText('a road in the rain')
    for (const way of [/^Send again, \$0\.04/, /^Keep looking/, /^Close/])
      await expect(needs.getByRole('button', { name: way })).toBeVisible()
    await expectNoFaults(studio, 'a doubt')
    await needs.getByRole('button', { name: /^Close/ }).click()
    await expect(needs).toBeHidden()
  })
})

test('a clip under way shows its time and what it is at, and is cancelled with what that means', async ({
  studio,
}) => {
  await render(studio, 'Video', 'slow drift over a still sea')
  const card = studio.getByRole('article').first()
  await expect(card.getByText(/\d\d:\d\d:\d\d/)).toBeVisible()
  await studio.getByRole('button', { name: /^Cancel/ }).first().click()
  // What it means is said at once, and nothing that may be paid for is thrown away.
  await expect(card).toContainText(/can't stop a render once it began.* We keep what it makes\./)
  await expectNoFaults(studio, 'a clip under way')
  await expectPrints(studio, 1)
})

test('what became of it while Rushes was closed is told once', async ({ studio, restart }) => {
  test.slow()
  await elsewhere(studio, 'submit_job', {
    endpoint: 'sandbox:sandbox/clips',
    inputs: { prompt: 'slow drift over a still sea', resolution: '480p', duration: 2 },
  })
  await expect(studio.getByText('slow drift over a still sea').first()).toBeVisible()
  // Closed for longer than a reload takes.
  await restart(31_000)
  const told = studio.getByRole('region', { name: 'While you were away' })
  await expect(told).toContainText('1 render was saved')
  for (const colorScheme of ['dark', 'light'] as const) {
    await studio.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expectNoFaults(studio, `while you were away, ${colorScheme}`)
  }
  await told.getByRole('button', { name: 'Put this away' }).click()
  await expect(told).toBeHidden()
  await expectPrints(studio, 1)
  await studio.reload()
  await expectPrints(studio, 1)
  await expect(told).toBeHidden()
})
