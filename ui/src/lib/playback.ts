/** Words and steps of a clip's transport: pure, so that the player only wires them to the element. */

/** Rates cameras, screens and models use; a measured rate is taken as the nearest of them. */
const COMMON_RATES = [8, 10, 12, 15, 16, 20, 23.976, 24, 25, 29.97, 30, 48, 50, 59.94, 60, 120]

/** Speeds that the transport offers, slowest first. */
export const SPEEDS = [0.25, 0.5, 1, 1.5, 2, 4] as const

/**
 * `00:00:02:11`: hours, minutes, seconds, frames. With an unknown frame rate the last part is
 * hundredths after a point, `00:00:02.46`, so that it is not taken for frames.
 */
export function timecode(seconds: number, rate: number | null): string {
  const whole = Number.isFinite(seconds) && seconds > 0 ? seconds : 0
  // Media times lie a hair before or after a frame's edge; half a millisecond settles which one is meant.
  const at = whole + 0.0005
  const full = Math.floor(at)
  const clock = [full / 3600, (full / 60) % 60, full % 60].map((part) => two(Math.floor(part))).join(':')
  const rest = at - full
  return rate ? `${clock}:${two(Math.floor(rest * rate))}` : `${clock}.${two(Math.floor(rest * 100))}`
}

function two(n: number): string {
  return n.toString().padStart(2, '0')
}

/** Frames per second from the media times of frames seen one after another, in s; null with too few. */
export function frameRate(times: readonly number[]): number | null {
  const gaps = times
    .slice(1)
    .map((time, i) => time - times[i]!)
    .filter((gap) => gap > 0.002)
    .sort((a, b) => a - b)
  if (gaps.length < 4) return null
  // Dropped frames make some gaps twice as long, never shorter: the lower quarter is one frame.
  const rate = 1 / gaps[Math.floor(gaps.length / 4)]!
  const near = COMMON_RATES.reduce((best, x) => (Math.abs(x - rate) < Math.abs(best - rate) ? x : best))
  return Math.abs(near - rate) / near < 0.02 ? near : Math.round(rate * 100) / 100
}

/** The time one frame on or back, in the middle of that frame, within the clip. */
export function stepFrame(at: number, frames: number, rate: number, length: number): number {
  const frame = Math.floor(at * rate + 0.001) + frames
  const last = Math.max(0, Math.ceil(length * rate - 0.001) - 1)
  return (Math.min(last, Math.max(0, frame)) + 0.5) / rate
}

/** Where a pointer stands on a bar, as a time. */
export function timeAt(x: number, left: number, width: number, length: number): number {
  if (!(width > 0) || !(length > 0)) return 0
  return Math.min(1, Math.max(0, (x - left) / width)) * length
}

/** What a key does to the seek bar: the new time, or null when the key is not for it. */
export function seekByKey(key: string, at: number, length: number): number | null {
  const second = Math.min(1, length / 10)
  const steps: Record<string, number> = {
    ArrowLeft: at - second,
    ArrowDown: at - second,
    ArrowRight: at + second,
    ArrowUp: at + second,
    PageDown: at - second * 5,
    PageUp: at + second * 5,
    Home: 0,
    End: length,
  }
  const to = steps[key]
  return to === undefined ? null : Math.min(length, Math.max(0, to))
}

/** L plays, and doubles the speed while it plays. */
export function faster(playing: boolean, speed: number): number {
  return playing ? Math.min(4, speed * 2) : 1
}

/** The next offered speed, from the fastest back to the slowest. */
export function nextSpeed(speed: number): number {
  return SPEEDS.find((s) => s > speed) ?? SPEEDS[0]
}

/** `0:13`, `1:44`, `1:02:05`: a length of time in minutes and seconds. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  const tail = two(seconds % 60)
  if (minutes < 60) return `${minutes}:${tail}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${tail}`
}
