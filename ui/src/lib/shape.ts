// Ratios and pixel sizes. Pure.

export interface Size {
  width: number
  height: number
}

/** What a size field allows. */
export interface SizeLimits {
  min: number
  max: number
  separator: string
  options: readonly string[]
}

export const RATIOS = ['16:9', '3:2', '4:3', '1:1', '3:4', '2:3', '9:16'] as const

const ONE_MEGAPIXEL = 1024 * 1024
const GRAIN = 16

/** `1024*768`, `1024x768`, `1024 × 768`. */
export function parseSize(value: unknown): Size | null {
  const found = typeof value === 'string' ? /^\s*(\d{2,5})\s*[*x×]\s*(\d{2,5})\s*$/i.exec(value) : null
  return found ? { width: Number(found[1]), height: Number(found[2]) } : null
}

/** Width over height of `16:9`, of a pixel size, or of a name that holds a ratio (`landscape_16_9`). */
export function parseRatio(value: unknown): number | null {
  const size = parseSize(value)
  if (size) return size.width / size.height
  if (typeof value !== 'string') return null
  const found = /(?:^|[^\d])(\d{1,2}(?:\.\d+)?)[:_/](\d{1,2}(?:\.\d+)?)$/.exec(value.trim())
  if (found) {
    const ratio = Number(found[1]) / Number(found[2])
    // `portrait_16_9` names the longer side first all the same.
    return /portrait/i.test(value) && ratio > 1 ? 1 / ratio : ratio
  }
  return /square/i.test(value) ? 1 : null
}

/** The option whose ratio is the value's, within two in a hundred. */
export function nearestRatio(options: readonly string[], value: unknown): string | undefined {
  const wanted = parseRatio(value)
  if (wanted === null) return undefined
  return options.find((o) => {
    const ratio = parseRatio(o)
    return ratio !== null && Math.abs(ratio / wanted - 1) < 0.02
  })
}

/** A pixel size of this ratio inside the limits, near the area of `like`. */
export function sizeFor(limits: SizeLimits, ratio: number, like: unknown): string {
  const listed = limits.options.find((o) => {
    const r = parseRatio(o)
    return r !== null && Math.abs(r / ratio - 1) < 0.02
  })
  if (listed) return listed
  const model = parseSize(like)
  const area = model ? model.width * model.height : ONE_MEGAPIXEL
  let width = Math.sqrt(area * ratio)
  let height = width / ratio
  const shrink = Math.min(1, limits.max / Math.max(width, height))
  const grow = Math.max(1, limits.min / Math.min(width * shrink, height * shrink))
  width *= shrink * grow
  height *= shrink * grow
  const whole = (n: number) => Math.min(limits.max, Math.max(limits.min, Math.round(n / GRAIN) * GRAIN))
  return `${whole(width)}${limits.separator}${whole(height)}`
}

/** The drawn box of a ratio, at most `most` pixels on a side. */
export function boxOf(ratio: number, most = 26): Size {
  const width = Math.sqrt(380 * ratio)
  const height = width / ratio
  const k = Math.min(1, most / Math.max(width, height))
  return { width: Math.round(width * k), height: Math.round(height * k) }
}
