// What a file of routes would change, in words. Pure.
import type { Route, RouteChange } from '../../bridge/generated'
import { count, money } from '../../lib/format'
import { kindWords } from './words'

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

/** How a route would differ from the one of its name; empty where it would not. */
function difference(route: Route, before: Route): string {
  const parts: string[] = []
  if (route.modality !== before.modality)
    parts.push(`for ${kindWords(route.modality)} instead of ${kindWords(before.modality)}`)
  const [now, then] = [route.steps.length, before.steps.length]
  if (now !== then) parts.push(`${count(now, 'step')} instead of ${then}`)
  else if (!isSame(route.steps, before.steps)) {
    const moved = isSame([...route.steps].sort(), [...before.steps].sort())
    parts.push(moved ? 'its steps in another order' : 'other steps')
  }
  const limit = (of: Route) => (of.most ? `no more than ${money(of.most)} a run` : 'no limit')
  if (limit(route) !== limit(before)) parts.push(`${limit(route)} instead of ${limit(before)}`)
  return parts.join(', ')
}

export function tellChange({ route, before }: RouteChange): ToldChange {
  const { name } = route
  if (!before) {
    const line = `New, for ${kindWords(route.modality)}, ${count(route.steps.length, 'step')}.`
    return { name, does: 'adds', line }
  }
  const differs = difference(route, before)
  if (differs === '') return { name, does: 'keeps', line: 'Stays as it is.' }
  return { name, does: 'replaces', line: `Replaces yours: ${differs}.` }
}

/** "1 is new, 2 replace yours, 3 stay as they are." */
export function sumWords(told: readonly ToldChange[]): string {
  const of = (does: ToldChange['does']) => told.filter((change) => change.does === does).length
  const say = (n: number, one: string, many: string) => (n === 0 ? [] : [`${n} ${n === 1 ? one : many}`])
  const parts = [
    ...say(of('adds'), 'is new', 'are new'),
    ...say(of('replaces'), 'replaces yours', 'replace yours'),
    ...say(of('keeps'), 'stays as it is', 'stay as they are'),
  ]
  return parts.length === 0 ? '' : `${parts.join(', ')}.`
}
