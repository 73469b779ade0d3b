// Where the frames of the filmstrip stand. Pure.

export const HEIGHT = 62
const GAP = 4
/** Ground before the first frame and after the last. */
export const EDGE = 16

/** Width of a frame of the strip, px. */
export function frameWidth(print: { width: number; height: number } | undefined): number {
  const ratio = print && print.width > 0 && print.height > 0 ? print.width / print.height : 1
  return Math.round(HEIGHT * Math.min(2.4, Math.max(0.5, ratio)))
}

/** Left edges of frames of these widths; one more than there are frames: the last is where the strip ends. */
export function edges(widths: readonly number[]): number[] {
  const at = [EDGE]
  for (const width of widths) at.push(at.at(-1)! + width + GAP)
  return at
}

/** The first frame that reaches beyond this place, and one past the last that begins before that one. */
export function between(edges: readonly number[], from: number, to: number): [number, number] {
  return [Math.max(0, first(edges, from) - 1), Math.min(edges.length - 1, first(edges, to))]
}

/** The first edge beyond a place. */
function first(edges: readonly number[], place: number): number {
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle]! > place) high = middle
    else low = middle + 1
  }
  return low
}
