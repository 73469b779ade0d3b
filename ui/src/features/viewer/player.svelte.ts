// What the transport acts on: the element's state in runes, and the steps keys and buttons share.
import { faster, frameRate, nextSpeed, stepFrame } from '../../lib/playback'

const DEFAULT_RATE = 24
/** Frames watched to learn the rate. */
const SAMPLES = 24

export class Player {
  video = $state<HTMLVideoElement>()
  at = $state(0)
  length = $state(0)
  paused = $state(true)
  loop = $state(true)
  muted = $state(false)
  speed = $state(1)
  failed = $state(false)
  /** Frames per second, once enough were seen. */
  rate = $state<number | null>(null)
  #times: number[] = []

  /** For another clip: nothing learned from the last one holds. */
  reset(length: number): void {
    this.at = 0
    this.length = length
    this.failed = false
    this.rate = null
    this.#times = []
  }

  /** Learns the frame rate from the frames as they are shown; answers with a function that stops it. */
  watch(video: HTMLVideoElement): () => void {
    if (!('requestVideoFrameCallback' in video)) return () => undefined
    let id = 0
    const look = (_now: number, frame: VideoFrameCallbackMetadata) => {
      const last = this.#times.at(-1)
      if (last !== undefined && frame.mediaTime <= last) this.#times = []
      this.#times.push(frame.mediaTime)
      const enough = this.#times.length >= SAMPLES
      this.rate = frameRate(this.#times) ?? this.rate
      if (!enough) id = video.requestVideoFrameCallback(look)
    }
    id = video.requestVideoFrameCallback(look)
    return () => video.cancelVideoFrameCallback(id)
  }

  /** A browser may refuse to start by itself; then it waits for the user. */
  play(): void {
    this.video?.play().catch(() => (this.paused = true))
  }

  toggle(): void {
    if (this.paused) this.play()
    else this.video?.pause()
  }

  pause(): void {
    this.speed = 1
    this.video?.pause()
  }

  seek(to: number): void {
    const time = Math.min(this.length, Math.max(0, to))
    this.at = time
    if (this.video) this.video.currentTime = time
  }

  step(frames: number): void {
    this.video?.pause()
    this.seek(stepFrame(this.at, frames, this.rate ?? DEFAULT_RATE, this.length))
  }

  /** L: plays, and faster with each press. */
  forward(): void {
    this.speed = faster(!this.paused, this.speed)
    this.play()
  }

  /** J: clips don't play backwards in a browser, so it goes back a second. */
  back(): void {
    this.seek(this.at - Math.min(1, this.length / 5))
  }

  cycleSpeed(): void {
    this.speed = nextSpeed(this.speed)
  }
}
