import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { setHost } from '../src/bridge/call'
import type { AppState } from '../src/bridge/generated'
import { App } from '../src/state/app.svelte'
import { announcer } from '../src/state/announce.svelte'
import { draft } from '../src/state/draft.svelte'
import { jobs } from '../src/state/jobs.svelte'
import { nav, Nav } from '../src/state/nav.svelte'
import { settings } from '../src/state/settings.svelte'
import { language, t } from '../src/words'
import { FakeHost } from './fixtures/host'
import { endpoint, job } from './fixtures/rows'

let host: FakeHost

beforeEach(() => {
  localStorage.clear()
  nav.go('studio')
  host = new FakeHost()
  host.endpoints = [endpoint('sandbox:stills', { sandbox: true })]
  setHost(host)
})

afterEach(() => language.use('en'))

test('what is committed while everything is read has the last word', async () => {
  const app = new App()
  const usual = host.call.bind(host)
  host.call = async (cmd, request) => {
    const answer = await usual(cmd, request)
    if (cmd === 'list_jobs') app.apply([{ kind: 'job', job: job('j', { state: 'completed' }) }])
    return answer
  }
  host.jobs = [job('j', { state: 'running', phase: 'accepted' })]
  await app.load()
  expect(jobs.table.get('j')?.state).toBe('completed')
})

test('reading again after a reconnect leaves the composer alone', async () => {
  const app = new App()
  await app.load()
  draft.setPrompt('Half a sentence')
  await app.load()
  expect(draft.sheet.prompt).toBe('Half a sentence')
})

test('a core that does not answer is told in its words, and trying again works', async () => {
  const app = new App()
  host.on.app_state = () => {
    throw {
      code: 'locked',
      message: 'Rushes is open in another window.',
      hint: 'Close it first.',
      detail: '',
    }
  }
  await app.load()
  expect([app.ready, app.error?.message]).toEqual([false, 'Rushes is open in another window.'])
  delete host.on.app_state
  await app.load()
  expect([app.ready, app.error]).toEqual([true, null])
})

test('a library that was moved from elsewhere is told at its new place', async () => {
  const app = new App()
  await app.load()
  const elsewhere: AppState = { ...(await host.call('app_state', {})), library: '/new/Pictures' }
  host.on.app_state = () => elsewhere
  app.apply([{ kind: 'view' }])
  await expect.poll(() => app.info?.library).toBe('/new/Pictures')
})

test('a library that is away is known as away until it is back', async () => {
  const app = new App()
  await app.load()
  expect(app.libraryAway).toBe(false)
  const notice = { about: 'library', tone: 'block', message: 'It is not there.', hint: 'Connect its drive.' }
  app.apply([{ kind: 'notices', notices: [notice] }])
  expect([app.libraryAway, app.notices]).toEqual([true, [notice]])
  app.apply([{ kind: 'notices', notices: [] }])
  expect(app.libraryAway).toBe(false)
})

test('state changes are announced once, in one line', async () => {
  const app = new App()
  await app.load()
  app.apply([{ kind: 'job', job: job('a', { state: 'running', phase: 'accepted' }) }])
  app.apply([
    { kind: 'job', job: job('a') },
    { kind: 'job', job: job('a') },
  ])
  expect(announcer.line).toBe('Shot 1, take 1 ready.')
})

test('the theme follows the choice, and the system when there is none', async () => {
  settings.apply({ ...host.settings, theme: 'light' })
  expect(settings.theme).toBe('light')
  settings.apply({ ...host.settings, theme: 'system' })
  settings.systemLight = true
  expect(settings.theme).toBe('light')
  settings.systemLight = false
  expect(settings.theme).toBe('dark')
})

test('a choice that cannot be kept goes back', async () => {
  settings.apply({ ...host.settings, notify: true })
  host.on.set_settings = () => {
    throw { code: 'internal', message: 'No room.', hint: '', detail: '' }
  }
  await expect(settings.set({ notify: false })).rejects.toMatchObject({ message: 'No room.' })
  expect(settings.now.notify).toBe(true)
})

test('settings lead back to where one came from, and the viewer closes first', () => {
  const way = new Nav()
  way.go('gallery')
  way.go('settings', 'keys')
  expect([way.screen, way.section]).toEqual(['settings', 'keys'])
  way.openPrint('p', ['p', 'q'])
  way.back()
  expect([way.viewing, way.screen]).toEqual([null, 'settings'])
  way.back()
  expect(way.screen).toBe('gallery')
})

test('a job that is chosen in the tray is shown on its screen', () => {
  const stop = new App().start()
  host.openJob('job_7')
  expect([nav.screen, nav.section]).toEqual(['jobs', 'job_7'])
  stop()
})

test('it speaks what the system speaks until the user chooses, and reads the core’s sentences again', async () => {
  const app = new App()
  const here: AppState = { ...(await host.call('app_state', {})), system_language: 'ja' }
  host.on.app_state = () => here
  await app.load()
  expect(language.now).toBe('ja')
  expect(t('Settings')).toBe('設定')
  const reads = () => host.asked.filter(({ cmd }) => cmd === 'list_endpoints').length
  const before = reads()
  host.settings = { ...host.settings, language: 'en' }
  app.apply([{ kind: 'settings', settings: host.settings }])
  await vi.waitFor(() => expect(language.now).toBe('en'))
  app.apply([{ kind: 'settings', settings: host.settings }])
  expect(reads()).toBe(before + 1)
})
