import { cleanup, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import type { SpendReport, SpendRow, SpendSum } from '../src/bridge/generated'
import {
  averageWords,
  dayGist,
  failedWords,
  gist,
  labelled,
  monthWords,
  openWords,
  scaleOf,
} from '../src/features/spend/chart'
import Spend from '../src/features/spend/Spend.svelte'
import { SpendView, view } from '../src/state/spendview.svelte'
import { jobs } from '../src/state/jobs.svelte'
import { nav } from '../src/state/nav.svelte'
import { settings } from '../src/state/settings.svelte'
import { FakeHost } from './fixtures/host'
import { job } from './fixtures/rows'

const none = { reserved: 0, settled: 0, unknown: 0 }

function days(month: string, length: number, spent: Record<number, Partial<SpendSum['days'][0]['amounts']>>) {
  return Array.from({ length }, (_, n) => ({
    day: `${month}-${String(n + 1).padStart(2, '0')}`,
    amounts: { ...none, ...spent[n + 1] },
    prints: spent[n + 1] ? 3 : 0,
  }))
}

function row(key: string, more: Partial<SpendRow> = {}): SpendRow {
  return {
    key,
    name: key,
    amounts: none,
    prints: 0,
    failed: 0,
    failed_charged: 0,
    doubts: 0,
    days: Array<number>(30).fill(0),
    ...more,
  }
}

function sumOf(more: Partial<SpendSum> = {}): SpendSum {
  return {
    currency: 'USD',
    today: 3_410_000,
    this_month: 11_810_000,
    last_month: 81_020_000,
    amounts: { reserved: 200_000, settled: 11_330_000, unknown: 280_000 },
    prints: 186,
    average: 60_037,
    recovered: 7,
    recovered_micros: 2_310_000,
    days: days('2026-11', 30, {
      13: { settled: 8_400_000 },
      22: { settled: 2_930_000, reserved: 200_000, unknown: 280_000 },
    }),
    providers: [row('Acme', { amounts: { ...none, settled: 11_330_000 }, prints: 186, failed: 4 })],
    models: [row('Stills', { prints: 186 })],
    routes: [row('', { name: '' })],
    ...more,
  }
}

function reportOf(more: Partial<SpendReport> = {}): SpendReport {
  return {
    month: '2026-11',
    today: '2026-11-22',
    months: ['2026-09', '2026-11'],
    sums: [sumOf()],
    unlisted: { renders: 0, prints: 0 },
    caps: { day: { USD: 10_000_000 }, month: {}, batch: {} },
    ...more,
  }
}

let host: FakeHost

beforeEach(() => {
  localStorage.clear()
  host = new FakeHost()
  setHost(host)
  settings.apply(host.settings)
  Object.assign(view, {
    report: null,
    error: null,
    table: false,
    chosen: null,
    currency: '',
    split: 'providers',
  })
})

afterEach(() => {
  cleanup()
  void jobs.showDay('')
  jobs.table.clear()
})

describe('the chart', () => {
  test('stands on a round scale that holds the cap where it is near', () => {
    expect(scaleOf(8_400_000, 10_000_000)).toEqual({
      top: 12_000_000,
      ticks: [0, 4_000_000, 8_000_000, 12_000_000],
      hasCap: true,
    })
    expect(scaleOf(40_000, 10_000_000)).toMatchObject({ top: 40_000, hasCap: false })
    expect(scaleOf(0, 5_000_000)).toMatchObject({ hasCap: true })
    expect(scaleOf(0, null).ticks.length).toBeGreaterThan(1)
    for (const peak of [1, 7, 999, 123_456, 3_000_000, 98_765_432]) {
      const { top, ticks } = scaleOf(peak, null)
      expect(top).toBeGreaterThanOrEqual(peak)
      expect(ticks.length).toBeLessThanOrEqual(5)
      expect(ticks.at(-1)).toBe(Math.round(top))
    }
  })

  test('labels few days, and none that today would cover', () => {
    expect(labelled(30, 21).map((n) => n + 1)).toEqual([1, 5, 10, 15, 22, 25, 30])
    expect(labelled(28, -1).map((n) => n + 1)).toEqual([1, 5, 10, 15, 20, 25, 28])
    expect(labelled(31, 30).map((n) => n + 1)).toEqual([1, 5, 10, 15, 20, 25, 31])
  })

  test('says in words what it shows', () => {
    const sum = sumOf()
    expect(gist(sum, 'November')).toBe('Spend per day in November. Highest $8.40 on 13 November.')
    expect(gist({ ...sum, days: days('2026-11', 30, {}) }, 'November')).toContain('Nothing was spent.')
    expect(dayGist(sum, 12)).toBe('$8.40, 3 prints')
    expect(dayGist(sum, 21)).toBe('$3.41, 3 prints, $0.48 of it not settled')
    expect(openWords(sum.amounts, 'USD')).toBe('$0.20 set aside, $0.28 in doubt')
    expect([monthWords('2026-10', '2026-11-22'), monthWords('2025-12', '2026-11-22')]).toEqual([
      'October',
      'December 2025',
    ])
  })

  test('an average has the digits that tell prices apart', () => {
    const words = [60_037, 60_000, 1_234_567, 2_749, 350_000].map((micros) => averageWords(micros, 'USD'))
    expect(words).toEqual(['$0.060', '$0.060', '$1.23', '$0.00275', '$0.350'])
  })

  test('failures say whether they were charged', () => {
    const words = (failed: number, failed_charged: number, doubts = 0) =>
      failedWords(row('x', { failed, failed_charged, doubts }))
    expect([words(0, 0), words(4, 0), words(0, 2), words(3, 1), words(0, 0, 1), words(1, 0, 2)]).toEqual([
      'none failed',
      '4 failed, not charged',
      '2 failed, charged',
      '4 failed, 1 charged',
      '1 in doubt',
      '1 failed, not charged, 2 in doubt',
    ])
  })
})

describe('the view', () => {
  test('goes through the months that have anything, and back to the one it is', async () => {
    const asked: unknown[] = []
    host.on.spend_report = (request) => {
      asked.push(request)
      return reportOf({ month: request.month ?? '2026-11' })
    }
    const view = new SpendView()
    await view.load()
    expect([view.before, view.after, view.today, view.place]).toEqual(['2026-09', null, 21, 21])
    await view.step(1)
    await view.step(-1)
    expect([view.report?.month, view.after, view.today, view.last]).toEqual(['2026-09', '2026-11', -1, 29])
    await view.step(1)
    expect(asked).toEqual([{}, { month: '2026-09' }, {}])
  })

  test('an older answer never stands in the place of a newer one', async () => {
    const view = new SpendView()
    let first: ((report: SpendReport) => void) | undefined
    const late = new Promise<SpendReport>((done) => (first = done))
    const answers = [late, Promise.resolve(reportOf({ today: '2026-11-23' }))]
    host.call = (() => answers.shift()) as typeof host.call
    const old = view.load()
    await view.load()
    first?.(reportOf())
    await old
    expect(view.report?.today).toBe('2026-11-23')
  })

  test('never mixes currencies, and keeps the one that was chosen', async () => {
    host.on.spend_report = () => reportOf({ sums: [sumOf({ currency: 'EUR', today: 1 }), sumOf()] })
    const view = new SpendView()
    await view.load()
    expect(view.sum?.currency).toBe('USD')
    view.currency = 'EUR'
    expect(view.sum?.today).toBe(1)
  })

  test('walks no further than today', async () => {
    host.on.spend_report = () => reportOf()
    const view = new SpendView()
    await view.load()
    view.walk(40)
    expect(view.place).toBe(21)
    view.walk(-3)
    expect(view.place).toBe(0)
  })

  test('gives the month to a browser as a file that spreadsheets read', async () => {
    host.on.spend_report = () => reportOf()
    host.on.export_spend = ({ month }) => ({ name: `rushes-spend-${month}.csv`, csv: 'day\r\n' })
    const view = new SpendView()
    await view.load()
    expect(await view.save()).toBe('')
    expect(host.downloads).toEqual([['rushes-spend-2026-11.csv', '\ufeffday\r\n']])
    host.download = () => false
    host.on.save_spend = () => ({ path: '/downloads/rushes-spend-2026-11.csv' })
    expect(await view.save()).toBe('/downloads/rushes-spend-2026-11.csv')
  })
})

describe('the screen', () => {
  test('tells figures, days and rows, and T turns the bars into a table', async () => {
    host.on.spend_report = () => reportOf()
    render(Spend)
    await screen.findByRole('heading', { name: 'November' })
    for (const figure of ['$3.41', '$11.81', '$0.060', '$2.31'])
      expect(screen.getAllByText(figure).length).toBeGreaterThan(0)
    expect(screen.getByText('7 renders recovered after a close, a crash or a dropped line')).toBeTruthy()
    expect(screen.getByRole('group', { name: /Highest \$8\.40 on 13 November/ })).toBeTruthy()
    expect(screen.getByText('Daily cap $10')).toBeTruthy()
    expect(screen.getByText('4 failed, not charged')).toBeTruthy()
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 't', bubbles: true }))
    await screen.findByRole('table', { name: /Highest \$8\.40/ })
    expect(screen.getByRole('row', { name: /13 November.*\$8\.40/ })).toBeTruthy()
  })

  test('keys walk the days, and a day leads to its jobs', async () => {
    host.on.spend_report = () => reportOf()
    host.on.list_jobs = ({ day }) => (day === '2026-11-21' ? [job('old', { created_at: 5 })] : [])
    jobs.table.put(job('other', { created_at: 6 }))
    render(Spend)
    const today = await screen.findByRole('button', { name: /^Today, \$3\.41/ })
    expect(today.tabIndex).toBe(0)
    today.focus()
    today.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true, cancelable: true }))
    await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^21 November/))
    ;(document.activeElement as HTMLElement).click()
    expect(nav.screen).toBe('jobs')
    await waitFor(() => expect(jobs.shown.map((job) => job.id)).toEqual(['old']))
    await jobs.showDay('')
    expect(jobs.shown.map((job) => job.id)).toEqual(['other'])
  })

  test('says so when nothing was ever sent, or only what has no price', async () => {
    host.on.spend_report = () => reportOf({ sums: [], months: ['2026-11'] })
    render(Spend)
    await screen.findByText('Nothing spent yet.')
    host.on.spend_report = () =>
      reportOf({ sums: [], months: ['2026-11'], unlisted: { renders: 2, prints: 2 } })
    await view.load()
    await screen.findByText(/2 renders without a listed price\s+were sent/)
  })

  test('a cap is switched on at a round sum', async () => {
    host.on.spend_report = () => reportOf()
    host.settings.caps = { day: { USD: 10_000_000 }, month: {}, batch: {} }
    settings.apply(host.settings)
    render(Spend)
    const month = await screen.findByRole('switch', { name: 'Monthly cap' })
    expect(screen.getByRole('meter', { name: 'Daily cap' }).getAttribute('aria-valuetext')).toBe(
      '$3.41 of $10.00',
    )
    month.click()
    await waitFor(() => expect(host.settings.caps.month).toEqual({ USD: 100_000_000 }))
    expect(host.settings.caps.day).toEqual({ USD: 10_000_000 })
  })
})
