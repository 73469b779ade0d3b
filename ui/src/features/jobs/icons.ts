// A picture beside a word, where the word alone is slow to find.
import Ban from '@lucide/svelte/icons/ban'
import CornerUpLeft from '@lucide/svelte/icons/corner-up-left'
import Download from '@lucide/svelte/icons/download'
import KeyRound from '@lucide/svelte/icons/key-round'
import RotateCw from '@lucide/svelte/icons/rotate-cw'
import SearchCheck from '@lucide/svelte/icons/search-check'
import type { ActName } from '../../state/jobacts'

const ICONS = {
  look: SearchCheck,
  key: KeyRound,
  edit: CornerUpLeft,
  retry: RotateCw,
  run: RotateCw,
  fetch: Download,
  cancel: Ban,
}

export function actIcon(name: ActName) {
  return name in ICONS ? ICONS[name as keyof typeof ICONS] : null
}
