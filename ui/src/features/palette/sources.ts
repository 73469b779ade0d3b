// Where the rows come from, and what each of them does.
import type { Endpoint, Job, Route } from '../../bridge/generated'
import { money, priceOrUnknown } from '../../lib/format'
import { shownKeys } from '../../lib/hotkeys'
import { editAndRun, useAsReference } from '../../state/acts'
import { again, VARIED } from '../../state/again.svelte'
import { commands } from '../../state/commands'
import { draft } from '../../state/draft.svelte'
import { endpoints } from '../../state/endpoints.svelte'
import { jobs } from '../../state/jobs.svelte'
import { ACTION_IDS, actionOf, ACTIONS, type ActionId } from '../../state/keyactions'
import { keymap } from '../../state/keymap.svelte'
import { nav } from '../../state/nav.svelte'
import { recallPrompt } from '../../state/onward'
import { palette, priceName } from '../../state/palette.svelte'
import { editOffer } from '../../state/printmenu'
import { routes } from '../../state/routes.svelte'
import { SECTIONS } from '../../state/sections'
import { shelves } from '../../state/shelves.svelte'
import { orToast } from '../../state/toasts.svelte'
import { language, msg, t, type Message } from '../../words'
import type { Row } from './rows'

/** Past prompts that are looked through here while the core looks through all of them. */
const MOST_PROMPTS = 400

/** What is about everything, and what is about prints: by the headings of actions that are. */
const ANYWHERE: Message = ACTIONS.undo.group
const ON_PRINTS: Message[] = [ACTIONS['print.open'].group, ACTIONS['clip.play'].group]

/** What it is called in English finds it in every language. */
const inEnglish = (words: string) => (language.now === 'en' ? {} : { also: words })

const focusLater = (id: string) => requestAnimationFrame(() => document.getElementById(id)?.focus())

export function printRows(): Row[] {
  const ids = palette.found.map((print) => print.id)
  return palette.found.map((print) => ({
    id: `print:${print.id}`,
    kind: 'print',
    label: print.prompt || print.code,
    print,
    run: () => nav.openPrint(print.id, ids),
    load: () => {
      const [edit] = editOffer(print)
      if (edit) edit.run()
      else recallPrompt(print.prompt)
    },
    refer: () => useAsReference(print),
  }))
}

/** Every prompt once, by the job that ran it last: those that are here, then older ones that the core found. */
export function promptRows(): Row[] {
  const last = new Map<string, string>()
  for (const job of jobs.list) {
    if (job.prompt !== '' && !last.has(job.prompt)) last.set(job.prompt, job.id)
    if (last.size === MOST_PROMPTS) break
  }
  const older = new Map<string, string>()
  for (const { text, job } of palette.past) if (!last.has(text) && !older.has(text)) older.set(text, job)
  const row = ([prompt, job]: [string, string], found: boolean): Row => ({
    id: `prompt:${job}`,
    kind: 'prompt',
    label: prompt,
    lead: msg('Run again: <prompt></prompt>'),
    price: palette.prices.get(priceName(job)) ?? '',
    job,
    found,
    run: () => orToast(jobById(job).then((one) => again.askJob('run', one))),
    load: () =>
      orToast(
        jobById(job)
          .then(editAndRun)
          .then(() => focusLater('prompt')),
      ),
  })
  return [...[...last].map((one) => row(one, false)), ...[...older].map((one) => row(one, true))]
}

/** A job by its id, of those that are here or from the book. */
export async function jobById(id: string): Promise<Job> {
  return jobs.table.get(id) ?? (await jobs.record(id)).job
}

export function modelRows(): Row[] {
  return endpoints.list
    .filter((e) => e.variants[0] === undefined || e.variants[0] === e.id)
    .map((endpoint) => ({
      id: `model:${endpoint.id}`,
      kind: 'model',
      label: endpoint.name,
      also: `${endpoint.provider_name} ${endpoint.family} ${endpoint.model}`,
      note: noteOf(endpoint),
      endpoint,
      run: () => {
        if (!endpoint.keyed) return nav.go('settings', 'keys')
        nav.go('studio')
        orToast(endpoints.learn(endpoint).then(({ id }) => draft.choose(id)))
      },
    }))
}

