// Loads everything once and keeps it true with the changes the core commits.
import { host, call } from '../bridge/call'
import { asApiError } from '../bridge/host'
import type { ApiError, AppState, Change, Glimpse, Job, Notice, Route } from '../bridge/generated'
import { isLanguage, language, msg, t, type LanguageId } from '../words'
import { announcer } from './announce.svelte'
import { away } from './away.svelte'
import { clock } from './clock.svelte'
import { draft } from './draft.svelte'
import { endpoints } from './endpoints.svelte'
import { glimpses } from './glimpses.svelte'
import { imports } from './imports.svelte'
import { jobs } from './jobs.svelte'
import { keys } from './keys.svelte'
import { nav } from './nav.svelte'
import { prints } from './prints.svelte'
import { routes } from './routes.svelte'
import { settings } from './settings.svelte'
import { spend } from './spend.svelte'
import { isOpen, needsYou } from './telling'
import { views } from './views.svelte'

/** What stands in the composer the first time: Ctrl+Enter renders it at once. */
const FIRST_WORDS = {
  image: msg('Hills before sunrise, thin mist, one bright disc'),
  video: msg('Slow drift over a still sea at dusk, low clouds moving left to right'),
}

/** The language of a choice; `system` is what the core says that the system speaks. */
function spokenOf(choice: string, system = 'en'): LanguageId {
  const wished = choice === 'system' ? system : choice
  return isLanguage(wished) ? wished : 'en'
}

/** What is served of an asset: its file, or a small picture, 512 px unless it says otherwise. */
export type MediaVariant = 'original' | 'thumb' | 'thumb?w=1024'

export class App {
  info = $state<AppState | null>(null)
  notices = $state.raw<Notice[]>([])
  error = $state.raw<ApiError | null>(null)
  readonly ready = $derived(this.info !== null)
  /** What the window speaks, by choice or as the system does. */
  readonly spoken = $derived(spokenOf(settings.now.language, this.info?.system_language))
  /** The library folder is not there: its drive may be unplugged. Small pictures are shown all the same. */
  readonly libraryAway = $derived(this.notices.some((notice) => notice.about === 'library'))
  /** True until the user has chosen a key or the sandbox. */
  readonly firstRun = $derived((this.info?.first_run ?? false) && !settings.now.welcomed)

  /** What was committed while everything is being read; null when nothing is. */
  #meanwhile: Change[] | null = null
  /** The language that the core's sentences were read in. */
  #heard: LanguageId = 'en'

  /** Listens first, then loads, so nothing falls between. Answers with a function that stops it. */
  start(): () => void {
    const stops = [
      settings.follow(),
      clock.start(),
      away.start(),
      host().onChanges((batch) => this.apply(batch)),
      host().onReconnect(() => void this.load()),
      host().onOpenJob((job) => nav.go('jobs', job)),
    ]
    void host()
      .listening()
      .then(() => this.load())
    return () => stops.forEach((stop) => stop())
  }

