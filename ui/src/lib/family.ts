// The family a model belongs to, read from its name: what stands before the version and the tier. Pure.

/** Words that tell a variant of a model, not another model. */
const VARIANT =
  /^(?:pro|max|mini|nano|lite|plus|ultra|turbo|fast|flash|quality|standard|hd|dev|schnell|flex|klein|edit|master|preview|lora|text|image|video|t2i|i2i|t2v|i2v|to|from|v)$/i
/** Two words that are one name although the second tells a variant elsewhere. */
const KEPT_AFTER_FIRST = /^(?:image|video|banana)$/i

/** A name that is an address (`maker/model-name/task`) as words: its second part. */
function words(name: string): string[] {
  const parts = name.split('/').filter(Boolean)
  const own = parts.length > 1 ? (parts[1] as string).replace(/[-_]+/g, ' ') : name
  return own.split(/[\s,:]+/).filter(Boolean)
}

/** `Seedream 4.5` and `Seedream 4.5, edit` → `Seedream`; `FLUX.1 [dev]` → `FLUX`. Never empty. */
export function familyOf(name: string): string {
  const kept: string[] = []
  for (const word of words(name)) {
    const digit = word.search(/\d/)
    if (digit >= 0) {
      const before = word.slice(0, digit).replace(/[^\p{L}]+$/u, '')
      if (before !== '' && !VARIANT.test(before)) kept.push(before)
      break
    }
    const bare = word.replace(/[^\p{L}-]/gu, '')
    if (kept.length > 0 && VARIANT.test(bare) && !(kept.length === 1 && KEPT_AFTER_FIRST.test(bare))) break
    if (bare !== '') kept.push(bare)
  }
  return kept.join(' ') || name.trim() || 'Other'
}
