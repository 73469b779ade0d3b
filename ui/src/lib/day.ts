/** Headings of the days that prints are grouped by. */

/** `2026-11-22` in the zone of this computer. */
export function dayKey(at: Date): string {
  const two = (n: number) => n.toString().padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** Made once: to make one takes a hundred times as long as to use it. */
const near = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })
const far = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
})

/** "Today", "Yesterday", "Friday 20 November", and with the year when it is another one. */
export function dayTitle(key: string, now: Date): string {
  const [year, month, date] = key.split('-').map(Number)
  if (!year || !month || !date) return key
  if (key === dayKey(now)) return 'Today'
  if (key === dayKey(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return 'Yesterday'
  const day = new Date(year, month - 1, date)
  return (year === now.getFullYear() ? near : far).format(day).replace(',', '')
}
