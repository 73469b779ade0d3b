// The pictures of what menus offer, by the kind of act.
import Clapperboard from '@lucide/svelte/icons/clapperboard'
import Copy from '@lucide/svelte/icons/copy'
import ExternalLink from '@lucide/svelte/icons/external-link'
import FolderOpen from '@lucide/svelte/icons/folder-open'
import History from '@lucide/svelte/icons/history'
import ImageUp from '@lucide/svelte/icons/image-up'
import Pencil from '@lucide/svelte/icons/pencil'
import RotateCw from '@lucide/svelte/icons/rotate-cw'
import Shuffle from '@lucide/svelte/icons/shuffle'
import type { MenuItem } from './menu'

export const ICONS = {
  run: RotateCw,
  vary: Shuffle,
  edit: Pencil,
  move: Clapperboard,
  reference: ImageUp,
  recall: History,
  copy: Copy,
  outside: ExternalLink,
  reveal: FolderOpen,
} as const

/** The item of an act, with its picture. */
export function withIcon(offer: MenuItem & { kind: keyof typeof ICONS }): MenuItem {
  return { ...offer, icon: ICONS[offer.kind] }
}
