// One clock for every timer on the screen: once a second, and not at all while nobody looks.

export class Clock {
  now = $state(Date.now())
  #timer: ReturnType<typeof setInterval> | undefined

  /** Starts ticking; answers with a function that stops it. */
  start(): () => void {
    const tick = () => (this.now = Date.now())
    const follow = () => {
      clearInterval(this.#timer)
      if (document.hidden) return
      tick()
      this.#timer = setInterval(tick, 1000)
    }
    follow()
    document.addEventListener('visibilitychange', follow)
    return () => {
      clearInterval(this.#timer)
      document.removeEventListener('visibilitychange', follow)
    }
  }
}

export const clock = new Clock()
