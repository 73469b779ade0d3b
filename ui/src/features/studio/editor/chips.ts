// Mentions inside the editor. Each is a single character that stands for a picture, not for a number, so
// that undo brings back the same picture however the references moved since. It is drawn as a chip.
import { EditorSelection, EditorState, StateEffect, type Extension } from '@codemirror/state'
import { Decoration, EditorView, hoverTooltip, showTooltip, WidgetType } from '@codemirror/view'
import type { DecorationSet, Tooltip, ViewUpdate } from '@codemirror/view'
import { ViewPlugin } from '@codemirror/view'
import { GONE, pieces } from '../../../state/mentions'
import { t } from '../../../words'

/** A reference as the editor knows it. */
export interface Mentionable {
  /** Which picture, and which of several like it. */
  key: string
  /** Address of a small one. */
  thumb: string
  /** `Reference 2, 1024 × 768`. */
  name: string
  /** What it is called where it is sent; null where it is not. */
  call: string | null
}

/** The private use area: nobody types these. */
const FIRST = 0xe000
const PRIVATE = /[\uE000-\uF8FF]/g

/** The references changed: chips are drawn anew. */
export const redraw = StateEffect.define<null>()

export class Chips {
  list: readonly Mentionable[] = []
  #keys: string[] = ['']

  charOf(n: number): string {
    const key = this.list[n - 1]?.key ?? ''
    let at = this.#keys.indexOf(key)
    if (at < 0) at = this.#keys.push(key) - 1
    return String.fromCharCode(FIRST + at)
  }

  /** The reference's number; 0 where it is gone. */
  numberOf(char: string): number {
    const key = this.#keys[char.charCodeAt(0) - FIRST] ?? ''
    return key === '' ? 0 : this.list.findIndex((one) => one.key === key) + 1
  }

  /** Words with mentions as the editor holds them. `held`: what it held, whose gone pictures may be back. */
  take(text: string, held = ''): string {
    const chars = held.match(PRIVATE) ?? []
    const same = chars.length > 0 && shape(this.give(held)) === shape(text)
    let nth = -1
    return pieces(text.replace(PRIVATE, ''), this.list.length)
      .map((piece) => {
        if (typeof piece === 'string') return piece
        nth++
        return piece === 0 && same ? (chars[nth] ?? this.charOf(0)) : this.charOf(piece)
      })
      .join('')
  }

  /** Words with mentions as the draft holds them. */
  give(doc: string): string {
    return doc.replace(PRIVATE, (char, at: number) => {
      const n = this.numberOf(char)
      // Between letters a mention would read as a part of the word.
      const before = /[A-Za-z0-9_.@%+-]/.test(doc[at - 1] ?? '') ? ' ' : ''
      const after = /[A-Za-z0-9_\uE000-\uF8FF]/.test(doc[at + 1] ?? '') ? ' ' : ''
      return `${before}${n === 0 ? GONE : `@${n}`}${after}`
    })
  }
}

/** A text without the numbers of its mentions. */
export const shape = (text: string) => text.replace(/@(\d{1,2}|\?)/g, '@')

class ChipWidget extends WidgetType {
  constructor(
    readonly n: number,
    readonly about: Mentionable | undefined,
  ) {
    super()
  }

  override eq(other: ChipWidget): boolean {
    return (
      other.n === this.n && other.about?.name === this.about?.name && other.about?.call === this.about?.call
    )
  }

  override toDOM(): HTMLElement {
    const chip = document.createElement('span')
    chip.className = `chip${this.n === 0 || this.about?.call === null ? ' lost' : ''}`
    chip.setAttribute('role', 'img')
    chip.setAttribute('aria-label', this.about?.name ?? t('A reference that was taken away'))
    chip.textContent = this.n === 0 ? '?' : String(this.n)
    return chip
  }

  override ignoreEvent(): boolean {
    return false
  }
}

