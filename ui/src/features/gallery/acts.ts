// What the shared menu of the gallery offers.
import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import Clapperboard from '@lucide/svelte/icons/clapperboard'
import Columns2 from '@lucide/svelte/icons/columns-2'
import Copy from '@lucide/svelte/icons/copy'
import Download from '@lucide/svelte/icons/download'
import Folder from '@lucide/svelte/icons/folder'
import FolderMinus from '@lucide/svelte/icons/folder-minus'
import FolderPlus from '@lucide/svelte/icons/folder-plus'
import History from '@lucide/svelte/icons/history'
import ImageUp from '@lucide/svelte/icons/image-up'
import Layers from '@lucide/svelte/icons/layers'
import Maximize2 from '@lucide/svelte/icons/maximize-2'
import Pencil from '@lucide/svelte/icons/pencil'
import RotateCw from '@lucide/svelte/icons/rotate-cw'
import Shuffle from '@lucide/svelte/icons/shuffle'
import StarIcon from '@lucide/svelte/icons/star'
import Tag from '@lucide/svelte/icons/tag'
import Trash2 from '@lucide/svelte/icons/trash-2'
import Undo2 from '@lucide/svelte/icons/undo-2'
import type { Print } from '../../bridge/generated'
import type { MenuItem } from '../../kit/menu'
import { count } from '../../lib/format'
import {
  copyOffer,
  editOffer,
  moveOffer,
  recallOffers,
  referenceOffers,
  type Offer,
} from '../../state/printmenu'
import { selection } from '../../state/selection.svelte'
import { shelves } from '../../state/shelves.svelte'
import type { Desk } from './desk.svelte'
import type { Place } from './places'
import { where } from './where.svelte'

/** Collections to add to, the one that is shown to be taken out of, and a new one. */
export function collectionItems(desk: Desk, place: Place): MenuItem[] {
  const items: MenuItem[] = shelves.collections
    .filter(({ id }) => place.kind !== 'collection' || place.id !== id)
    .map((collection) => ({
      heading: 'Add to',
      label: collection.name,
      icon: Folder,
      run: () => desk.add(collection),
    }))
  items.push({ label: 'New collection', icon: FolderPlus, run: () => (desk.asking = 'collection') })
  if (place.kind === 'collection')
    items.push({
      label: `Take out of ${place.name}`,
      icon: FolderMinus,
      apart: true,
      run: () => desk.takeOut(place),
    })
  return items
}

const ICONS = { reference: ImageUp, move: Clapperboard, edit: Pencil, copy: Copy, recall: History } as const

const withIcon = (offer: Offer): MenuItem => ({ ...offer, icon: ICONS[offer.kind] })

/** How one goes on from a single print. */
function goingOn(desk: Desk, print: Print): MenuItem[] {
  const made: MenuItem[] = print.job
    ? [
        { label: 'Run again', icon: RotateCw, note: 'N', run: () => desk.ask('run') },
        { label: 'Vary', icon: Shuffle, note: 'V', run: () => desk.ask('vary') },
        ...editOffer(print).map(withIcon),
      ]
    : []
  return [
    ...made,
    ...moveOffer(print).map(withIcon),
    ...copyOffer(print).map(withIcon),
    ...referenceOffers(print).map(withIcon),
    ...recallOffers(print).map(withIcon),
  ]
}

export function menuItems(desk: Desk, place: Place, open: () => void): MenuItem[] {
  if (desk.size === 0) return []
  if (place.kind === 'trash') return [{ label: 'Put back', icon: Undo2, run: () => desk.restore() }]
  const { stack, whole } = desk
  // Beside what is done with the print that stands for it.
  const all = whole ? { heading: `All ${desk.size} of the stack` } : { apart: true }
  const turn: MenuItem[] =
    stack && selection.size === 0
      ? [
          {
            label: stack.number === 0 ? 'Open the stack' : 'Close the stack',
            icon: Layers,
            note: 'S',
            run: () => where.toggleStack(stack),
          },
        ]
      : []
  const rate: MenuItem[] = [5, 4, 3, 2, 1].map((stars) => ({
    heading: 'Rate',
    label: count(stars, 'star'),
    icon: StarIcon,
    note: String(stars),
    run: () => desk.rate(stars),
  }))
  const one = desk.size === 1 ? desk.known[0] : whole ? desk.print : undefined
  const compare: MenuItem = { label: 'Compare', icon: Columns2, note: 'C', run: () => desk.compare() }
  const many: MenuItem[] = [
    ...(desk.comparable ? [compare] : []),
    { label: 'Use as reference', icon: ImageUp, note: 'R', run: () => desk.reference() },
  ]
  return [
    ...(one
      ? [{ label: 'Open', icon: Maximize2, note: '↵', run: open }, ...turn, ...goingOn(desk, one)]
      : many),
    {
      label: desk.allCircled ? 'Take the circle away' : 'Circle',
      icon: CircleDashed,
      note: 'P',
      ...all,
      run: () => desk.circle(),
    },
    { label: 'Tags', icon: Tag, note: 'T', ...(whole ? all : {}), run: () => (desk.asking = 'tags') },
    ...rate,
    ...collectionItems(desk, place),
    { label: 'Export', icon: Download, note: 'E', ...all, run: () => (desk.asking = 'export') },
    {
      label: 'Move to Trash',
      icon: Trash2,
      note: 'Del',
      ...(whole ? all : {}),
      danger: true,
      run: () => desk.trash(),
    },
  ]
}
