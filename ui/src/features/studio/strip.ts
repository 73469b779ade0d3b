// Frames of one take at a common height. Pure.

export type FeedSize = 's' | 'm' | 'l'

const GAP = 4
const TALLEST: Record<FeedSize, number> = { s: 132, m: 232, l: 360 }
const LEAST: Record<FeedSize, number> = { s: 60, m: 84, l: 150 }

/** Height of the frames and the widths they get from it. */
export interface Strip {
  height: number
  widths: number[]
}

/** One row while the frames stay tall enough, else as few rows as it takes. */
export function layStrip(ratios: readonly number[], width: number, size: FeedSize): Strip {
  const safe = ratios.map((r) => (Number.isFinite(r) && r > 0 ? r : 1))
  if (safe.length === 0 || width <= 0) return { height: 0, widths: [] }
  let height = 0
  for (let rows = 1; rows <= safe.length; rows += 1) {
    const perRow = Math.ceil(safe.length / rows)
    let least = TALLEST[size]
    for (let i = 0; i < safe.length; i += perRow) {
      const row = safe.slice(i, i + perRow)
      const sum = row.reduce((a, b) => a + b, 0)
      least = Math.min(least, (width - GAP * (row.length - 1)) / sum)
    }
    height = least
    if (height >= LEAST[size]) break
  }
  const exact = (n: number) => Math.floor(n * 100) / 100
  return { height: exact(height), widths: safe.map((r) => exact(height * r)) }
}
