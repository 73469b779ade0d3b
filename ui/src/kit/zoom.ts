// Where a picture lies on its desk: fitted, magnified, moved about. Pure.

export interface Size {
  width: number
  height: number
}

/** What is looked at: so many times larger than fitted, with this point of the picture in the middle. */
export interface Look {
  /** 1 when the whole picture fits. */
  times: number
  /** Shares of the picture, 0 to 1. */
  x: number
  y: number
}

/** A picture and the desk it lies on. */
export interface Ground {
  /** Picture pixels. */
  picture: Size
  /** CSS pixels. */
  desk: Size
  /** Screen pixels per CSS pixel. */
  density: number
}

export interface Box extends Size {
  left: number
  top: number
}

export const WHOLE: Look = { times: 1, x: 0.5, y: 0.5 }

/** Most screen pixels per picture pixel, each way. */
const MOST = 8

/** CSS pixels per picture pixel when it fits; a small picture is never drawn larger than it is. */
export function fitScale({ picture, desk, density }: Ground): number {
  if (!(picture.width > 0 && picture.height > 0 && desk.width > 0 && desk.height > 0)) return 0
  return Math.min(desk.width / picture.width, desk.height / picture.height, 1 / density)
}

/** How many times larger than fitted it is at 100 %: a picture pixel on each screen pixel. */
export function actualTimes(ground: Ground): number {
  const fit = fitScale(ground)
  return fit > 0 ? 1 / (fit * ground.density) : 1
}

/** 100 is a picture pixel on each screen pixel. */
export function percent(look: Look, ground: Ground): number {
  return Math.round(fitScale(ground) * look.times * ground.density * 100)
}

/** The box the picture fills, on whole screen pixels so that it stays crisp. */
export function placed(look: Look, ground: Ground): Box {
  const { picture, desk, density } = ground
  const scale = fitScale(ground) * look.times
  const whole = (px: number) => Math.round(px * density) / density
  const width = whole(picture.width * scale)
  const height = whole(picture.height * scale)
  return {
    left: whole(start(look.x, width, desk.width)),
    top: whole(start(look.y, height, desk.height)),
    width,
    height,
  }
}

function start(at: number, length: number, room: number): number {
  if (length <= room) return (room - length) / 2
  return Math.min(0, Math.max(room - length, room / 2 - at * length))
}

/** The same look, no further than the picture reaches and the magnification goes. */
export function within(look: Look, ground: Ground): Look {
  const times = Math.min(Math.max(1, look.times), Math.max(1, actualTimes(ground) * MOST))
  const box = placed({ ...look, times }, ground)
  const middle = (at: number, length: number, room: number) =>
    length <= room ? 0.5 : (room / 2 - at) / length
  return {
    times,
    x: middle(box.left, box.width, ground.desk.width),
    y: middle(box.top, box.height, ground.desk.height),
  }
}

/** Magnified to so many times; what lies under this point of the desk stays there. */
export function zoomedAt(look: Look, times: number, at: { x: number; y: number }, ground: Ground): Look {
  const before = placed(look, ground)
  const next = within({ ...look, times }, ground)
  const { width, height } = placed(next, ground)
  const aim = (point: number, from: number, length: number, grown: number, room: number) => {
    const share = length > 0 ? Math.min(1, Math.max(0, (point - from) / length)) : 0.5
    return grown > 0 ? share + (room / 2 - point) / grown : 0.5
  }
  const { desk } = ground
  return within(
    {
      times: next.times,
      x: aim(at.x, before.left, before.width, width, desk.width),
      y: aim(at.y, before.top, before.height, height, desk.height),
    },
    ground,
  )
}

/** Moved by so many CSS pixels. */
export function panned(look: Look, dx: number, dy: number, ground: Ground): Look {
  const { width, height } = placed(look, ground)
  if (!(width > 0 && height > 0)) return look
  return within({ ...look, x: look.x - dx / width, y: look.y - dy / height }, ground)
}

/** Whether the picture reaches beyond the desk, each way. */
export function reaches(look: Look, ground: Ground): { x: boolean; y: boolean } {
  const { width, height } = placed(look, ground)
  return { x: width > ground.desk.width + 0.5, y: height > ground.desk.height + 0.5 }
}
