// The sections of the settings, in order.

export const SECTIONS = [
  { id: 'keys', label: 'Provider keys' },
  { id: 'spending', label: 'Spending' },
  { id: 'limits', label: 'Limits' },
  { id: 'library', label: 'Library' },
  { id: 'appearance', label: 'Appearance' },
  { id: 'shortcuts', label: 'Shortcuts' },
  { id: 'notifications', label: 'Notifications' },
  { id: 'webhooks', label: 'Webhooks' },
  { id: 'about', label: 'About and privacy' },
] as const

export type SectionId = (typeof SECTIONS)[number]['id']
