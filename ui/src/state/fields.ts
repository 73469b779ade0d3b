// What an endpoint's fields mean for a draft: which values it takes, what carries over from another
// endpoint, where each reference goes. Pure.
import type { Endpoint, Field, FieldKind, MediaKind, Reference, Role } from '../bridge/generated'
import { known, msg, t, type Message } from '../words'
import { nearestRatio, parseRatio, parseSize, sizeFor } from '../lib/shape'

export type Values = Record<string, unknown>

/** A reference of a draft; `field` is set when the user put it in a certain slot. */
export interface DraftReference {
  asset: string
  media: MediaKind
  field: string | null
}

export type MediaField = Field & { kind: Extract<FieldKind, { type: 'media' }> }

/** Roles that mean the same under any name, so their values follow to another endpoint. */
const SHARED: ReadonlySet<Role> = new Set<Role>([
  'negative_prompt',
  'shape',
  'resolution',
  'duration',
  'seed',
  'format',
])

const ORDER: readonly Role[] = [
  'prompt',
  'first_frame',
  'last_frame',
  'reference',
  'mask',
  'shape',
  'resolution',
  'duration',
  'count',
  'seed',
  'negative_prompt',
  'other',
  'format',
]

export function keyOf(field: Field): string {
  return SHARED.has(field.role) ? `role:${field.role}` : field.name
}

export function fieldOf(endpoint: Endpoint | undefined, role: Role): Field | undefined {
  return endpoint?.fields.find((f) => f.role === role && !f.hidden)
}

export function isMedia(field: Field): field is MediaField {
  return field.kind.type === 'media'
}

/** Fields that take files, in the order references are given out. */
export function mediaFields(endpoint: Endpoint | undefined): MediaField[] {
  return (endpoint?.fields ?? [])
    .filter((f): f is MediaField => isMedia(f) && !f.hidden)
    .sort((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role))
}

const ROLE_NAMES: Partial<Record<Role, Message>> = {
  first_frame: msg('Start frame'),
  last_frame: msg('End frame'),
  mask: msg('Mask'),
}

/** What a field for files is called: by what it means where that is known, else by its label. */
export function slotTitle(field: Pick<Field, 'role' | 'label'>): string {
  const name = ROLE_NAMES[field.role]
  return name ? t(name) : known(field.label)
}

/** Fields the form draws, main ones first to last, then those under Advanced. */
export function formFields(endpoint: Endpoint | undefined): { main: Field[]; advanced: Field[] } {
  const exact = exactSize(endpoint)
  const drawn = (endpoint?.fields ?? []).filter(
    (f) =>
      f !== exact &&
      !f.hidden &&
      !isMedia(f) &&
      f.role !== 'prompt' &&
      f.role !== 'negative_prompt' &&
      f.role !== 'count' &&
      f.role !== 'seed',
  )
  const place = (f: Field) => ORDER.indexOf(f.role)
  return {
    main: drawn.filter((f) => !f.advanced).sort((a, b) => place(a) - place(b)),
    advanced: drawn.filter((f) => f.advanced),
  }
}

/** The pixel size beside a choice of ratios: the form draws it as that choice's "Custom". */
export function exactSize(endpoint: Endpoint | undefined): Field | undefined {
  const shapes = (endpoint?.fields ?? []).filter((f) => f.role === 'shape' && !f.hidden)
  const hasRatios = shapes.some((f) => f.kind.type === 'choice')
  return hasRatios ? shapes.find((f) => f.kind.type === 'size') : undefined
}

