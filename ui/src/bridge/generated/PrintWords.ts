import type { CredentialsWords } from "./CredentialsWords";
import type { RecipeWords } from "./RecipeWords";
export type PrintWords = { credentials: CredentialsWords | null, recipe: RecipeWords | null, blake3: string, };
