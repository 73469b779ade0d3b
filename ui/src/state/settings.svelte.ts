// The user's choices, and the theme they lead to.
import { call } from '../bridge/call'
import type { Settings } from '../bridge/generated'

export type Theme = 'system' | 'dark' | 'light'

export class Choices {
  now = $state<Settings>({
    theme: 'system',
    language: 'system',
    notify: true,
    notify_needs: true,
    notify_sound: false,
    welcomed: false,
    row_height: 220,
    caps: { day: {}, month: {}, batch: {} },
    in_flight: {},
    per_minute: {},
    webhook_url: '',
    webhook_port: 8189,
    last_endpoint: {},
    favourites: [],
    appearance: { density: 'comfortable', text_size: 100, motion: 'system', edge_print: true },
    camera_roll: '',
    shortcuts: {},
    single_keys: true,
  })
  systemLight = $state(false)
  readonly theme = $derived<'dark' | 'light'>(
    this.now.theme === 'light' || (this.now.theme !== 'dark' && this.systemLight) ? 'light' : 'dark',
  )

  /** How high a row is that is `px` high as it comes. */
  rowHeight(px: number): number {
    const { density, text_size } = this.now.appearance
    return Math.round(px * (density === 'compact' ? 0.82 : 1) * Math.max(1, text_size / 100))
  }

  /** Whether motion is left out: chosen here, or in the system. */
  get still(): boolean {
    const isSystem = window.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? false
    return isSystem || this.now.appearance.motion === 'reduced'
  }

  async load(): Promise<void> {
    this.apply(await call('get_settings', {}))
  }

  apply(settings: Settings): void {
    this.now = settings
  }

  /** Keeps some choices; the rest stay as they are. */
  async set(some: Partial<Settings>): Promise<void> {
    const before = $state.snapshot(this.now) as Settings
    const next: Settings = { ...before, ...some }
    this.now = next
    try {
      this.apply(await call('set_settings', next))
    } catch (cause) {
      this.now = before
      throw cause
    }
  }

  /** Follows the system's theme; answers with a function that stops it. */
  follow(): () => void {
    const query = window.matchMedia?.('(prefers-color-scheme: light)')
    if (!query) return () => undefined
    const read = () => (this.systemLight = query.matches)
    read()
    query.addEventListener('change', read)
    return () => query.removeEventListener('change', read)
  }
}

export const settings = new Choices()
