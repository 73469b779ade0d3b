// The sections of the settings, in order.
import { msg, t } from '../words'

const NAMED = [
  { id: 'keys', label: msg('Provider keys') },
  { id: 'spending', label: msg('Spending') },
  { id: 'limits', label: msg('Limits') },
  { id: 'library', label: msg('Library') },
  { id: 'appearance', label: msg('Appearance') },
  { id: 'shortcuts', label: msg('Shortcuts') },
  { id: 'notifications', label: msg('Notifications') },
  { id: 'webhooks', label: msg('Webhooks') },
  { id: 'about', label: msg('About and privacy') },
] as const

export type SectionId = (typeof NAMED)[number]['id']

export const SECTIONS = NAMED.map(({ id, label }) => ({
  id,
  get label() {
    return t(label)
  },
}))
