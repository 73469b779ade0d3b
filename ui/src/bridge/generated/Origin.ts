import type { FrameOf } from "./FrameOf";
import type { MediaKind } from "./MediaKind";
export type Origin = { field: string, endpoint: string, id: string | null, code: string, media: MediaKind, width: number, height: number, trashed: boolean, frame: FrameOf | null, };
