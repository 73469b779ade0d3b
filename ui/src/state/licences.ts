// What Rushes is made of, and under which terms. The list is made when the page is built; it is large, so it is
// only read when somebody asks for it.

export interface Part {
  name: string
  version: string
  /** SPDX expression, as the part states it. */
  licence: string
  /** Address of its page; empty where it names none. */
  home: string
  /** Places of its words in `texts`. */
  texts: number[]
}

export interface Licences {
  parts: Part[]
  texts: string[]
}

const made = import.meta.glob<Licences>('../generated/licences.json', { import: 'default' })

/** Null where this page was built without the list. */
export async function readLicences(): Promise<Licences | null> {
  const [read] = Object.values(made)
  return read ? await read() : null
}

/** The parts whose name or licence has these words. */
export function partsWith(parts: readonly Part[], typed: string): Part[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return parts.filter(({ name, licence }) => {
    const line = `${name} ${licence}`.toLowerCase()
    return words.every((word) => line.includes(word))
  })
}
