export type Standing = "holds" | "changed" | "broken" | "unchecked" | "unread";
