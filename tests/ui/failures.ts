// What failed, in a few lines at the very end: often only the end of a log is kept.
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter'

export default class Failures implements Reporter {
  #lines: string[] = []

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === 'passed' || result.status === 'skipped') return
    const at = result.error?.location
    this.#lines.push(`${test.title}: ${result.status}${at ? ` at ${at.file.split('/').pop()}:${at.line}` : ''}`)
    for (const { message } of result.errors) this.#lines.push(...plain(message ?? '').slice(0, 8))
  }

  async onExit(): Promise<void> {
    if (this.#lines.length) console.log(`\n${this.#lines.join('\n')}`)
  }
}

/** The lines that say something, without colours. */
function plain(message: string): string[] {
  const words = message.replace(/\u001b\[[0-9;]*m/g, '')
  return words.split('\n').filter((line) => line.trim())
}
