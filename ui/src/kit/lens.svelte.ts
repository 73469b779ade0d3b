// How closely one looks at a picture: kept apart from the picture, so that several can share it.
import {
  actualTimes,
  panned,
  percent,
  reaches,
  WHOLE,
  within,
  zoomedAt,
  type Ground,
  type Look,
} from './zoom'

/** Each press of + or −. */
const STEP = 1.25

export class Lens {
  look = $state.raw<Look>(WHOLE)
  /** The picture and desk that keys act on; null before they are measured. */
  ground = $state.raw<Ground | null>(null)
  readonly zoomed = $derived(this.look.times > 1.001)
  readonly percent = $derived(this.ground ? percent(this.look, this.ground) : 100)

  fit(): void {
    this.look = WHOLE
  }

  /** To 100 %, at a point of the desk or in the middle; back to fitted from anywhere else. */
  toggle(at?: { x: number; y: number }, ground = this.ground): void {
    if (!ground) return
    if (this.zoomed) this.fit()
    else this.to(actualTimes(ground), at, ground)
  }

  zoomBy(factor: number, at?: { x: number; y: number }, ground = this.ground): void {
    this.to(this.look.times * factor, at, ground)
  }

  closer(): void {
    this.zoomBy(STEP)
  }

  further(): void {
    this.zoomBy(1 / STEP)
  }

  to(times: number, at?: { x: number; y: number }, ground = this.ground): void {
    if (!ground) return
    const middle = { x: ground.desk.width / 2, y: ground.desk.height / 2 }
    this.look = zoomedAt(this.look, times, at ?? middle, ground)
  }

  /** Moves the picture by CSS pixels. False where it does not reach beyond the desk that way. */
  pan(dx: number, dy: number, ground = this.ground): boolean {
    if (!ground) return false
    const reach = reaches(this.look, ground)
    if ((dx !== 0 && !reach.x) || (dy !== 0 && !reach.y)) return false
    this.look = panned(this.look, dx, dy, ground)
    return true
  }

  /** After desk or picture changed. */
  settle(ground: Ground): void {
    this.look = within(this.look, ground)
  }
}