  async load(): Promise<void> {
    this.#meanwhile ??= []
    try {
      const [info] = await Promise.all([
        call('app_state', {}),
        settings.load(),
        endpoints.load(),
        keys.load(),
        routes.load(),
        jobs.load(),
        prints.load(),
      ])
      // Before anything is shown.
      this.#heard = spokenOf(settings.now.language, info.system_language)
      await language.use(this.#heard)
      glimpses.keep((id) => jobs.table.get(id)?.state === 'running')
      if (this.ready) draft.settle()
      else {
        await draft.restore()
        if (info.first_run && jobs.list.length === 0)
          draft.offer({ image: t(FIRST_WORDS.image), video: t(FIRST_WORDS.video) })
      }
      spend.refresh()
      this.notices = info.notices
      this.info = info
      views.at(info.media_base)
      imports.at(info.media_base)
      this.error = null
    } catch (cause) {
      this.error = asApiError(cause)
    } finally {
      // A row may have been read before it changed: the last word is in the changes.
      const meanwhile = this.#meanwhile ?? []
      this.#meanwhile = null
      this.apply(meanwhile)
    }
  }

  apply(batch: readonly Change[]): void {
    if (this.#meanwhile !== null) {
      this.#meanwhile.push(...batch)
      return
    }
    // A job may be told of before its prints in the same batch: prints first, so no frame is missing.
    const changed = batch.flatMap((change) => (change.kind === 'print' ? [change.print] : []))
    prints.apply(changed)
    const isViewNew = batch.some((change) => change.kind === 'view')
    views.apply(changed, isViewNew)
    if (isViewNew) void this.#lookAgain()
    let catalogueChanged = false
    for (const change of batch) {
      if (change.kind === 'job') this.#takeJob(change.job)
      else if (change.kind === 'settings') settings.apply(change.settings)
      else if (change.kind === 'glimpse') this.#takeGlimpse(change.glimpse)
      else if (change.kind === 'import') imports.apply(change.import)
      else if (change.kind === 'routes') this.#takeRoutes(change.routes)
      else if (change.kind === 'notices') this.notices = change.notices
      else if (change.kind === 'catalog') catalogueChanged = true
    }
    if (batch.some((change) => change.kind === 'job' || change.kind === 'settings')) spend.refresh()
    if (catalogueChanged) this.#reloadCatalogue()
    // The core says its sentences in another language from now on.
    if (this.ready && this.spoken !== this.#heard) void this.load()
  }

  /** After so large a change the library may stand elsewhere. What cannot be asked now is as it was. */
  async #lookAgain(): Promise<void> {
    const info = await call('app_state', {}).catch(() => null)
    if (info && this.info) this.info = info
  }

  /** What the composer's route costs may be another sum now. */
  #takeRoutes(list: Route[]): void {
    routes.apply(list)
    if (this.ready) draft.settle()
  }

  #takeJob(job: Job): void {
    const before = jobs.table.get(job.id)
    jobs.table.put(job)
    if (job.state !== 'running') glimpses.forget(job.id)
    const which = { shot: job.shot_number, take: job.take }
    if (job.state === 'completed' && before?.state !== 'completed')
      announcer.say(t('Shot {shot}, take {take} ready.', which))
    else if (needsYou(job) && !(before && needsYou(before)))
      announcer.say(t('Shot {shot}, take {take} needs you.', which))
  }

  /** A glimpse may be overtaken by the end of its job. */
  #takeGlimpse(glimpse: Glimpse): void {
    const job = jobs.table.get(glimpse.job)
    if (job && isOpen(job)) glimpses.put(glimpse)
  }

  #reloadCatalogue(): void {
    void Promise.all([endpoints.load(), keys.load()])
      .then(() => draft.settle())
      .catch((cause: unknown) => (this.error = asApiError(cause)))
  }

  /** The user has chosen: the first-run words go away. */
  async welcome(): Promise<void> {
    await settings.set({ welcomed: true })
  }

  mediaUrl(asset: string, variant: MediaVariant): string {
    return `${this.info?.media_base ?? ''}${asset}/${variant}`
  }

  /** The door serves glimpses beside the media. */
  glimpseUrl(job: string, picture: number): string {
    return `${(this.info?.media_base ?? '').replace(/media\/$/, '')}glimpse/${job}/${picture}`
  }

  openExternal(url: string): Promise<void> {
    return host().openExternal(url)
  }
}

export const app = new App()

/** Address of an asset's file, or of its thumbnail (the poster of a clip). */
export function mediaUrl(asset: string, variant: MediaVariant): string {
  return app.mediaUrl(asset, variant)
}

/** Address of a running job's picture half made; null before there is one. */
export function glimpseUrl(job: string): string | null {
  const picture = glimpses.of(job)?.picture ?? null
  return picture === null ? null : app.glimpseUrl(job, picture)
}
