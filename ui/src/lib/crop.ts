// Which part of a picture is kept. Pure.

export interface Part {
  x: number
  y: number
  width: number
  height: number
}

/** Where one looks: the middle as shares of the picture, and how near. */
export interface Look {
  x: number
  y: number
  /** 1 shows as much of the picture as the ratio allows. */
  zoom: number
}

export const NEAREST = 8
/** No part is smaller than that, px. */
const SMALLEST = 16

const between = (n: number, least: number, most: number) => Math.min(most, Math.max(least, n))

/** The part of a picture of this size that has the ratio, in whole pixels inside of it. */
export function partOf(width: number, height: number, ratio: number, look: Look): Part {
  const zoom = between(look.zoom, 1, NEAREST)
  const widest = Math.min(width, height * ratio)
  const wide = between(Math.round(widest / zoom), Math.min(SMALLEST, width), width)
  const high = between(Math.round(wide / ratio), 1, height)
  return {
    x: Math.round(between(look.x * width - wide / 2, 0, width - wide)),
    y: Math.round(between(look.y * height - high / 2, 0, height - high)),
    width: wide,
    height: high,
  }
}

/** The look with its middle where the part can be, moved by shares of the part. */
export function moved(
  width: number,
  height: number,
  ratio: number,
  look: Look,
  dx: number,
  dy: number,
): Look {
  const part = partOf(width, height, ratio, look)
  const to = {
    ...look,
    x: (part.x + part.width * (0.5 + dx)) / width,
    y: (part.y + part.height * (0.5 + dy)) / height,
  }
  const reached = partOf(width, height, ratio, to)
  return {
    zoom: between(look.zoom, 1, NEAREST),
    x: (reached.x + reached.width / 2) / width,
    y: (reached.y + reached.height / 2) / height,
  }
}
