// The page allows no style elements, so the editor's rules go into a sheet that the document adopts. The
// library does so by itself only where an editor lies in a shadow root; what it made for one serves here.
import { StyleModule } from 'style-mod'

export function adoptStyles(doc: Document): void {
  if (!('adoptedStyleSheets' in doc) || Object.getOwnPropertySymbols(doc).length > 0) return
  const root = { ownerDocument: doc, adoptedStyleSheets: doc.adoptedStyleSheets }
  StyleModule.mount(root as unknown as ShadowRoot, [])
  for (const held of Object.getOwnPropertySymbols(root)) Reflect.set(doc, held, Reflect.get(root, held))
}
