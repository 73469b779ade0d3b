// What a screen reader hears for a frame. Pure.
import type { Print } from '../../bridge/generated'
import { clipLength } from '../../lib/format'

const WORDS = 80

/** "Wooden rowing boats…, shot 151, take 2, print 1 of 4, circled, Seedream 4.5". */
export function frameName(print: Print, of: number): string {
  const words = print.prompt.length > WORDS ? `${print.prompt.slice(0, WORDS).trimEnd()}…` : print.prompt
  return [
    words || 'No words',
    `shot ${print.shot_number}`,
    `take ${print.take}`,
    of > 1 ? `print ${print.number} of ${of}` : '',
    print.media === 'video'
      ? `clip${print.duration_ms === null ? '' : ` of ${clipLength(print.duration_ms)}`}`
      : '',
    print.circled ? 'circled' : '',
    print.sandbox ? 'sandbox, no AI' : print.model_name,
    print.present ? '' : 'file moved',
  ]
    .filter(Boolean)
    .join(', ')
}