function drawn(view: EditorView, chips: Chips): DecorationSet {
  const ranges = []
  for (const { from, to } of view.visibleRanges) {
    for (const found of view.state.sliceDoc(from, to).matchAll(PRIVATE)) {
      const n = chips.numberOf(found[0])
      const at = from + found.index
      ranges.push(Decoration.replace({ widget: new ChipWidget(n, chips.list[n - 1]) }).range(at, at + 1))
    }
  }
  return Decoration.set(ranges)
}

/** What a chip stands for, with its picture. */
function told(about: Mentionable | undefined, pos: number): Tooltip {
  return {
    pos,
    above: true,
    create: () => {
      const dom = document.createElement('div')
      dom.className = 'chip-tip'
      if (about) {
        const picture = document.createElement('img')
        picture.src = about.thumb
        picture.alt = ''
        dom.append(picture)
      }
      const words = document.createElement('span')
      const sent = about?.call ? t('Sent as “{call}”', { call: about.call }) : t('Not sent to this model')
      words.textContent = about
        ? t('{reference}. {sent}', { reference: about.name, sent })
        : t('This reference was taken away')
      dom.append(words)
      return { dom }
    },
  }
}

function chipAt(state: EditorState, at: number, chips: Chips): { about: Mentionable | undefined } | null {
  const char = state.sliceDoc(at, at + 1)
  return /[\uE000-\uF8FF]/.test(char) ? { about: chips.list[chips.numberOf(char) - 1] } : null
}

/** A number that was typed out becomes a chip once what follows shows that it is over. */
function typedOut(chips: Chips): Extension {
  return EditorState.transactionFilter.of((tr) => {
    if (!tr.docChanged || !tr.isUserEvent('input') || tr.isUserEvent('input.type.compose')) return tr
    const doc = tr.newDoc.toString()
    const caret = tr.newSelection.main.head
    const changes = []
    let at = 0
    for (const piece of pieces(doc, chips.list.length)) {
      const length = typeof piece === 'string' ? piece.length : piece === 0 ? GONE.length : `@${piece}`.length
      if (typeof piece === 'number' && piece > 0 && at + length !== caret) {
        changes.push({ from: at, to: at + length, insert: chips.charOf(piece) })
      }
      at += length
    }
    return changes.length === 0 ? tr : [tr, { changes, sequential: true }]
  })
}

export function chipping(chips: Chips): Extension {
  const drawing = ViewPlugin.define(
    (view) => ({
      set: drawn(view, chips),
      update(update: ViewUpdate) {
        const asked = update.transactions.some((tr) => tr.effects.some((effect) => effect.is(redraw)))
        if (update.docChanged || update.viewportChanged || asked) this.set = drawn(update.view, chips)
      },
    }),
    {
      decorations: (plugin) => plugin.set,
      provide: (plugin) => EditorView.atomicRanges.of((view) => view.plugin(plugin)?.set ?? Decoration.none),
    },
  )
  return [
    drawing,
    typedOut(chips),
    EditorView.clipboardOutputFilter.of((text) => chips.give(text)),
    EditorView.clipboardInputFilter.of((text) => chips.take(text)),
    hoverTooltip((view, pos, side) => {
      const at = side < 0 ? pos - 1 : pos
      const chip = chipAt(view.state, at, chips)
      return chip && told(chip.about, at)
    }),
    // Chosen by the keyboard: Shift and an arrow over it.
    showTooltip.compute(['selection', 'doc'], (state) => {
      const { from, to } = state.selection.main
      const chip = to === from + 1 ? chipAt(state, from, chips) : null
      return chip && told(chip.about, from)
    }),
  ]
}

/** Puts words in at the caret, in place of what is chosen there. */
export function insert(view: EditorView, words: string): void {
  view.dispatch(
    view.state.changeByRange((range) => ({
      changes: { from: range.from, to: range.to, insert: words },
      range: EditorSelection.cursor(range.from + words.length),
    })),
    { userEvent: 'input.paste', scrollIntoView: true },
  )
}
