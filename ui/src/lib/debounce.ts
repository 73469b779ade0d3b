/** Runs `act` once, `ms` after the last call. */
export function debounce<A extends unknown[]>(act: (...args: A) => void, ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const later = (...args: A) => {
    clearTimeout(timer)
    timer = setTimeout(() => act(...args), ms)
  }
  later.cancel = () => clearTimeout(timer)
  return later
}