/** The value as this field takes it, or undefined when it does not. */
export function fit(field: Field, value: unknown): unknown {
  if (value === undefined || value === null) return undefined
  const kind = field.kind
  switch (kind.type) {
    case 'text':
      return typeof value === 'string' ? value : undefined
    case 'choice': {
      const same = kind.options.find((o) => String(o) === String(value))
      if (same !== undefined) return same
      return field.role === 'shape' ? nearestRatio(kind.options.map(String), value) : undefined
    }
    case 'integer':
    case 'number': {
      const n = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      if (typeof n !== 'number' || !Number.isFinite(n)) return undefined
      if (kind.type === 'integer' && !Number.isInteger(n)) return undefined
      if ((kind.min !== null && n < kind.min) || (kind.max !== null && n > kind.max)) return undefined
      return n
    }
    case 'switch':
      return typeof value === 'boolean' ? value : undefined
    case 'size': {
      if (kind.words.includes(String(value))) return value
      const size = parseSize(value)
      if (!size) {
        const ratio = parseRatio(value)
        if (ratio === null) return undefined
        return nearestRatio(kind.words, value) ?? sizeFor(kind, ratio, field.default)
      }
      const text = `${size.width}${kind.separator}${size.height}`
      if (kind.options.length > 0) return kind.options.includes(text) ? text : undefined
      const inside = [size.width, size.height].every((n) => n >= kind.min && n <= kind.max)
      return inside ? text : undefined
    }
    case 'list':
      if (!Array.isArray(value)) return undefined
      return kind.max_items === null || value.length <= kind.max_items ? value : undefined
    case 'json':
      return value
    case 'media':
      return undefined
  }
}

export interface Carried {
  /** Values the new endpoint takes, by its own names. */
  values: Values
  /** Values it does not take, kept by meaning for a later endpoint. */
  kept: Values
  /** Labels of what it does not take now. */
  dropped: string[]
}

/** Moves values from one endpoint's fields to another's. */
export function carry(from: Endpoint | undefined, to: Endpoint, values: Values, kept: Values): Carried {
  const byKey = new Map<string, { value: unknown; label: string }>()
  for (const [key, value] of Object.entries(kept)) byKey.set(key, { value, label: '' })
  for (const field of from?.fields ?? []) {
    const value = values[field.name]
    if (value !== undefined) byKey.set(keyOf(field), { value, label: field.label })
  }
  const carried: Carried = { values: {}, kept: {}, dropped: [] }
  for (const field of to.fields) {
    const held = byKey.get(keyOf(field))
    if (!held || field.hidden) continue
    const value = fit(field, held.value)
    if (value === undefined) continue
    carried.values[field.name] = value
    byKey.delete(keyOf(field))
  }
  for (const [key, { value, label }] of byKey) {
    carried.kept[key] = value
    if (label) carried.dropped.push(label)
  }
  return carried
}

export interface Assignment {
  /** For each field, the places of its references in the draft. */
  byField: Map<string, number[]>
  /** Places of references that no field takes. */
  left: number[]
}

/** Gives each reference to a field: where the user put it, else the first that has room. */
export function assign(endpoint: Endpoint | undefined, references: readonly DraftReference[]): Assignment {
  const fields = mediaFields(endpoint)
  const byField = new Map<string, number[]>(fields.map((f) => [f.name, []]))
  const room = (f: MediaField) => (byField.get(f.name)?.length ?? 0) < Math.max(1, f.kind.max_items)
  const left: number[] = []
  const give = (f: MediaField, place: number) => byField.get(f.name)?.push(place)
  references.forEach((reference, place) => {
    const wanted = fields.find((f) => f.name === reference.field)
    if (wanted && wanted.kind.media === reference.media && room(wanted)) give(wanted, place)
  })
  references.forEach((reference, place) => {
    if ([...byField.values()].some((places) => places.includes(place))) return
    const open = fields.filter((f) => f.kind.media === reference.media && f.role !== 'mask')
    const target = open.find((f) => f.required && room(f)) ?? open.find(room)
    if (target) give(target, place)
    else left.push(place)
  })
  for (const places of byField.values()) places.sort((a, b) => a - b)
  return { byField, left }
}

/** References as the wire wants them. */
export function toWire(assignment: Assignment, references: readonly DraftReference[]): Reference[] {
  const wire: Reference[] = []
  for (const [field, places] of assignment.byField) {
    for (const place of places) {
      const asset = references[place]?.asset
      if (asset !== undefined) wire.push({ field, asset })
    }
  }
  return wire
}

/** Whether it takes at least one file of this kind. */
export function takes(endpoint: Endpoint, media: MediaKind): boolean {
  return mediaFields(endpoint).some((f) => f.kind.media === media)
}

/** How many of the Advanced values differ from the provider's own. */
export function changed(fields: readonly Field[], values: Values): number {
  return fields.filter((f) => isChanged(f, values[f.name])).length
}

export function isChanged(field: Field, value: unknown): boolean {
  return value !== undefined && JSON.stringify(value) !== JSON.stringify(field.default)
}
