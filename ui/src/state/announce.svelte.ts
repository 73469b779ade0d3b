// What a screen reader hears of state changes: one line, at most every five seconds.
import { sentences } from '../lib/format'
import { t } from '../words'

const EVERY_MS = 5000
const MOST = 4

export class Announcer {
  line = $state('')
  #waiting: string[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  say(sentence: string): void {
    if (!this.#waiting.includes(sentence)) this.#waiting.push(sentence)
    if (this.#timer !== undefined) return
    this.#flush()
  }

  /** Said at once, for an act of the user. */
  now(sentence: string): void {
    this.line = sentence
  }

  #flush(): void {
    if (this.#waiting.length > 0) {
      const rest = this.#waiting.length - MOST
      const more = rest > 0 ? [t('And {rest} more.', { rest })] : []
      this.line = sentences(...this.#waiting.slice(0, MOST), ...more)
      this.#waiting = []
      this.#timer = setTimeout(() => {
        this.#timer = undefined
        this.#flush()
      }, EVERY_MS)
    }
  }
}

export const announcer = new Announcer()
