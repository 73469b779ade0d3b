// The keys as a list to read: what shares a line stands on one.
import { shownKeys } from '../lib/hotkeys'
import { t } from '../words'
import { ACTION_IDS, actionOf, type ActionId } from './keyactions'
import { keymap } from './keymap.svelte'

export interface KeyLine {
  words: string
  /** As people read them. */
  keys: string[]
}

/** All lines by their headings, in order; what has no keys now is left out. */
export function keyList(): { name: string; lines: KeyLine[] }[] {
  const groups = new Map<string, Map<string, string[]>>()
  for (const id of ACTION_IDS) {
    const action = actionOf(id)
    const keys = keymap.keys(id).map(shownKeys)
    if (keys.length === 0) continue
    const lines = groups.get(action.group) ?? new Map<string, string[]>()
    groups.set(action.group, lines)
    const words = action.line ?? action.words
    lines.set(words, [...(lines.get(words) ?? []), ...shortened(id, keys)])
  }
  return [...groups].map(([name, lines]) => ({
    name,
    lines: [...lines].map(([words, keys]) => ({ words, keys })),
  }))
}

const ARROWS = ['←', '↑', '→', '↓']

/** Four arrows in one, and of two ways to press the same only the first where they share a line. */
function shortened(id: ActionId, keys: string[]): string[] {
  const held = keys[0]?.split(' ').slice(0, -1).join(' ') ?? ''
  const isArrows = keys.length === 4 && ARROWS.every((arrow) => keys.some((key) => key.endsWith(arrow)))
  if (isArrows) return [held ? t('{held} arrows', { held }) : ARROWS.join(' ')]
  return actionOf(id).line ? keys.slice(0, 1) : keys
}
