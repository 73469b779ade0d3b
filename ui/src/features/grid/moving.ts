// Arrow keys in a table of prints: from cell to cell, and within a cell from print to print.

const STOP = '[data-stop]'

export function move(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
  const from = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>(STOP) : null
  const cell = from?.closest('td')
  const row = cell?.parentElement
  if (!from || !cell || !(row instanceof HTMLTableRowElement)) return
  const to = target(event.key, from, cell, row)
  if (to === undefined) return
  event.preventDefault()
  to?.focus()
}

/** What has the focus next; null where there is nothing, undefined for a key that does not move. */
function target(
  key: string,
  from: HTMLElement,
  cell: HTMLTableCellElement,
  row: HTMLTableRowElement,
): HTMLElement | null | undefined {
  const within = [...row.querySelectorAll<HTMLElement>(STOP)]
  const at = within.indexOf(from)
  const rows = [...(row.parentElement?.querySelectorAll<HTMLTableRowElement>('tr') ?? [])]
  const beside = (by: number) => {
    const next = rows[rows.indexOf(row) + by]?.cells[cell.cellIndex]
    return next?.querySelector<HTMLElement>(STOP) ?? null
  }
  switch (key) {
    case 'ArrowRight':
      return within[at + 1] ?? null
    case 'ArrowLeft':
      return within[at - 1] ?? null
    case 'ArrowDown':
      return beside(1)
    case 'ArrowUp':
      return beside(-1)
    case 'Home':
      return within[0] ?? null
    case 'End':
      return within.at(-1) ?? null
    default:
      return undefined
  }
}