function noteOf({ keyed, price, provider_name: provider }: Endpoint): string {
  if (!keyed) return t('{provider}, no key yet', { provider })
  return price ? t('{first}, {second}', { first: provider, second: money(price) }) : provider
}

export function collectionRows(): Row[] {
  return shelves.collections.map(({ id, name, count }) => ({
    id: `collection:${id}`,
    kind: 'place',
    label: name,
    note: t('{count, plural, one {# print} other {# prints}}', { count }),
    run: () => nav.go('gallery', `collection:${id}`),
  }))
}

export function searchRows(): Row[] {
  return shelves.searches.map(({ name, query }) => ({
    id: `search:${name}`,
    kind: 'place',
    label: name,
    note: query,
    run: () => nav.go('gallery', `search:${name}`),
  }))
}

function stepsOf({ steps }: Route): string {
  const [first = '', ...rest] = steps.map((step) => endpoints.get(step)?.name ?? step)
  return rest.reduce((before, next) => t('{before}, then {next}', { before, next }), first)
}

export function routeRows(): Row[] {
  return routes.list.map((route) => ({
    id: `route:${route.name}`,
    kind: 'route',
    label: route.name,
    note: stepsOf(route),
    route,
    run: () => nav.go('models', `route:${route.name}`),
  }))
}

/** The acts that send something, and so show what that costs. */
const SPENDS: Partial<Record<ActionId, () => string>> = {
  generate: () => (draft.quote ? priceOrUnknown(draft.quote.total) : ''),
  'generate.seed': () => (draft.quote ? priceOrUnknown(draft.quote.total) : ''),
}

/** All that can be done now, what is about the present print first. */
export function commandRows(now: Map<ActionId, () => void>, job: Job | null): Row[] {
  const print = commands.about()
  const rank = (id: ActionId) => (isOnPrint(id) ? 0 : ACTIONS[id].group === ANYWHERE ? 2 : 1)
  const ids = ACTION_IDS.filter((id) => now.has(id) && !actionOf(id).quiet)
  const acts = ids
    .sort((a, b) => rank(a) - rank(b))
    .map((id): Row => {
      const action = actionOf(id)
      const isTab = id.startsWith('go.')
      const price = priceOf(id, job)
      return {
        id: `do:${id}`,
        kind: 'command',
        label: isTab ? t('Go to {screen}', { screen: action.words }) : action.words,
        ...inEnglish(ACTIONS[id].words),
        keys: keymap.shown(id),
        group: isOnPrint(id) && print ? t('On {print}', { print: print.code }) : action.group,
        ...(price === undefined ? {} : { price }),
        run: id === 'generate' || id === 'generate.seed' ? toGenerate : (now.get(id) ?? (() => undefined)),
      }
    })
  const sections = SECTIONS.map(({ id, label }): Row => ({
    id: `go:${id}`,
    kind: 'command',
    label: t('Settings: {section}', { section: label }),
    ...inEnglish(id),
    group: t('Settings'),
    run: () => nav.go('settings', id),
  }))
  return [...acts, ...sections]
}

const isOnPrint = (id: ActionId) =>
  ON_PRINTS.includes(ACTIONS[id].group) || id === 'gallery.tags' || id === 'gallery.stack'

function priceOf(id: ActionId, job: Job | null): string | undefined {
  if (id === 'print.run' || id === 'print.vary') {
    const count = id === 'print.vary' ? VARIED : 1
    return job ? (palette.prices.get(priceName(job.id, count)) ?? '') : ''
  }
  return SPENDS[id]?.()
}

/** Enter here never sends: it leads to the button, beside which the price stands. */
function toGenerate(): void {
  nav.go('studio')
  focusLater('generate')
}

/** What can be done with the words themselves. */
export function wordRows(words: string): Row[] {
  return [
    {
      id: 'words:new',
      kind: 'command',
      label: t('New prompt “{words}”', { words }),
      keys: keymap.shown('new.prompt'),
      run: () => {
        nav.go('studio')
        draft.clear()
        draft.setPrompt(words)
        focusLater('prompt')
      },
    },
    {
      id: 'words:find',
      kind: 'command',
      label: t('Search the gallery for “{words}”', { words }),
      keys: shownKeys(keymap.keys('search').at(-1) ?? ''),
      run: () => nav.go('gallery', `find:${words}`),
    },
  ]
}
