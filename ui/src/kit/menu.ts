// What a menu offers, wherever it hangs.
import type { Component } from 'svelte'

export interface MenuItem {
  label: string
  icon?: Component<{ size?: number }>
  /** Keys or a price, at the right. */
  note?: string
  danger?: boolean
  disabled?: boolean
  /** It is what holds now. */
  chosen?: boolean
  /** Stands above the first of the items that share it. */
  heading?: string
  /** Begins a new part of the menu. */
  apart?: boolean
  run: () => void
}
