export type KeepFrame = { id: string, at_ms: number, base64: string, };
