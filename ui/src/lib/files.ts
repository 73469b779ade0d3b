// Files the user hands over, as base64 for the wire.

const CHUNK = 0x8000

/** Base64 of a file's bytes. */
export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let i = 0; i < bytes.length; i += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(i, i + CHUNK))
  }
  return btoa(text)
}

/** Media files on the clipboard. */
export function pastedFiles(event: ClipboardEvent): File[] {
  return Array.from(event.clipboardData?.files ?? []).filter((f) => /^(image|video|audio)\//.test(f.type))
}
