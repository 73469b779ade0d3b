// A frame of a clip as a picture.

/** Less than a frame at any usual rate, s: the last frame is shown so long before the end. */
const BEFORE_THE_END = 1 / 60
/** A decoder that shows nothing by then has shown it already, ms. */
const SHOWN_BY_MS = 250

/** What the element shows now, at the clip's own size, as a PNG. */
export async function frameOf(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  const pen = canvas.getContext('2d')
  if (!pen || canvas.width === 0) throw new Error('no frame is decoded')
  pen.drawImage(video, 0, 0)
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
  if (!blob) throw new Error('the frame could not be encoded')
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
