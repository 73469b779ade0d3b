// The composer's unsent composition, one per modality, kept as it is typed.
import { SvelteMap } from 'svelte/reactivity'
import { call } from '../bridge/call'
import { asApiError } from '../bridge/host'
import type { ApiError, Asset, Composition, Endpoint, Job, Modality } from '../bridge/generated'
import type { Print, Problem, Quote } from '../bridge/generated'
import { debounce } from '../lib/debounce'
import { sentences } from '../lib/format'
import { t } from '../words'
import { done } from './done'
import { endpoints } from './endpoints.svelte'
import { assign, fieldOf, takes } from './fields'
import type { DraftReference, MediaField } from './fields'
import { jobs } from './jobs.svelte'
import { callsOf, follow, mentionProblem, recall, resolve } from './mentions'
import { routes } from './routes.svelte'
import { settings } from './settings.svelte'
import { blank, composition, onto, randomSeed, sheetOf, type Sheet } from './sheet'
import { homeOf, stepFor } from './variants'
import { droppedWords, goneWords, offRouteWords } from './words'

const SAVE_AFTER_MS = 400
const QUOTE_AFTER_MS = 200
const find = (id: string) => endpoints.get(id)

export class Draft {
  modality = $state<Modality>('image')
  sheets = $state<Record<Modality, Sheet>>({ image: blank(), video: blank() })
  readonly assets = new SvelteMap<string, Asset>()
  /** What the last model switch could not use; empty when nothing. */
  note = $state('')
  problems = $state.raw<Problem[]>([])
  quote = $state.raw<Quote | null>(null)
  quoting = $state(false)
  sending = $state(false)
  error = $state.raw<ApiError | null>(null)
  /** True once a submit was tried: all problems show, not only those of touched fields. */
  tried = $state(false)
  touched = $state<ReadonlySet<string>>(new Set())

  readonly sheet = $derived(this.sheets[this.modality])
  readonly endpoint = $derived<Endpoint | undefined>(endpoints.get(this.sheet.endpoint))
  /** The route it runs on, as long as there is one of that name. */
  readonly route = $derived(this.sheet.route === null ? undefined : routes.get(this.sheet.route))
  readonly assignment = $derived(assign(this.endpoint, this.sheet.references))
  /** What each reference is called where it is sent. */
  readonly calls = $derived(callsOf(this.endpoint, this.assignment, this.sheet.references))
  /** The words as they are sent. */
  readonly words = $derived(resolve(this.sheet.prompt, this.calls))
  readonly unsendable = $derived(mentionProblem(this.sheet.prompt, this.endpoint, this.calls))
  readonly shown = $derived.by(() => {
    const known = this.problems.filter((p) => this.tried || this.touched.has(p.field))
    const field = fieldOf(this.endpoint, 'prompt')?.name ?? 'prompt'
    return this.unsendable === '' ? known : [{ field, message: this.unsendable }, ...known]
  })
  #asked = 0
  #save = debounce((modality: Modality) => this.#keep(modality), SAVE_AFTER_MS)
  #ask = debounce(() => void this.#askQuote(), QUOTE_AFTER_MS)

  problemOf(field: string): string {
    return this.shown.find((p) => p.field === field)?.message ?? ''
  }

  async restore(): Promise<void> {
    for (const modality of ['image', 'video'] as const) {
      const { draft } = await call('get_draft', { modality }).catch(() => ({ draft: null }))
      if (draft && typeof draft === 'object')
        this.sheets[modality] = { ...blank(), ...(draft as Partial<Sheet>) }
    }
    this.settle()
    await this.#knowAssets()
  }

  /** Makes sure each sheet stands on an endpoint that exists, after the catalogue changed. */
  settle(): void {
    for (const modality of ['image', 'video'] as const) {
      const sheet = this.sheets[modality]
      const present = endpoints.get(sheet.endpoint)
      const last = settings.now.last_endpoint[modality]
      // The sandbox stands in until there is something better, unless it was chosen.
      const isStandIn = present?.sandbox === true && last === undefined
      const stays = present?.modality === modality && (present.usable || sheet.prompt !== '')
      if (stays && !isStandIn) continue
      const pick = endpoints.pick(modality, last)
      if (pick) sheet.endpoint = pick.id
    }
    this.#ask()
  }

