// How a print is called in words. Pure.
import { t } from '../words'

interface Called {
  job: string | null
  shot_number: number
  take: number
  number: number
}

/** "Shot 151, take 2, print 1", or "Import 7" for what no job made. */
export function edgeWords({ job, shot_number, take, number }: Called): string {
  return job === null
    ? t('Import {number}', { number })
    : t('Shot {shot}, take {take}, print {number}', { shot: shot_number, take, number })
}
