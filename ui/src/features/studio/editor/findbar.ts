// Finding in a long prompt: one line below the words.
import {
  closeSearchPanel,
  findNext,
  findPrevious,
  getSearchQuery,
  search,
  SearchQuery,
  setSearchQuery,
} from '@codemirror/search'
import type { Extension } from '@codemirror/state'
import type { EditorView, Panel } from '@codemirror/view'
import { isComposing } from '../../../lib/hotkeys'
import { t } from '../../../words'

const MOST = 999

function counted(view: EditorView, query: SearchQuery): string {
  if (!query.valid) return ''
  const { from } = view.state.selection.main
  let all = 0
  let at = 0
  const cursor = query.getCursor(view.state)
  for (let next = cursor.next(); !next.done && all < MOST; next = cursor.next()) {
    all++
    if (next.value.from === from) at = all
  }
  if (all === 0) return t('Not found')
  return at === 0 ? String(all) : t('{place} of {all}', { place: at, all })
}

/** Shows the first place from the caret on, and goes round; the field keeps the focus and what is typed. */
function seek(view: EditorView, query: SearchQuery): void {
  const { from } = view.state.selection.main
  const first = query.valid ? query.getCursor(view.state, from).next() : null
  const found = first?.done === true ? query.getCursor(view.state).next() : first
  view.dispatch({
    effects: setSearchQuery.of(query),
    ...(found && !found.done
      ? { selection: { anchor: found.value.from, head: found.value.to }, scrollIntoView: true }
      : {}),
  })
}

function button(label: string, sign: string, act: () => void): HTMLButtonElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.textContent = sign
  made.setAttribute('aria-label', label)
  made.dataset.tip = label
  made.addEventListener('click', act)
  return made
}

function bar(view: EditorView): Panel {
  const dom = document.createElement('div')
  dom.className = 'find-bar'
  dom.setAttribute('role', 'search')
  const field = document.createElement('input')
  field.setAttribute('main-field', 'true')
  field.setAttribute('aria-label', t('Find in the prompt'))
  field.placeholder = t('Find in the prompt')
  field.value = getSearchQuery(view.state).search
  const said = document.createElement('span')
  said.className = 'edge'
  said.setAttribute('role', 'status')
  const tell = () => (said.textContent = counted(view, getSearchQuery(view.state)))
  field.addEventListener('input', () => {
    seek(view, new SearchQuery({ search: field.value, literal: true }))
  })
  dom.addEventListener('keydown', (event) => {
    const act =
      event.key === 'Escape'
        ? closeSearchPanel
        : event.key === 'Enter' && event.target === field
          ? event.shiftKey
            ? findPrevious
            : findNext
          : null
    if (!act || isComposing(event) || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    act(view)
  })
  dom.append(
    field,
    said,
    button(t('Find the one before'), '↑', () => findPrevious(view)),
    button(t('Find the next one'), '↓', () => findNext(view)),
    button(t('Close the search'), '×', () => closeSearchPanel(view)),
  )
  return { dom, mount: () => field.select(), update: tell }
}

export const finding: Extension = search({ createPanel: bar })
