// From a day's sum to the jobs that it came of.
import { jobs } from '../../state/jobs.svelte'
import { nav } from '../../state/nav.svelte'
import { orToast } from '../../state/toasts.svelte'

/** Shows the jobs that were written down or sent on this day, `2026-11-22`. */
export function openDay(day: string): void {
  nav.go('jobs')
  orToast(jobs.showDay(day))
}
