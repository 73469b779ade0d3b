/** The address of a file of this computer, as other programs take it from a drag: `file:///media/disk/a%201.png`. */
export function fileUri(path: string): string {
  const parts = path.replace(/\\/g, '/').split('/').map(encodeURIComponent)
  // A drive keeps its colon, and stands after a slash of its own.
  if (/^[a-z]%3A$/i.test(parts[0]!))
    return `file:///${parts[0]!.replace('%3A', ':')}/${parts.slice(1).join('/')}`
  return `file://${parts.join('/')}`
}

/** What stands after the last slash. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}
