// What a screen reader hears for a frame. Pure.
import type { Print } from '../../bridge/generated'
import { clipLength } from '../../lib/format'
import { t } from '../../words'

const WORDS = 80

/** "Wooden rowing boats…, shot 151, take 2, print 1 of 4, circled, Seedream 4.5". */
export function frameName(print: Print, of: number): string {
  const words = print.prompt.length > WORDS ? `${print.prompt.slice(0, WORDS).trimEnd()}…` : print.prompt
  return [
    words || t('No words'),
    t('shot {shot}', { shot: print.shot_number ?? '' }),
    t('take {take}', { take: print.take ?? '' }),
    of > 1 ? t('print {number} of {all}', { number: print.number, all: of }) : '',
    print.media === 'video'
      ? print.duration_ms === null
        ? t('clip')
        : t('clip of {length}', { length: clipLength(print.duration_ms) })
      : '',
    print.circled ? t('circled') : '',
    print.sandbox ? t('sandbox, no AI') : print.model_name,
    print.present ? '' : t('file moved'),
  ]
    .filter(Boolean)
    .join(t(', '))
}
