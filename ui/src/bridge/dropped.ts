// What was dropped on the page, as files. Of a folder the browser gives a listing, a part at a time.

/** The dropped files, with all that lies in dropped folders; what is hidden there is passed over. */
export function droppedFiles(from: DataTransfer): Promise<File[]> {
  // The listing is only there while the drop is being told of; its parts may be read later.
  const entries = Array.from(from.items, (item) => item.webkitGetAsEntry())
  const plain = Array.from(from.files)
  if (!entries.some((entry) => entry?.isDirectory)) return Promise.resolve(plain)
  return walk(entries.filter((entry) => entry !== null))
}

async function walk(entries: readonly FileSystemEntry[]): Promise<File[]> {
  const names = new Set(entries.map((entry) => entry.name))
  const files: File[] = []
  for (const entry of entries) {
    // A sidecar stands beside its file and is none of its own.
    const isSidecar = entry.name.endsWith('.json') && names.has(entry.name.slice(0, -'.json'.length))
    if (entry.name.startsWith('.') || isSidecar) continue
    if (entry.isDirectory) files.push(...(await walk(await list(entry as FileSystemDirectoryEntry))))
    else
      files.push(await new Promise<File>((got, failed) => (entry as FileSystemFileEntry).file(got, failed)))
  }
  return files
}

async function list(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((got, failed) => reader.readEntries(got, failed))
    if (some.length === 0) return all
    all.push(...some)
  }
}
