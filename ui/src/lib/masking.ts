// A mask as the strokes it was painted with, so that each can be taken back.

export interface Stroke {
  kind: 'paint' | 'erase'
  /** Across, px of the picture. */
  size: number
  points: { x: number; y: number }[]
}

/** All of it at once. */
export interface Whole {
  kind: 'invert' | 'clear'
}

export type Step = Stroke | Whole

/** What is painted is opaque, the rest is clear. */
export function paint(pen: CanvasRenderingContext2D, steps: readonly Step[]): void {
  const { width, height } = pen.canvas
  pen.clearRect(0, 0, width, height)
  pen.lineCap = 'round'
  pen.lineJoin = 'round'
  pen.fillStyle = 'white'
  pen.strokeStyle = 'white'
  for (const step of steps) {
    pen.globalCompositeOperation = 'source-over'
    if ('points' in step) {
      if (step.kind === 'erase') pen.globalCompositeOperation = 'destination-out'
      stroke(pen, step)
    } else if (step.kind === 'clear') pen.clearRect(0, 0, width, height)
    else {
      pen.globalCompositeOperation = 'xor'
      pen.fillRect(0, 0, width, height)
    }
  }
  pen.globalCompositeOperation = 'source-over'
}

function stroke(pen: CanvasRenderingContext2D, { size, points }: Stroke): void {
  const [first, ...rest] = points
  if (!first) return
  // A line of no length is not drawn, so what begins one is a dot.
  pen.beginPath()
  pen.arc(first.x, first.y, size / 2, 0, Math.PI * 2)
  pen.fill()
  pen.lineWidth = size
  pen.beginPath()
  pen.moveTo(first.x, first.y)
  for (const { x, y } of rest) pen.lineTo(x, y)
  pen.stroke()
}

/** The mask as a model reads it: white on black, or clear in black. */
export function formed(mask: HTMLCanvasElement, form: 'white' | 'clear'): HTMLCanvasElement {
  const made = document.createElement('canvas')
  made.width = mask.width
  made.height = mask.height
  const pen = made.getContext('2d')
  if (!pen) throw new Error('nothing can be painted here')
  pen.fillStyle = 'black'
  pen.fillRect(0, 0, made.width, made.height)
  if (form === 'clear') pen.globalCompositeOperation = 'destination-out'
  pen.drawImage(mask, 0, 0)
  return made
}

/** Whether anything is painted. */
export function isPainted(steps: readonly Step[]): boolean {
  const since = steps.map(({ kind }) => kind).lastIndexOf('clear')
  return steps.slice(since + 1).some(({ kind }) => kind === 'paint' || kind === 'invert')
}
