/** Gives the focus back to what had it, once what took it is gone. */
export function focusAgain(target: HTMLElement | null): void {
  if (target) requestAnimationFrame(() => target.isConnected && target.focus({ preventScroll: true }))
}
