import { beforeEach, describe, expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import { capOf, firstCap, otherCaps, withCap } from '../src/state/caps'
import { sending } from '../src/features/studio/sending.svelte'
import { App } from '../src/state/app.svelte'
import { draft } from '../src/state/draft.svelte'
import { Spend, spendParts } from '../src/state/spend.svelte'
import { FakeHost } from './fixtures/host'
import { endpoint, job } from './fixtures/rows'

const usd = (micros: number) => ({ micros, currency: 'USD', exact: true })
let host: FakeHost

beforeEach(() => {
  localStorage.clear()
  host = new FakeHost()
  setHost(host)
})

describe('the top bar', () => {
  test('says what was spent over the cap, and nothing where there is neither', () => {
    const none = { day: {}, month: {}, batch: {} }
    expect(spendParts({ today: [], caps: none })).toEqual([])
    expect(spendParts({ today: [usd(0)], caps: { day: {}, month: {}, batch: { USD: 5 } } })).toEqual([])
    expect(
      spendParts({ today: [usd(3_410_000)], caps: { day: { USD: 10_000_000 }, month: {}, batch: {} } }),
    ).toEqual([{ currency: 'USD', spent: '$3.41', cap: '$10' }])
    expect(spendParts({ today: [usd(40_000)], caps: none })).toEqual([
      { currency: 'USD', spent: '$0.04', cap: '' },
    ])
    expect(spendParts({ today: [], caps: { day: { EUR: 2_500_000 }, month: {}, batch: {} } })).toEqual([
      { currency: 'EUR', spent: '€0.00', cap: '€2.50' },
    ])
  })

  test('keeps the newest answer, and what stood when there is none', async () => {
    const spend = new Spend()
    host.spent = [usd(40_000)]
    await spend.load()
    host.on.spending = () => {
      throw { code: 'internal', message: 'No.', hint: '', detail: '' }
    }
    await spend.load()
    expect(spend.parts.map((p) => p.spent)).toEqual(['$0.04'])
  })
})

test('caps are set in one currency and leave the others alone', () => {
  const caps = { day: { EUR: 5_000_000, USD: 1 }, month: { USD: 7 }, batch: { CHF: 9_000_000 } }
  expect(withCap(caps, 'day', 10.5)).toEqual({ ...caps, day: { EUR: 5_000_000, USD: 10_500_000 } })
  expect(withCap(caps, 'day', null)).toEqual({ ...caps, day: { EUR: 5_000_000 } })
  expect(withCap(caps, 'batch', 0.1).batch).toEqual({ CHF: 9_000_000, USD: 100_000 })
  expect(withCap(caps, 'month', 2, 'EUR').month).toEqual({ USD: 7, EUR: 2_000_000 })
  expect(capOf({ ...caps, month: { USD: 2_500_000 } }, 'month')).toBe(2.5)
  expect([capOf(caps, 'day', 'EUR'), capOf(caps, 'batch')]).toEqual([5, null])
  expect(otherCaps({ ...caps, month: { EUR: 1_000_000 } })).toEqual([
    '€5.00 a day',
    '€1.00 a month',
    'CHF 9.00 a press',
  ])
})

test('a cap that is switched on is not passed already', () => {
  expect([firstCap('day', 0), firstCap('day', 10_000_000), firstCap('day', 79_000_000)]).toEqual([10, 20, 80])
  expect(firstCap('month', 64_180_000)).toBe(100)
})

describe('Generate under a cap', () => {
  const asked = () => host.asked.filter((a) => a.cmd === 'submit_job').map((a) => a.request)
  const refuse = (code: string) => {
    host.on.submit_job = ({ accept_unpriced }) => {
      if (code === 'unpriced' && accept_unpriced) return { jobs: [job('made')], problems: [] }
      throw { code, message: 'Your cap says no.', hint: 'Raise it.', detail: '' }
    }
  }

  beforeEach(async () => {
    host.endpoints = [endpoint('acme:stills')]
    host.drafts.image = { endpoint: 'acme:stills', prompt: 'Boats' }
    host.on.quote = () => ({ each: usd(1), total: usd(1), most: null, note: '' })
    await new App().load()
    draft.modality = 'image'
    await draft.restore()
  })

  test('keeps the draft and says which cap', async () => {
    refuse('budget')
    expect(await draft.submit()).toBe(false)
    expect([draft.error?.code, draft.sheet.prompt]).toEqual(['budget', 'Boats'])
    expect(asked()[0]).not.toHaveProperty('accept_unpriced')
  })

  test('a price no cap can watch goes after one yes', async () => {
    refuse('unpriced')
    expect(await draft.submit()).toBe(false)
    expect([draft.error?.code, draft.sheet.prompt]).toEqual(['unpriced', 'Boats'])
    sending.anyway()
    await expect.poll(() => draft.error).toBe(null)
    expect(asked().at(-1)).toMatchObject({ accept_unpriced: true })
  })
})
