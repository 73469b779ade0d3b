// The camera roll: the newest pictures of a folder of the user's, offered as references.
import { call } from '../bridge/call'
import { asApiError } from '../bridge/host'
import type { ApiError, Asset, CameraRoll } from '../bridge/generated'
import { app } from './app.svelte'
import { settings } from './settings.svelte'

export class Camera {
  roll = $state.raw<CameraRoll | null>(null)
  looking = $state(false)
  error = $state.raw<ApiError | null>(null)

  /** Looks into the folder. Nothing is copied. */
  async look(most?: number): Promise<void> {
    this.looking = true
    try {
      this.roll = await call('list_camera_roll', most === undefined ? {} : { most })
      this.error = null
    } catch (cause) {
      this.roll = null
      this.error = asApiError(cause)
    } finally {
      this.looking = false
    }
  }

  /** Another folder; empty for none. It is looked into at once, so that a wrong one is said. */
  async choose(folder: string): Promise<boolean> {
    try {
      await settings.set({ camera_roll: folder })
    } catch (cause) {
      this.error = asApiError(cause)
      return false
    }
    await this.look(1)
    return this.error === null
  }

  /** Takes one of its pictures into the library. */
  take(id: string): Promise<Asset> {
    return call('take_camera_picture', { id })
  }

  /** Where a small picture of one is; it is made when it is asked for. */
  smallUrl(id: string): string {
    return `${(app.info?.media_base ?? '').replace(/media\/$/, '')}roll/${id}`
  }
}

export const camera = new Camera()
