// What the shared menu of the gallery offers.
import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import Copy from '@lucide/svelte/icons/copy'
import Folder from '@lucide/svelte/icons/folder'
import FolderMinus from '@lucide/svelte/icons/folder-minus'
import FolderPlus from '@lucide/svelte/icons/folder-plus'
import ImageUp from '@lucide/svelte/icons/image-up'
import Maximize2 from '@lucide/svelte/icons/maximize-2'
import RotateCw from '@lucide/svelte/icons/rotate-cw'
import StarIcon from '@lucide/svelte/icons/star'
import Tag from '@lucide/svelte/icons/tag'
import Trash2 from '@lucide/svelte/icons/trash-2'
import Undo2 from '@lucide/svelte/icons/undo-2'
import type { MenuItem } from '../../kit/menu'
import { count } from '../../lib/format'
import { shelves } from '../../state/shelves.svelte'
import type { Desk } from './desk.svelte'
import type { Place } from './places'

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

export function menuItems(
  desk: Desk,
  place: Place,
  acts: { open: () => void; runAgain: () => void },
): MenuItem[] {
  if (desk.size === 0) return []
  if (place.kind === 'trash') return [{ label: 'Put back', icon: Undo2, run: () => desk.restore() }]
  const one: MenuItem[] = [
    { label: 'Open', icon: Maximize2, note: '↵', run: acts.open },
    ...(desk.print?.job ? [{ label: 'Run again', icon: RotateCw, note: 'N', run: acts.runAgain }] : []),
    ...(desk.print?.prompt ? [{ label: 'Copy the prompt', icon: Copy, run: () => desk.copyPrompt() }] : []),
  ]
  const rate: MenuItem[] = [5, 4, 3, 2, 1].map((stars) => ({
    heading: 'Rate',
    label: count(stars, 'star'),
    icon: StarIcon,
    note: String(stars),
    run: () => desk.rate(stars),
  }))
  return [
    ...(desk.size === 1 ? one : []),
    { label: 'Use as reference', icon: ImageUp, note: 'R', run: () => desk.reference() },
    {
      label: desk.allCircled ? 'Take the circle away' : 'Circle',
      icon: CircleDashed,
      note: 'P',
      run: () => desk.circle(),
    },
    { label: 'Tags', icon: Tag, note: 'T', run: () => (desk.asking = 'tags') },
    ...rate,
    ...collectionItems(desk, place),
    { label: 'Move to Trash', icon: Trash2, note: 'Del', danger: true, apart: true, run: () => desk.trash() },
  ]
}
