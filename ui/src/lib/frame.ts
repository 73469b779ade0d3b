// A frame of a clip, or a picture of any kind, as a PNG.

/** Less than a frame at any usual rate, s: the last frame is shown so long before the end. */
const BEFORE_THE_END = 1 / 60
/** A decoder that shows nothing by then has shown it already, ms. */
const SHOWN_BY_MS = 250

/** What the element shows now, at the clip's own size, as a PNG. */
export function frameOf(video: HTMLVideoElement): Promise<Blob> {
  return painted(video, video.videoWidth, video.videoHeight)
}

/** The picture at this address as a PNG; as it is where it is one. */
export async function pngOf(url: string): Promise<Blob> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`the picture could not be read: ${answer.status}`)
  const file = await answer.blob()
  if (file.type === 'image/png') return file
  const picture = await createImageBitmap(file)
  return painted(picture, picture.width, picture.height)
}

async function painted(source: CanvasImageSource, width: number, height: number): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const pen = canvas.getContext('2d')
  if (!pen || width === 0) throw new Error('nothing is decoded')
  pen.drawImage(source, 0, 0)
  return encoded(canvas)
}

/** The picture at this address, decoded. */
export async function bitmapOf(url: string): Promise<ImageBitmap> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`the picture could not be read: ${answer.status}`)
  return createImageBitmap(await answer.blob())
}

/** What was painted, as a PNG. */
export async function encoded(canvas: HTMLCanvasElement): Promise<Blob> {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
  if (!blob) throw new Error('it could not be encoded')
  return blob
}

/** The last frame of a clip at this address, and where it stands in ms. */
export async function lastFrameOf(url: string): Promise<{ png: Blob; atMs: number }> {
  const video = document.createElement('video')
  video.crossOrigin = 'anonymous'
  video.muted = true
  video.preload = 'auto'
  try {
    await until(video, 'loadeddata', () => (video.src = url))
    const at = Math.max(0, video.duration - BEFORE_THE_END)
    await until(video, 'seeked', () => (video.currentTime = at))
    await shown(video)
    return { png: await frameOf(video), atMs: Math.round(at * 1000) }
  } finally {
    video.removeAttribute('src')
    video.load()
  }
}

function until(video: HTMLVideoElement, event: string, begin: () => void): Promise<void> {
  return new Promise((done, fail) => {
    video.addEventListener(event, () => done(), { once: true })
    video.addEventListener('error', () => fail(new Error('the clip cannot be played here')), { once: true })
    begin()
  })
}

function shown(video: HTMLVideoElement): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, SHOWN_BY_MS)
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(() => done())
  })
}
