// How references are drawn: a slot for each field that takes one file, a strip for each that takes more.
import type { Endpoint } from '../../bridge/generated'
import type { MenuItem } from '../../kit/menu'
import { undrawn } from '../../lib/drawn'
import { shownKeys } from '../../lib/hotkeys'
import { removeReference } from '../../state/composing.svelte'
import type { Draft } from '../../state/draft.svelte'
import { keymap } from '../../state/keymap.svelte'
import { mediaFields, slotTitle, type Assignment, type MediaField } from '../../state/fields'
import { known, t } from '../../words'

export interface Slot {
  field: MediaField
  /** Places in the draft's references. */
  places: number[]
  most: number
}

export function slotsOf(endpoint: Endpoint | undefined, assignment: Assignment): Slot[] {
  return mediaFields(endpoint).map((field) => ({
    field,
    places: assignment.byField.get(field.name) ?? [],
    most: Math.max(1, field.kind.max_items),
  }))
}

/** What a slot is called: by what it means where that is known, else by the field's label. */
export function slotName(slot: Slot): string {
  return known(slotTitle(slot.field))
}

/** What may be dropped on a slot: "Image", "Up to 3", "Required". */
export function slotWords(slot: Slot): string {
  if (slot.field.required) return t('Required')
  return slot.most > 1 ? t('Up to {most}', { most: slot.most }) : t('Optional')
}

/** The verb a slot shows while files hang over it. */
export function dropWords(slot: Slot): string {
  return t('Use as {what}', { what: slotName(slot).toLowerCase() })
}

/** What a file chooser may show for the files an endpoint takes. */
export function acceptOf(slots: readonly Slot[]): string {
  const kinds = new Set(slots.map((s) => s.field.kind.media))
  return kinds.size === 0 ? 'image/*' : [...kinds].map((k) => `${k}/*`).join(',')
}

/** What becomes of references that no field takes. */
export function leftWords(left: number, endpoint: Endpoint | undefined, slots: readonly Slot[]): string {
  if (left === 0 || !endpoint) return ''
  const facts = { count: left, model: endpoint.name }
  return slots.length === 0
    ? t(
        "{model} takes no references. {count, plural, one {It's} other {They're}} kept here and not sent.",
        facts,
      )
    : t(
        '{count, plural, one {A reference is} other {# references are}} more than {model} takes. Kept here and not sent.',
        facts,
      )
}

/** What can be done with a reference, beside moving it by the keyboard. */
export function actsOn(
  draft: Draft,
  place: number,
  open: { crop: () => void; mask: () => void },
): MenuItem[] {
  const { references } = draft.sheet
  const reference = references[place]
  const asset = reference && draft.assets.get(reference.asset)
  if (!reference || !asset) return []
  const fields = mediaFields(draft.endpoint)
  const isIn = (field: MediaField) => draft.assignment.byField.get(field.name)?.includes(place) ?? false
  const isMask = fields.some((field) => field.role === 'mask' && isIn(field))
  const items: MenuItem[] = []
  if (asset.media === 'image' && !undrawn(asset)) {
    items.push({ label: t('Crop'), run: open.crop })
    if (fields.some((field) => field.role === 'mask') && !isMask) {
      items.push({ label: t('Paint a mask'), run: open.mask })
    }
  }
  const roles = fields.filter((field) => field.kind.media === reference.media)
  if (roles.length > 1) {
    for (const field of roles) {
      items.push({
        label: known(slotTitle(field)),
        heading: t('Use as'),
        chosen: isIn(field),
        run: () => draft.useAs(place, field),
      })
    }
  }
  if (references.length > 1) {
    items.push(
      {
        label: t('Move forward'),
        note: keymap.shown('reference.before'),
        apart: true,
        disabled: place === 0,
        run: () => void draft.moveReference(place, -1),
      },
      {
        label: t('Move back'),
        note: keymap.shown('reference.after'),
        disabled: place === references.length - 1,
        run: () => void draft.moveReference(place, 1),
      },
    )
  }
  items.push({
    label: t('Remove'),
    note: shownKeys('Delete'),
    apart: references.length === 1,
    run: () => removeReference(place),
  })
  return items
}
