// What the studio makes of the words of a search, and what it offers to complete them.
import { call } from '../bridge/call'
import type { Offers, QueryReading } from '../bridge/generated'

/** Completion of a query at the caret. */
export function suggest(text: string, at: number): Promise<Offers> {
  return call('suggest', { text, at })
}

/** The filters that stand in a query, and the words that are left. */
export function readQuery(query: string): Promise<QueryReading> {
  return call('read_query', { query })
}

/** Removes for good what lies in the trash; answers how many prints that were. */
export async function emptyTrash(): Promise<number> {
  return (await call('empty_trash', {})).count
}
