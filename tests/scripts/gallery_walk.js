// Runs in the page: opens the gallery, scrolls, jumps, resizes and types, and tells how well it kept up.
// Frames are counted by requestAnimationFrame; the longest task is the longest silence of a timer that
// is due at once, so that browsers without a long-task observer are measured alike.
const done = arguments[arguments.length - 1]
const now = () => performance.now()
const rest = (ms) => new Promise((on) => setTimeout(on, ms))
const frame = () => new Promise((on) => requestAnimationFrame(on))
const cells = () => document.querySelectorAll('[role=gridcell][data-place]')
const pictures = () => [...document.querySelectorAll('[role=gridcell] img')]
const press = (key) => window.dispatchEvent(new KeyboardEvent('keydown', { key, code: 'Digit' + key, ctrlKey: true, bubbles: true }))

async function until(fine, most = 30000) {
  for (const from = now(); !fine(); await frame()) if (now() - from > most) return false
  return true
}

/** What happened on the main thread while something was done. */
async function watched(act) {
  let on = true
  let [task, late, frames, longest, tiles] = [0, 0, 0, 0, 0]
  let beat = now()
  const timer = () => {
    task = Math.max(task, now() - beat)
    beat = now()
    if (on) setTimeout(timer, 0)
  }
  setTimeout(timer, 0)
  let last = 0
  const count = (at) => {
    if (last > 0) {
      frames += 1
      longest = Math.max(longest, at - last)
      if (at - last > 33.4) late += 1
    }
    last = at
    tiles = Math.max(tiles, cells().length)
    if (on) requestAnimationFrame(count)
  }
  requestAnimationFrame(count)
  const told = await act()
  on = false
  await frame()
  return { task, frames, late, longest, tiles, ...told }
}

async function walk() {
  const answer = {}
  await rest(1500)
  answer.open = await watched(async () => {
    const from = now()
    press('2')
    await until(() => cells().length > 0)
    const rows = now() - from
    await until(() => pictures().some((picture) => picture.complete && picture.naturalWidth > 0))
    return { rows, paint: now() - from }
  })
  await rest(1500)
  const scroller = document.querySelector('[role=grid]').closest('.scroller')
  const reach = () => scroller.scrollHeight - scroller.clientHeight
  answer.whole = await watched(async () => {
    for (let step = 1; step <= 300; step++) {
      scroller.scrollTop = (reach() * step) / 300
      await frame()
    }
    await rest(500)
    return {}
  })
  answer.near = await watched(async () => {
    scroller.scrollTop = reach() / 3
    for (let step = 0; step < 300; step++) {
      scroller.scrollTop += 60
      await frame()
    }
    await rest(500)
    return {}
  })
  answer.jumps = await watched(async () => {
    const took = []
    for (let n = 1; n <= 20; n++) {
      const from = now()
      scroller.scrollTop = reach() * ((n * 0.618034) % 1)
      await frame()
      await frame()
      const shown = () => {
        const { top, bottom } = scroller.getBoundingClientRect()
        const seen = [...cells()].filter((cell) => {
          const box = cell.getBoundingClientRect()
          return box.bottom > top && box.top < bottom
        })
        return seen.length > 0 && seen.every((cell) => cell.dataset.print)
      }
      await until(shown)
      took.push(now() - from)
    }
    took.sort((a, b) => a - b)
    return { p50: took[10], worst: took[19] }
  })
  answer.resize = await watched(async () => {
    for (const width of ['70%', '85%', '60%', '']) {
      document.body.style.width = width
      await rest(300)
    }
    return {}
  })
  answer.typing = await watched(async () => {
    const field = document.querySelector('[role=combobox]')
    const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')
    const before = scroller.scrollHeight
    field.focus()
    for (let end = 1; end <= 'lighthouse'.length; end++) {
      value.set.call(field, 'lighthouse'.slice(0, end))
      field.dispatchEvent(new InputEvent('input', { bubbles: true }))
      await rest(120)
    }
    const from = now()
    await until(() => document.querySelector('.scroller').scrollHeight !== before, 5000)
    return { settled: now() - from }
  })
  return answer
}

walk().then(done, (error) => done({ error: String(error && error.stack) }))
