// The editor of the prompt: plain words with chips, undo, completion and search.
import { closeCompletion, completionStatus } from '@codemirror/autocomplete'
import { history, historyKeymap, isolateHistory, standardKeymap } from '@codemirror/commands'
import { openSearchPanel } from '@codemirror/search'
import { Annotation, Compartment, EditorState, Prec, Transaction } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import type { Snippet } from '../../../bridge/generated'
import { msg, t } from '../../../words'
import { Chips, chipping, insert, redraw, shape, type Mentionable } from './chips'
import { completing } from './completions'
import { finding } from './findbar'
import { adoptStyles } from './styles'

/** What is true of the editor as a field. */
export interface Says {
  placeholder: string
  attributes: Record<string, string>
}

interface Wiring {
  /** Which of several texts is shown; each has its own undo. */
  name: string
  text: string
  references: readonly Mentionable[]
  says: Says
  snippets: () => readonly Snippet[]
  /** The words are others now. */
  onchange: (text: string) => void
  /** A key that is not the editor's own; true when it was taken. */
  onkey: (event: KeyboardEvent) => boolean
}

/** What the editor says by itself: to a screen reader, of what is offered, found and deleted. */
const PHRASES = [
  msg('Completions'),
  msg('Control character'),
  msg('Selection deleted'),
  msg('current match'),
  msg('on line'),
]

/** The words came from outside, not from the keyboard. */
const outside = Annotation.define<boolean>()

export class PromptEditor {
  readonly view: EditorView
  readonly #chips = new Chips()
  readonly #says = new Compartment()
  readonly #wiring: Wiring
  readonly #states = new Map<string, EditorState>()
  #name: string
  #about = ''

  constructor(parent: HTMLElement, wiring: Wiring) {
    adoptStyles(parent.ownerDocument)
    this.#wiring = wiring
    this.#name = wiring.name
    this.#chips.list = wiring.references
    this.view = new EditorView({ parent, state: this.#begin(wiring.text, wiring.says) })
  }

  #begin(text: string, says: Says): EditorState {
    const chips = this.#chips
    return EditorState.create({
      doc: chips.take(text),
      selection: { anchor: chips.take(text).length },
      extensions: [
        history(),
        chipping(chips),
        completing(chips, this.#wiring.snippets),
        finding,
        EditorState.phrases.of(Object.fromEntries(PHRASES.map((one) => [one, t(one)]))),
        Prec.highest(EditorView.domEventHandlers({ keydown: (event, view) => this.#key(event, view) })),
        EditorView.domEventHandlers({
          // Files are references, never words.
          paste: (event) => (event.clipboardData?.files.length ?? 0) > 0,
          drop: (event) => (event.dataTransfer?.files.length ?? 0) > 0,
        }),
        keymap.of([
          ...historyKeymap,
          { key: 'Mod-f', run: openSearchPanel, preventDefault: true },
          ...standardKeymap,
        ]),
        EditorView.lineWrapping,
        EditorView.updateListener.of((update) => {
          const typed = update.transactions.some((tr) => tr.docChanged && !tr.annotation(outside))
          if (typed) this.#wiring.onchange(chips.give(update.state.doc.toString()))
        }),
        this.#says.of(saying(says)),
      ],
    })
  }

  #key(event: KeyboardEvent, view: EditorView): boolean {
    // The first Escape only closes what is offered.
    if (event.key === 'Escape' && completionStatus(view.state)) return closeCompletion(view)
    return this.#wiring.onkey(event)
  }

  /** Shows the words and references as they are now; what is written here stays where they agree. */
  show(name: string, text: string, references: readonly Mentionable[], says: Says): void {
    this.#chips.list = references
    if (name !== this.#name) {
      this.#states.set(this.#name, this.view.state)
      this.#name = name
      this.view.setState(this.#states.get(name) ?? this.#begin(text, says))
    }
    const about = JSON.stringify([name, references, says])
    const effects = about === this.#about ? [] : [redraw.of(null), this.#says.reconfigure(saying(says))]
    this.#about = about
    const held = this.view.state.doc.toString()
    const words = this.#chips.give(held) === text ? held : this.#chips.take(text, held)
    if (words !== held) {
      // Numbers that changed are no step of writing.
      const annotations = [
        outside.of(true),
        shape(this.#chips.give(held)) === shape(text)
          ? Transaction.addToHistory.of(false)
          : isolateHistory.of('full'),
      ]
      this.view.dispatch({ changes: difference(held, words), effects, annotations })
    } else if (effects.length > 0) this.view.dispatch({ effects })
    const given = this.#chips.give(words)
    if (given !== text) this.#wiring.onchange(given)
  }

  insert(words: string): void {
    insert(this.view, this.#chips.take(words))
    this.view.focus()
  }

  /** Words that are chosen, as the draft writes them. */
  chosen(): string {
    const { from, to } = this.view.state.selection.main
    return this.#chips.give(this.view.state.sliceDoc(from, to))
  }

  /** Puts the focus into it: behind the last word, or on all of them. */
  focus(all = false): void {
    const { length } = this.view.state.doc
    this.view.dispatch({ selection: { anchor: all ? 0 : length, head: length } })
    this.view.focus()
  }

  destroy(): void {
    this.view.destroy()
  }
}

function saying({ placeholder: words, attributes }: Says) {
  return [placeholder(words), EditorView.contentAttributes.of(attributes)]
}

/** The one change that leads from one text to another, so that the caret stays with the words around it. */
function difference(from: string, to: string): { from: number; to: number; insert: string } {
  let start = 0
  while (start < from.length && start < to.length && from[start] === to[start]) start++
  let end = 0
  while (
    end < from.length - start &&
    end < to.length - start &&
    from[from.length - 1 - end] === to[to.length - 1 - end]
  ) {
    end++
  }
  return { from: start, to: from.length - end, insert: to.slice(start, to.length - end) }
}
