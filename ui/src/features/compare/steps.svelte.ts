// Clips that are compared play in step: the longest leads, the others are brought back when they lag.
import { inStep } from './sides'

const RATE = 24

export class Steps {
  #videos: (HTMLVideoElement | undefined)[] = []
  #frame = 0
  playing = $state(false)
  /** s */
  at = $state(0)
  length = $state(0)

  set(side: number, video: HTMLVideoElement | undefined): void {
    this.#videos[side] = video
  }

  #all(): HTMLVideoElement[] {
    return this.#videos.filter((video) => video !== undefined)
  }

  #leader(): HTMLVideoElement | undefined {
    const length = (video: HTMLVideoElement) => (Number.isFinite(video.duration) ? video.duration : 0)
    return this.#all().reduce<HTMLVideoElement | undefined>(
      (longest, video) => (longest && length(longest) >= length(video) ? longest : video),
      undefined,
    )
  }

  learn(): void {
    const length = this.#leader()?.duration ?? 0
    this.length = Number.isFinite(length) ? length : 0
  }

  toggle(): void {
    if (this.playing) this.pause()
    else this.play()
  }

  play(): void {
    const leader = this.#leader()
    if (!leader) return
    if (leader.ended) this.seek(0)
    this.playing = true
    for (const video of this.#all()) void video.play().catch(() => this.pause())
    cancelAnimationFrame(this.#frame)
    this.#frame = requestAnimationFrame(() => this.#keepStep())
  }

  pause(): void {
    this.playing = false
    cancelAnimationFrame(this.#frame)
    for (const video of this.#all()) video.pause()
    this.#align()
  }

  seek(to: number): void {
    const time = Math.min(this.length, Math.max(0, to))
    this.at = time
    for (const video of this.#all()) video.currentTime = Math.min(time, video.duration || time)
  }

  step(frames: number): void {
    if (this.playing) this.pause()
    this.seek(this.at + frames / RATE)
  }

  stop(): void {
    cancelAnimationFrame(this.#frame)
    this.#videos = []
  }

  #align(): void {
    const leader = this.#leader()
    if (!leader) return
    this.at = leader.currentTime
    for (const video of this.#all()) {
      if (video === leader || video.seeking) continue
      const to = inStep(leader.currentTime, video.currentTime, video.duration)
      if (to !== null) video.currentTime = to
    }
  }

  #keepStep(): void {
    if (!this.playing) return
    const leader = this.#leader()
    if (leader?.ended) {
      this.seek(0)
      for (const video of this.#all()) void video.play().catch(() => this.pause())
    }
    this.#align()
    this.#frame = requestAnimationFrame(() => this.#keepStep())
  }
}
