// Which keys do what: those that each action comes with, and the user's own.
import { isBare, isSingle, isTyping, onKeys, shownKeys } from '../lib/hotkeys'
import { t } from '../words'
import { ACTION_IDS, actionOf, bareAction, meet, type ActionId } from './keyactions'
import { settings } from './settings.svelte'

export type Acts = Partial<Record<ActionId, () => void>>

const plain = (combination: string) => combination.toLowerCase()

export class Keymap {
  /** All that an action is bound to, whether it counts now or not. */
  bound(id: ActionId): readonly string[] {
    return boundIn(settings.now.shortcuts, id)
  }

  /** What an action is bound to and listens to. */
  keys(id: ActionId): readonly string[] {
    const bound = this.bound(id)
    return settings.now.single_keys ? bound : bound.filter((combination) => !isSingle(combination))
  }

  /** For a tooltip or a menu: the first of its keys as people read them; empty for none. */
  shown(id: ActionId): string {
    const [first] = this.keys(id)
    return first === undefined ? '' : shownKeys(first)
  }

  /** For `aria-keyshortcuts`; undefined where none of them has a key. */
  aria(...ids: ActionId[]): string | undefined {
    const all = ids.flatMap((id) => this.keys(id).slice(0, 1))
    return all.map((one) => one.replace('Ctrl', 'Control')).join(' ') || undefined
  }

  /** Does what the key stands for, if it is one of these acts. Bare keys belong to the field that has the focus. */
  on(event: KeyboardEvent, acts: Acts): boolean {
    const bindings: Record<string, () => void> = {}
    const typing = isTyping(event.target)
    for (const id of Object.keys(acts) as ActionId[]) {
      const act = acts[id]
      if (!act) continue
      for (const combination of this.keys(id)) {
        if (!typing || !isBare(combination)) bindings[combination] ??= act
      }
    }
    return onKeys(event, bindings)
  }

  isOwn(id: ActionId): boolean {
    return settings.now.shortcuts[id] !== undefined
  }

  /** The other action that has this combination where both count. */
  clash(id: ActionId, combination: string): ActionId | null {
    return rivals(id, combination, settings.now.shortcuts)[0] ?? null
  }

  /** Why an action cannot have a combination; empty where it can. */
  refusal(id: ActionId, combination: string): string {
    const shown = shownKeys(combination)
    if (bareAction(id).keys.some((has) => plain(has) === plain(combination))) return ''
    if (KEPT.has(plain(combination)))
      return t('{keys} does the same in every program, so it stays free.', { keys: shown })
    if (isBare(combination) && WRITING.some((start) => id.startsWith(start)))
      return t('Here one writes, so it needs Ctrl or Alt as well.')
    if (isBare(combination) && !isSingle(combination) && MOVING.test(combination))
      return t('{keys} moves about or opens what has the focus, so it stays free.', { keys: shown })
    const held = rivals(id, combination, settings.now.shortcuts).find((rival) => bareAction(rival).fixed)
    return held ? t('{keys} is kept for “{action}”.', { keys: shown, action: actionOf(held).words }) : ''
  }

  /** Binds an action to a combination; whoever has it gives it up. */
  async bind(id: ActionId, combination: string): Promise<void> {
    const own = without(id, [combination], settings.now.shortcuts)
    const keys = bareAction(id).keys
    if (keys.length === 1 && plain(keys[0] ?? '') === plain(combination)) delete own[id]
    else own[id] = combination
    await settings.set({ shortcuts: own })
  }

  /** Gives an action the keys back that it comes with; whoever has them gives them up. */
  async reset(id: ActionId): Promise<void> {
    const own = without(id, bareAction(id).keys, settings.now.shortcuts)
    delete own[id]
    await settings.set({ shortcuts: own })
  }

  async resetAll(): Promise<void> {
    await settings.set({ shortcuts: {} })
  }
}

/** What the window, the system and every field take for themselves. */
const KEPT = new Set(
  'escape tab shift+tab ctrl+c ctrl+v ctrl+x ctrl+q ctrl+w ctrl+r f5 f11 f12 alt+f4 shift+f10'.split(' '),
)
const MOVING = /^(Shift\+)?(Arrow\w+|Enter|Home|End|PageUp|PageDown| |Backspace)$/
/** What is only done from within a field. */
const WRITING = ['palette.', 'prompt.']

type Own = Record<string, string>

function boundIn(own: Own, id: ActionId): readonly string[] {
  const one = own[id]
  if (one === undefined) return bareAction(id).keys
  return one === '' ? [] : [one]
}

/** The other actions that have a combination where this one counts too. */
function rivals(id: ActionId, combination: string, own: Own): ActionId[] {
  return ACTION_IDS.filter(
    (one) =>
      one !== id && meet(one, id) && boundIn(own, one).some((has) => plain(has) === plain(combination)),
  )
}

/** The user's keys once all others have given these combinations up. */
function without(id: ActionId, combinations: readonly string[], before: Own): Own {
  const own = { ...before }
  for (const combination of combinations) {
    for (const rival of rivals(id, combination, own)) {
      const left = boundIn(own, rival).filter((has) => plain(has) !== plain(combination))
      own[rival] = left[0] ?? ''
    }
  }
  return own
}

export const keymap = new Keymap()

/** The keys of playback, for its bar. */
export function playKeys(): { back: string; toggle: string; on: string } {
  return {
    back: keymap.shown('clip.before'),
    toggle: keymap.shown('clip.toggle'),
    on: keymap.shown('clip.after'),
  }
}

/** The key that gives so many stars. */
export function rateKey(stars: number): string {
  const id = `rate.${stars}`
  return (ACTION_IDS as string[]).includes(id) ? keymap.shown(id as ActionId) : ''
}
