// What a file of routes would change, in words. Pure.
import type { Route, RouteChange } from '../../bridge/generated'
import { money } from '../../lib/format'
import { msg, t, type Message } from '../../words'
import { inRow } from './words'

/** More is no file of routes: a route takes a line or two. */
export const LARGEST_FILE = 1_000_000

export interface ToldChange {
  name: string
  does: 'adds' | 'replaces' | 'keeps'
  line: string
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((step, n) => step === b[n])
}

function limitWords({ now, before }: { now: string; before: string }): string {
  if (now === '') return t('no limit instead of no more than {before} a run', { before })
  if (before === '') return t('no more than {now} a run instead of no limit', { now })
  return t('no more than {now} a run instead of no more than {before} a run', { now, before })
}

/** How a route would differ from the one of its name; empty where it would not. */
function difference(route: Route, before: Route): string {
  const parts: string[] = []
  if (route.modality !== before.modality)
    parts.push(
      t(
        'for {now, select, image {pictures} other {clips}} instead of {before, select, image {pictures} other {clips}}',
        { now: route.modality, before: before.modality },
      ),
    )
  const [now, then] = [route.steps.length, before.steps.length]
  if (now !== then)
    parts.push(t('{now, plural, one {# step} other {# steps}} instead of {before}', { now, before: then }))
  else if (!isSame(route.steps, before.steps)) {
    const moved = isSame([...route.steps].sort(), [...before.steps].sort())
    parts.push(moved ? t('its steps in another order') : t('other steps'))
  }
  const limits = { now: route.most ? money(route.most) : '', before: before.most ? money(before.most) : '' }
  if (limits.now !== limits.before) parts.push(limitWords(limits))
  return inRow(parts)
}

export function tellChange({ route, before }: RouteChange): ToldChange {
  const { name } = route
  if (!before) {
    const line = t(
      'New, for {kind, select, image {pictures} other {clips}}, {count, plural, one {# step} other {# steps}}.',
      { kind: route.modality, count: route.steps.length },
    )
    return { name, does: 'adds', line }
  }
  const differs = difference(route, before)
  if (differs === '') return { name, does: 'keeps', line: t('Stays as it is.') }
  return { name, does: 'replaces', line: t('Replaces yours: {what}.', { what: differs }) }
}

/** "1 is new, 2 replace yours, 3 stay as they are." */
export function sumWords(told: readonly ToldChange[]): string {
  const of = (does: ToldChange['does']) => told.filter((change) => change.does === does).length
  const say = (count: number, words: Message) => (count === 0 ? [] : [t(words, { count })])
  const parts = [
    ...say(of('adds'), msg('{count, plural, one {# is new} other {# are new}}')),
    ...say(of('replaces'), msg('{count, plural, one {# replaces yours} other {# replace yours}}')),
    ...say(of('keeps'), msg('{count, plural, one {# stays as it is} other {# stay as they are}}')),
  ]
  return parts.length === 0 ? '' : t('{words}.', { words: inRow(parts) })
}
