import type { Origin } from "./Origin";
export type PrintOrigins = { made_from: Array<Origin>, led_to: Array<Origin>, led_to_count: number, };
