// What the shared menu of the gallery offers, and what its keys do.
import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import Columns2 from '@lucide/svelte/icons/columns-2'
import Download from '@lucide/svelte/icons/download'
import Folder from '@lucide/svelte/icons/folder'
import FolderMinus from '@lucide/svelte/icons/folder-minus'
import FolderPlus from '@lucide/svelte/icons/folder-plus'
import ImageUp from '@lucide/svelte/icons/image-up'
import Layers from '@lucide/svelte/icons/layers'
import Maximize2 from '@lucide/svelte/icons/maximize-2'
import StarIcon from '@lucide/svelte/icons/star'
import Tag from '@lucide/svelte/icons/tag'
import Trash2 from '@lucide/svelte/icons/trash-2'
import Undo2 from '@lucide/svelte/icons/undo-2'
import type { Print } from '../../bridge/generated'
import { withIcon } from '../../kit/icons'
import type { MenuItem } from '../../kit/menu'
import { isTextChosen } from '../../lib/hotkeys'
import { printOffers } from '../../state/printmenu'
import { ratings } from '../../state/keyactions'
import { keymap, type Acts } from '../../state/keymap.svelte'
import { moveOn } from '../../state/onward'
import { copyOut } from '../../state/outside'
import { selection } from '../../state/selection.svelte'
import { orToast } from '../../state/toasts.svelte'
import { shelves } from '../../state/shelves.svelte'
import { t } from '../../words'
import type { Desk } from './desk.svelte'
import type { Place } from './places'
import { where } from './where.svelte'

/** Collections to add to, the one that is shown to be taken out of, and a new one. */
export function collectionItems(desk: Desk, place: Place): MenuItem[] {
  const items: MenuItem[] = shelves.collections
    .filter(({ id }) => place.kind !== 'collection' || place.id !== id)
    .map((collection) => ({
      heading: t('Add to'),
      label: collection.name,
      icon: Folder,
      run: () => desk.add(collection),
    }))
  items.push({ label: t('New collection'), icon: FolderPlus, run: () => (desk.asking = 'collection') })
  if (place.kind === 'collection')
    items.push({
      label: t('Take out of {name}', { name: place.name }),
      icon: FolderMinus,
      apart: true,
      run: () => desk.takeOut(place),
    })
  return items
}

export function menuItems(desk: Desk, place: Place, open: () => void): MenuItem[] {
  if (desk.size === 0) return []
  if (place.kind === 'trash') return [{ label: t('Put back'), icon: Undo2, run: () => desk.restore() }]
  const { stack, whole } = desk
  // Beside what is done with the print that stands for it.
  const all = whole ? { heading: t('All {count} of the stack', { count: desk.size }) } : { apart: true }
  const turn: MenuItem[] =
    stack && selection.size === 0
      ? [
          {
            label: stack.number === 0 ? t('Open the stack') : t('Close the stack'),
            icon: Layers,
            note: keymap.shown('gallery.stack'),
            run: () => where.toggleStack(stack),
          },
        ]
      : []
  const rate: MenuItem[] = ([5, 4, 3, 2, 1] as const).map((stars) => ({
    heading: t('Rate'),
    label: t('{count, plural, one {# star} other {# stars}}', { count: stars }),
    icon: StarIcon,
    note: keymap.shown(`rate.${stars}`),
    run: () => desk.rate(stars),
  }))
  const one = desk.size === 1 ? desk.known[0] : whole ? desk.print : undefined
  const compare: MenuItem = {
    label: t('Compare'),
    icon: Columns2,
    note: keymap.shown('print.compare'),
    run: () => desk.compare(),
  }
  const many: MenuItem[] = [
    ...(desk.comparable ? [compare] : []),
    {
      label: t('Use as reference'),
      icon: ImageUp,
      note: keymap.shown('print.reference'),
      run: () => desk.reference(),
    },
  ]
  return [
    ...(one
      ? [
          { label: t('Open'), icon: Maximize2, note: '↵', run: open },
          ...turn,
          ...printOffers(one).map(withIcon),
        ]
      : many),
    {
      label: desk.allCircled ? t('Take the circle away') : t('Circle'),
      icon: CircleDashed,
      note: keymap.shown('print.circle'),
      ...all,
      run: () => desk.circle(),
    },
    {
      label: t('Tags'),
      icon: Tag,
      note: keymap.shown('gallery.tags'),
      ...(whole ? all : {}),
      run: () => (desk.asking = 'tags'),
    },
    ...rate,
    ...collectionItems(desk, place),
    {
      label: t('Export'),
      icon: Download,
      note: keymap.shown('print.export'),
      ...all,
      run: () => desk.export(),
    },
    {
      label: t('Move to Trash'),
      icon: Trash2,
      note: keymap.shown('print.trash'),
      ...(whole ? all : {}),
      danger: true,
      run: () => desk.trash(),
    },
  ]
}

/** What keys and names do with the print that has the focus, or with all that are chosen. */
export function printActs(desk: Desk, print: Print): Acts {
  const { stack } = desk
  return {
    'print.circle': () => desk.circle(),
    'print.compare': () => (desk.comparable ? desk.compare() : desk.circle()),
    'gallery.tags': () => (desk.asking = 'tags'),
    ...(stack ? { 'gallery.stack': () => where.toggleStack(stack) } : {}),
    'gallery.scrub.back': () => desk.scrub(-1),
    'gallery.scrub.on': () => desk.scrub(1),
    ...(isTextChosen() ? {} : { 'print.copy': () => orToast(copyOut(print)) }),
    'print.export': () => desk.export(),
    'print.reference': () => desk.reference(),
    'print.run': () => desk.ask('run'),
    'print.vary': () => desk.ask('vary'),
    'print.onward': () => orToast(moveOn(print)),
    ...(where.place.kind === 'trash' ? {} : { 'print.trash': () => desk.trash() }),
    ...ratings((stars) => desk.rate(stars)),
  }
}

/** The same by name, where the key for comparing one print would circle it. */
export function namedActs(desk: Desk, print: Print): Acts {
  const { 'print.compare': compare, ...acts } = printActs(desk, print)
  return desk.comparable && compare ? { ...acts, 'print.compare': compare } : acts
}
