// How a print is named to a screen reader, and how its facts are put.
import type { Print } from '../../bridge/generated'
import { edgeWords } from '../../lib/edge'
import { commas } from '../../lib/format'
import { t } from '../../words'

const WORDS = 80

/** The prompt's first 80 characters, cut at a word. */
export function shortPrompt(prompt: string): string {
  const text = prompt.replace(/\s+/g, ' ').trim()
  if (text.length <= WORDS) return text
  const cut = text.slice(0, WORDS)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), WORDS / 2))}…`
}

/** "Wooden rowing boats…, shot 151, take 2, print 1, circled, Model". */
export function frameName(print: Print): string {
  return commas([
    shortPrompt(print.prompt) || t('Without a prompt'),
    print.media === 'video' ? t('video') : '',
    edgeWords(print).toLowerCase(),
    print.circled ? t('circled') : '',
    print.rating > 0 ? t('{count, plural, one {# star} other {# stars}}', { count: print.rating }) : '',
    print.trashed_at === null ? '' : t('in the trash'),
    print.sandbox ? t('sandbox, no AI') : '',
    print.model_name,
    print.present ? '' : t('file moved'),
  ])
}
