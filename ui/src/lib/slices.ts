/** Work in slices: some now, the rest in tasks of their own, so that the window answers in between. */

/** How long one task may work before it lets others in, ms. */
const TASK_MS = 6

/**
 * Runs the work to its end and hands over what it comes to: at once when it is short. Answers with a function
 * that gives it up.
 */
export function inSlices<T>(work: Generator<void, T>, done: (value: T) => void): () => void {
  let given = false
  const go = () => {
    if (given) return
    const until = performance.now() + TASK_MS
    for (;;) {
      const step = work.next()
      if (step.done) return done(step.value)
      if (performance.now() >= until) return soon(go)
    }
  }
  go()
  return () => (given = true)
}

/** Runs the work to its end in one go. */
export function inOneGo<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

/**
 * For work that waits for things on its way: to be awaited between two of its pieces. It goes on at once as long as
 * the task has time left, and in the next task when it has not.
 */
export function paced(): () => Promise<void> {
  let until = performance.now() + TASK_MS
  return async () => {
    if (performance.now() < until) return
    await new Promise<void>(soon)
    until = performance.now() + TASK_MS
  }
}

/** The next task; a timer would wait four milliseconds each time. */
function soon(run: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    port1.close()
    run()
  }
  port2.postMessage(null)
}
