// The prompt's editor, for those who do not draw it: where the focus goes, and where words are put in.
export interface PromptField {
  /** Puts the focus into it: behind the last word, or on all of them. */
  focus(all?: boolean): void
  /** Puts words in at the caret. */
  insert(words: string): void
  /** Words that are chosen in it. */
  chosen(): string
}

class Prompting {
  #field: PromptField | null = null

  /** The editor is on the page; answers how to say that it left. */
  is(field: PromptField): () => void {
    this.#field = field
    return () => {
      if (this.#field === field) this.#field = null
    }
  }

  focus(all = false): void {
    this.#field?.focus(all)
  }

  insert(words: string): void {
    this.#field?.insert(words)
  }

  chosen(): string {
    return this.#field?.chosen() ?? ''
  }
}

export const prompting = new Prompting()
