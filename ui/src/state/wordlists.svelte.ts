// The user's own lists for prompts, and the one that is edited.
import { call } from '../bridge/call'
import type { WordList } from '../bridge/generated'
import { t } from '../words'
import { toasts, wordsOf } from './toasts.svelte'

export class WordLists {
  list = $state.raw<WordList[]>([])
  /** The list that is edited, by the name it has; null for a new one. */
  chosen = $state<string | null>(null)
  name = $state('')
  text = $state('')
  /** Why it could not be kept. */
  problem = $state('')
  readonly kept = $derived(this.list.find((list) => list.name === this.chosen))
  readonly changed = $derived(this.name !== (this.kept?.name ?? '') || this.text !== (this.kept?.text ?? ''))

  async read(): Promise<void> {
    this.list = await call('list_word_lists', {})
  }

  choose(list: WordList | undefined): void {
    this.chosen = list?.name ?? null
    this.name = list?.name ?? ''
    this.text = list?.text ?? ''
    this.problem = ''
  }

  /** Keeps what is edited, under another name too; false when it cannot be. */
  async save(): Promise<boolean> {
    const name = this.name.trim()
    const before = this.chosen
    this.problem = ''
    if (name !== before && this.list.some((list) => list.name === name)) {
      this.problem = t('There is a list “{name}” already. Choose another name.', { name })
      return false
    }
    try {
      const list = await call('save_word_list', { name, text: this.text })
      if (before !== null && before !== name) await call('remove_word_list', { name: before })
      await this.read()
      this.choose(list)
      return true
    } catch (cause) {
      this.problem = wordsOf(cause)
      return false
    }
  }

  /** Removes a list; a toast brings it back. */
  async remove(name: string): Promise<void> {
    const gone = await call('remove_word_list', { name })
    await this.read()
    this.choose(undefined)
    const back = () =>
      void call('save_word_list', { name: gone.name, text: gone.text })
        .then(() => this.read())
        .catch((cause: unknown) => toasts.fail(cause))
    toasts.show(t('The list {name} is removed.', { name: gone.name }), {
      action: { label: t('Undo'), run: back },
    })
  }
}

export const wordLists = new WordLists()