  async #knowAssets(): Promise<void> {
    const ids = new Set(
      [...this.sheets.image.references, ...this.sheets.video.references].map((r) => r.asset),
    )
    for (const id of ids) {
      if (this.assets.has(id)) continue
      try {
        this.assets.set(id, await call('get_asset', { id }))
      } catch {
        for (const sheet of Object.values(this.sheets)) {
          this.#refer(
            sheet.references.filter((r) => r.asset !== id),
            sheet,
          )
        }
      }
    }
  }

  setModality(modality: Modality): void {
    this.modality = modality
    this.note = ''
    this.#fresh()
    this.#ask()
  }

  setPrompt(prompt: string): void {
    this.sheet.prompt = prompt
    this.#touch(fieldOf(this.endpoint, 'prompt')?.name ?? 'prompt')
  }

  /** Sets a value; undefined gives the field back to the provider's default. */
  setValue(field: string, value: unknown): void {
    if (value === undefined) delete this.sheet.values[field]
    else this.sheet.values[field] = value
    this.#touch(field)
  }

  setCount(count: number): void {
    this.sheet.count = count
    this.#touch('')
  }

  lockSeed(locked: boolean): void {
    const field = fieldOf(this.endpoint, 'seed')
    this.sheet.seedLocked = locked
    if (locked && field && this.sheet.values[field.name] === undefined) this.rollSeed()
    else this.#touch(field?.name ?? '')
  }

  rollSeed(): void {
    const field = fieldOf(this.endpoint, 'seed')
    if (!field) return
    this.setValue(field.name, randomSeed(field.kind.type === 'integer' ? field.kind : null))
  }

  /** Moves to another endpoint, or to a route, with everything it accepts, and says what it does not. */
  choose(id: string, route: string | null = null): void {
    const chosen = endpoints.get(id)
    if (!chosen) return
    if (chosen.modality !== this.modality) this.setModality(chosen.modality)
    this.sheet.route = route
    this.#move(homeOf(chosen, this.route, this.sheet.references, find))
    void settings
      .set({ last_endpoint: { ...settings.now.last_endpoint, [this.modality]: id } })
      .catch((cause: unknown) => (this.error = asApiError(cause)))
  }

  /** References came or went: another of the model's endpoints may be the one for them. */
  #vary(): void {
    const to = this.endpoint && homeOf(this.endpoint, this.route, this.sheet.references, find)
    if (to && to.id !== this.endpoint?.id) this.#move(to)
  }

  #move(to: Endpoint): void {
    const { sheet, dropped } = onto($state.snapshot(this.sheet) as Sheet, this.endpoint, to)
    const { values, kept, endpoint } = sheet
    Object.assign(this.sheet, { values, kept, endpoint })
    this.note = dropped.length === 0 ? '' : droppedWords(dropped, to.name)
    this.#fresh()
    this.#changed()
  }

  addReference(asset: Asset, field: string | null = null): number {
    this.assets.set(asset.id, asset)
    const sheet = this.sheet
    const held = sheet.references.findIndex(
      (r) => r.asset === asset.id && (field === null || r.field === field),
    )
    if (held >= 0) return held + 1
    sheet.references = [...sheet.references, { asset: asset.id, media: asset.media, field }]
    this.#vary()
    this.#touch(field ?? '')
    return sheet.references.length
  }

  /** A print as a reference: the same file. Answers with its number. */
  addPrint(print: Print, field: string | null = null): number {
    const { id, media, media_type, width, height, duration_ms, bytes, path } = print
    return this.addReference({ id, media, media_type, width, height, duration_ms, bytes, path }, field)
  }

  removeReference(place: number): void {
    this.setReferences(this.sheet.references.filter((_, i) => i !== place))
    this.#vary()
  }

  /** Other references, or the same in another order; mentions follow their pictures. */
  setReferences(list: DraftReference[]): void {
    this.#refer(list)
    this.#touch('')
  }

  #refer(list: DraftReference[], sheet = this.sheet): void {
    sheet.prompt = follow(sheet.prompt, sheet.references, list)
    sheet.references = list
  }

  /** Another file in the place of one: what was made of it. Mentions speak of the new one. */
  replaceReference(place: number, asset: Asset): void {
    const held = this.sheet.references[place]
    if (!held) return
    this.assets.set(asset.id, asset)
    held.asset = asset.id
    this.#touch(held.field ?? '')
  }

  /** The one file of a field, in the place of whatever it had. */
  fillSlot(asset: Asset, field: string): void {
    this.assets.set(asset.id, asset)
    const before = this.assignment.byField.get(field) ?? []
    const others = this.sheet.references.filter((_, place) => !before.includes(place))
    this.setReferences([...others, { asset: asset.id, media: asset.media, field }])
    this.#vary()
  }

  /** A reference goes to another field; where that is full, its first one gives way. */
  useAs(place: number, field: MediaField): void {
    const { references } = this.sheet
    const held = this.assignment.byField.get(field.name) ?? []
    const first = references[held[0] ?? -1]
    if (first && held.length >= Math.max(1, field.kind.max_items)) first.field = null
    const moved = references[place]
    if (moved) moved.field = field.name
    this.#touch(field.name)
  }

  moveReference(place: number, by: number): number {
    const to = place + by
    const list = [...this.sheet.references]
    const [moved] = list.splice(place, 1)
    if (!moved || to < 0 || to > list.length) return place
    list.splice(to, 0, moved)
    this.setReferences(list)
    return to
  }

  /** The first usable model that takes files of this kind, for when the present one takes none. */
  taker(): Endpoint | undefined {
    const media = this.sheet.references[this.assignment.left[0] ?? 0]?.media ?? 'image'
    const able = endpoints.of(this.modality).filter((e) => e.usable && takes(e, media))
    return (
      able.find((e) => e.provider === this.endpoint?.provider && e.model === this.endpoint.model) ??
      able.find((e) => e.provider === this.endpoint?.provider) ??
      able[0]
    )
  }

  /** Puts a job's inputs back, to be changed and run. */
  async fill(job: Job): Promise<void> {
    const endpoint = endpoints.get(job.endpoint)
    this.modality = job.modality
    const found = await Promise.all(
      job.references.map((r) => call('get_asset', { id: r.asset }).catch(() => null)),
    )
    const references: DraftReference[] = []
    found.forEach((asset, i) => {
      if (!asset) return
      this.assets.set(asset.id, asset)
      references.push({ asset: asset.id, media: asset.media, field: job.references[i]?.field ?? null })
    })
    this.sheets[job.modality] = { ...sheetOf(job, endpoint, this.sheet), references }
    this.sheet.prompt = recall(job.prompt, this.calls)
    const gone = found.filter((asset) => asset === null).length
    this.note = ''
    const off = this.#rejoin(job.route)
    this.note = sentences(goneWords(endpoint ? null : job.model_name, gone), off, this.note)
    this.#fresh()
    this.#changed()
  }

  /** Back to the route that something was sent along. Says why where that is not possible. */
  #rejoin(name: string | null): string {
    if (name === null) return ''
    const route = routes.get(name)
    const here = route?.modality === this.modality ? route : undefined
    const step = here && stepFor(here.steps, this.sheet.references, find)
    if (!step) return offRouteWords(name, this.endpoint?.name ?? '', here !== undefined)
    this.sheet.route = name
    if (step.id !== this.sheet.endpoint) this.#move(step)
    return ''
  }

  /** Starts over with the same model; a toast brings it back. */
  clear(): void {
    const modality = this.modality
    const before = $state.snapshot(this.sheet) as Sheet
    this.put(modality, { ...blank(), endpoint: before.endpoint, route: before.route })
    if (before.prompt === '' && before.references.length === 0) return
    done.did(t('Composer cleared.'), () => this.put(modality, before), 'composer')
  }

  /** Puts a whole composition in place of what stands there. */
  put(modality: Modality, sheet: Sheet): void {
    this.sheets[modality] = sheet
    this.note = ''
    this.#fresh()
    this.#changed()
  }

  /** Words for a composer that was never written in, so the first render is one key away. */
  offer(words: Record<Modality, string>): void {
    for (const modality of ['image', 'video'] as const) {
      const sheet = this.sheets[modality]
      if (sheet.prompt === '') sheet.prompt = words[modality]
    }
    this.#ask()
  }

  compose(newSeed = false): Composition {
    const sheet = { ...($state.snapshot(this.sheet) as Sheet), route: this.route?.name ?? null }
    return composition(sheet, this.endpoint, this.assignment, newSeed)
  }

  /** Sends it. True when jobs were written down. `acceptUnpriced`: the user's yes to a price no cap can watch. */
  async submit(newSeed = false, acceptUnpriced = false): Promise<boolean> {
    if (this.sending || !this.endpoint || this.unsendable !== '') return false
    this.sending = true
    this.error = null
    this.tried = true
    if (newSeed && this.sheet.seedLocked) this.rollSeed()
    try {
      const composition = this.compose(newSeed && !this.sheet.seedLocked)
      if (acceptUnpriced) composition.accept_unpriced = true
      const { jobs: made, problems } = await jobs.submit(composition)
      this.problems = problems
      const first = made[0]
      if (!first) return false
      this.sheet.shot = first.shot
      this.sheet.shotPrompt = first.prompt
      this.tried = false
      this.#save(this.modality)
      return true
    } catch (cause) {
      this.error = asApiError(cause)
      return false
    } finally {
      this.sending = false
    }
  }

  /** Writes at once what still waits to be kept. */
  flush(): void {
    this.#save.cancel()
    this.#keep(this.modality)
  }

  #touch(field: string): void {
    if (!this.touched.has(field)) this.touched = new Set(this.touched).add(field)
    this.error = null
    this.#changed()
  }

  #fresh(): void {
    this.touched = new Set()
    this.problems = []
    this.tried = false
    this.error = null
    this.quote = null
  }

  #changed(): void {
    this.#save(this.modality)
    this.#ask()
  }

  #keep(modality: Modality): void {
    const draft = $state.snapshot(this.sheets[modality])
    call('set_draft', { modality, draft }).catch((cause: unknown) => (this.error = asApiError(cause)))
  }

  async #askQuote(): Promise<void> {
    if (!this.endpoint) return
    const asked = ++this.#asked
    const composition = this.compose()
    this.quoting = true
    const [quote, problems] = await Promise.all([
      call('quote', composition).catch(() => null),
      call('check_inputs', composition).catch(() => this.problems),
    ])
    if (asked !== this.#asked) return
    this.quote = quote
    this.problems = problems
    this.quoting = false
  }
}

export const draft = new Draft()
