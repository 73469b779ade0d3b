// Which thumbnail a frame of the grid needs.

/** Longer sides that the studio makes, px. */
const SIZES = [256, 512, 1024] as const

/**
 * The smallest thumbnail that is sharp in a frame of this size, which it fills to the edges: so the side that is
 * cropped may be longer than the frame.
 */
export function thumbWidth(
  print: { width: number; height: number },
  width: number,
  height: number,
  density: number,
): number {
  const ratio = print.width > 0 && print.height > 0 ? print.width / print.height : 1
  const shown = Math.max(width, height * ratio)
  const longer = Math.max(shown, shown / ratio) * (density > 0 ? density : 1)
  // A fifth of upscaling is not seen, and the smaller file is there sooner.
  return SIZES.find((size) => size * 1.2 >= longer) ?? 1024
}
