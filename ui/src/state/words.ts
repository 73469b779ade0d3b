// What the composer says under its model after something changed. Pure.

/** What a switch to another model leaves behind, in a sentence. */
export function droppedWords(labels: readonly string[], model: string): string {
  const names = labels.length === 1 ? labels[0] : `${labels.slice(0, -1).join(', ')} and ${labels.at(-1)}`
  return `${names} ${labels.length === 1 ? "isn't" : "aren't"} used by ${model}. Kept for later.`
}

/** What could not be put back into the composer, in sentences; empty when nothing is missing. */
export function goneWords(model: string | null, references: number): string {
  const said = []
  if (model !== null) said.push(`${model} is not listed any more, so another model is chosen.`)
  if (references > 0)
    said.push(
      `${references === 1 ? 'A reference is' : `${references} references are`} not in the library any more.`,
    )
  return said.join(' ')
}
