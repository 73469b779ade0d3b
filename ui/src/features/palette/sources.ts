// Where the rows come from, and what each of them does.
import type { Job } from '../../bridge/generated'
import { money, priceOrUnknown } from '../../lib/format'
import { shownKeys } from '../../lib/hotkeys'
import { editAndRun, useAsReference } from '../../state/acts'
import { again, VARIED } from '../../state/again.svelte'
import { commands } from '../../state/commands'
import { draft } from '../../state/draft.svelte'
import { endpoints } from '../../state/endpoints.svelte'
import { jobs } from '../../state/jobs.svelte'
import { ACTION_IDS, actionOf, type ActionId } from '../../state/keyactions'
import { keymap } from '../../state/keymap.svelte'
import { nav } from '../../state/nav.svelte'
import { recallPrompt } from '../../state/onward'
import { palette, priceName } from '../../state/palette.svelte'
import { editOffer } from '../../state/printmenu'
import { routes } from '../../state/routes.svelte'
import { SECTIONS } from '../../state/sections'
import { orToast } from '../../state/toasts.svelte'
import type { Row } from './rows'

/** Past prompts that are looked through. */
const MOST_PROMPTS = 400

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

/** Every prompt once, by the job that ran it last. */
export function promptRows(): Row[] {
  const last = new Map<string, Job>()
  for (const job of jobs.list) {
    if (job.prompt !== '' && !last.has(job.prompt)) last.set(job.prompt, job)
    if (last.size === MOST_PROMPTS) break
  }
  return [...last].map(([prompt, job]) => ({
    id: `prompt:${job.id}`,
    kind: 'prompt',
    label: prompt,
    lead: 'Run again: ',
    price: palette.prices.get(priceName(job.id)) ?? '',
    job,
    run: () => orToast(again.askJob('run', job)),
    load: () => orToast(editAndRun(job).then(() => focusLater('prompt'))),
  }))
}

export function modelRows(): Row[] {
  return endpoints.list
    .filter((e) => e.variants[0] === undefined || e.variants[0] === e.id)
    .map((endpoint) => ({
      id: `model:${endpoint.id}`,
      kind: 'model',
      label: endpoint.name,
      also: `${endpoint.provider_name} ${endpoint.family} ${endpoint.model}`,
      note: endpoint.keyed
        ? `${endpoint.provider_name}${endpoint.price ? `, ${money(endpoint.price)}` : ''}`
        : `${endpoint.provider_name}, no key yet`,
      endpoint,
      run: () => {
        if (!endpoint.keyed) return nav.go('settings', 'keys')
        nav.go('studio')
        orToast(endpoints.learn(endpoint).then(({ id }) => draft.choose(id)))
      },
    }))
}

export function routeRows(): Row[] {
  return routes.list.map((route) => ({
    id: `route:${route.name}`,
    kind: 'route',
    label: route.name,
    note: route.steps.map((step) => endpoints.get(step)?.name ?? step).join(', then '),
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
  const rank = (id: ActionId) => (isOnPrint(id) ? 0 : actionOf(id).group === 'Anywhere' ? 2 : 1)
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
        label: isTab ? `Go to ${action.words}` : action.words,
        keys: keymap.shown(id),
        group: isOnPrint(id) && print ? `On ${print.code}` : action.group,
        ...(price === undefined ? {} : { price }),
        run: id === 'generate' || id === 'generate.seed' ? toGenerate : (now.get(id) ?? (() => undefined)),
      }
    })
  const sections = SECTIONS.map(({ id, label }): Row => ({
    id: `go:${id}`,
    kind: 'command',
    label: `Settings: ${label}`,
    group: 'Settings',
    run: () => nav.go('settings', id),
  }))
  return [...acts, ...sections]
}

const isOnPrint = (id: ActionId) =>
  ['On a print', 'Clips'].includes(actionOf(id).group) || id === 'gallery.tags' || id === 'gallery.stack'

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
      label: `New prompt “${words}”`,
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
      label: `Search the gallery for “${words}”`,
      keys: shownKeys(keymap.keys('search').at(-1) ?? ''),
      run: () => nav.go('gallery', `find:${words}`),
    },
  ]
}
