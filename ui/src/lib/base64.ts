/** Bytes of a base64 text; null when it is none. */
export function bytesOf(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  } catch {
    return null
  }
}
