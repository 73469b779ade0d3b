/** What a picture looks like before it is there: a few blurred colours from its ThumbHash. */
import { thumbHashToDataURL } from 'thumbhash'
import { bytesOf } from './base64'

/** Pictures are scrolled over again and again; this many stay painted. */
const KEPT = 1000
const painted = new Map<string, string>()

/** A small picture as a data address; empty without a hash that can be read. */
export function glanceOf(hash: string | null): string {
  if (!hash) return ''
  const known = painted.get(hash)
  if (known !== undefined) return known
  const bytes = bytesOf(hash)
  const url = bytes && bytes.length >= 5 ? paint(bytes) : ''
  if (painted.size >= KEPT) painted.delete(painted.keys().next().value!)
  painted.set(hash, url)
  return url
}

function paint(bytes: Uint8Array): string {
  try {
    return thumbHashToDataURL(bytes)
  } catch {
    return ''
  }
}
