// What is offered while one types: the references after `@`, the snippets after `/`.
import { autocompletion, type Completion, type CompletionContext } from '@codemirror/autocomplete'
import type { CompletionResult } from '@codemirror/autocomplete'
import type { EditorView } from '@codemirror/view'
import type { Extension } from '@codemirror/state'
import type { Snippet } from '../../../bridge/generated'
import { t } from '../../../words'
import type { Chips } from './chips'

interface Offer extends Completion {
  thumb?: string
}

function references(context: CompletionContext, chips: Chips): CompletionResult | null {
  const typed = context.matchBefore(/(?<![A-Za-z0-9_.@%+-])@\d*$/)
  if (!typed || chips.list.length === 0) return null
  const options = chips.list.map((one, place): Offer => ({
    label: `@${place + 1}`,
    displayLabel: one.name,
    detail: one.call ?? t('Not sent'),
    thumb: one.thumb,
    apply: (view: EditorView, _: Completion, from: number, to: number) => {
      const space = /\s/.test(view.state.sliceDoc(to, to + 1)) ? '' : ' '
      const words = chips.charOf(place + 1) + space
      view.dispatch({
        changes: { from, to, insert: words },
        selection: { anchor: from + words.length },
        userEvent: 'input.complete',
      })
    },
  }))
  return { from: typed.from, options, validFor: /^@\d*$/ }
}

function snippets(
  context: CompletionContext,
  chips: Chips,
  list: () => readonly Snippet[],
): CompletionResult | null {
  const typed = context.matchBefore(/(?<!\S)\/[^/\n]{0,60}$/)
  if (!typed || list().length === 0) return null
  const options = list().map((one): Completion => ({
    label: `/${one.name}`,
    detail: one.text.length > 48 ? `${one.text.slice(0, 48)}…` : one.text,
    apply: (view: EditorView, _: Completion, from: number, to: number) => {
      const words = chips.take(one.text)
      view.dispatch({
        changes: { from, to, insert: words },
        selection: { anchor: from + words.length },
        userEvent: 'input.complete',
      })
    },
  }))
  return { from: typed.from, options, validFor: /^\/[^/\n]*$/ }
}

function thumb(offer: Offer): Node | null {
  if (offer.thumb === undefined) return null
  const picture = document.createElement('img')
  picture.src = offer.thumb
  picture.alt = ''
  return picture
}

export function completing(chips: Chips, list: () => readonly Snippet[]): Extension {
  return autocompletion({
    override: [(context) => references(context, chips), (context) => snippets(context, chips, list)],
    icons: false,
    interactionDelay: 0,
    addToOptions: [{ render: thumb, position: 20 }],
  })
}
