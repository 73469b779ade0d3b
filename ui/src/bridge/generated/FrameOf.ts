export type FrameOf = { clip: string | null, code: string, at_ms: number, };
