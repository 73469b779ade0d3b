import type { Standing } from "./Standing";
export type CredentialsWords = { standing: Standing, says: string, trust: string, generator: string, title: string | null, signer: string | null, issuer: string | null, expires_at: number | null, actions: Array<string>, };
