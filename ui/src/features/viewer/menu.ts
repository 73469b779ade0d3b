// What the shared menu offers on the print that the viewer shows.
import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import Columns2 from '@lucide/svelte/icons/columns-2'
import Download from '@lucide/svelte/icons/download'
import StarIcon from '@lucide/svelte/icons/star'
import Trash2 from '@lucide/svelte/icons/trash-2'
import { withIcon } from '../../kit/icons'
import type { MenuItem } from '../../kit/menu'
import { keymap } from '../../state/keymap.svelte'
import { printOffers } from '../../state/printmenu'
import { t } from '../../words'
import type { Viewing } from './viewing.svelte'

export function menuItems(viewing: Viewing): MenuItem[] {
  const { print } = viewing
  if (!print) return []
  return [
    ...printOffers(print).map(withIcon),
    {
      label: print.circled ? t('Take the circle away') : t('Circle'),
      icon: CircleDashed,
      note: keymap.shown('print.circle'),
      apart: true,
      run: () => viewing.circle(),
    },
    {
      label: t('Compare'),
      icon: Columns2,
      note: keymap.shown('print.compare'),
      run: () => viewing.compare(),
    },
    ...([5, 4, 3, 2, 1] as const).map((stars) => ({
      heading: t('Rate'),
      label: t('{count, plural, one {# star} other {# stars}}', { count: stars }),
      icon: StarIcon,
      note: keymap.shown(`rate.${stars}`),
      run: () => viewing.rate(stars),
    })),
    {
      label: t('Export'),
      icon: Download,
      note: keymap.shown('print.export'),
      apart: true,
      run: () => viewing.export(),
    },
    {
      label: t('Move to Trash'),
      icon: Trash2,
      note: keymap.shown('print.trash'),
      danger: true,
      run: () => viewing.trash(),
    },
  ]
}
