import { parse as parseMessage, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser'
import { parse as parseSvelte, type AST } from 'svelte/compiler'
import ts from 'typescript'
import { afterEach, describe, expect, it } from 'vitest'
import { known, language, listed, t, type Message } from '../src/words'

/** The code of the window, by its place below `src`. */
const SOURCES = Object.entries(
  import.meta.glob<string>('../src/**/*.{svelte,ts}', { query: '?raw', import: 'default', eager: true }),
)
  .map(([path, source]): [string, string] => [path.slice('../src/'.length), source])
  .filter(([path]) => !/(^|\/)(generated|words)\//.test(path))
const CATALOGUES = import.meta.glob<Record<string, string>>('../src/words/*/*.json', {
  import: 'default',
  eager: true,
})

/** Rooms whose words are all in the catalogues. */
const SPOKEN: readonly string[] = [
  'words',
  'bridge',
  'kit',
  'lib',
  'state',
  'features',
  'App.svelte',
  'Shortcuts.svelte',
  'TopBar.svelte',
  'WindowButtons.svelte',
]
/** The same in every language. */
const NAMES =
  /^(Rushes|Ctrl|Cmd|Shift|Del|Alt|Esc|Enter|Home|End|Space|Tab|[A-Z]|F\d+|GB|MB|kB|px|fps|Hz|CSV|ID|URL|SHA-256|C2PA|JSON|PNG|JPEG|WebP|GIF|MP4|ICC|s|ms|x)$/

/** What is said by `t`, `msg` and `Told`, as it stands in the source. */
function saidIn(source: string): string[] {
  const calls = /\b(?:t|msg|told)\(\s*('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`[^`$]*`)/g
  const elements = /<Told\b[^>]*?\btext=(?:\{\s*)?('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/g
  return [calls, elements].flatMap((kind) =>
    [...source.matchAll(kind)].map((found) => {
      const literal = ts.createSourceFile('x.ts', found[1]!, ts.ScriptTarget.Latest).statements[0]
      return literal && ts.isExpressionStatement(literal) && ts.isStringLiteralLike(literal.expression)
        ? literal.expression.text
        : ''
    }),
  )
}

/** The names that a message has values or elements for. */
function namesOf(message: string): string[] {
  const names = new Set<string>()
  const walk = (parts: MessageFormatElement[]) => {
    for (const part of parts) {
      if (part.type !== TYPE.literal && part.type !== TYPE.pound) names.add(part.value)
      if (part.type === TYPE.plural || part.type === TYPE.select)
        Object.values(part.options).forEach((option) => walk(option.value))
      if (part.type === TYPE.tag) walk(part.children)
    }
  }
  walk(parseMessage(message))
  return [...names].sort()
}

describe.each(['ja'])('the catalogue of %s', (id) => {
  const entries = Object.entries(CATALOGUES)
    .filter(([path]) => path.startsWith(`../src/words/${id}/`))
    .flatMap(([path, sentences]) =>
      Object.entries(sentences).map(([message, text]) => ({
        file: path.split('/').at(-1)!,
        message,
        text,
      })),
    )

  it('has what is said, and nothing else', () => {
    const said = new Set(SOURCES.flatMap(([, source]) => saidIn(source)))
    const has = new Set(entries.map((entry) => entry.message))
    expect([...said].filter((message) => !has.has(message))).toEqual([])
    const idle = entries.filter((entry) => entry.file !== 'fields.json' && !said.has(entry.message))
    expect(idle.map((entry) => `${entry.file}: ${entry.message}`)).toEqual([])
  })

  it('has each sentence once', () => {
    const seen = new Map<string, string>()
    const twice = entries.filter(({ file, message }) => {
      const before = seen.has(message)
      seen.set(message, file)
      return before
    })
    expect(twice.map(({ file, message }) => `${file}: ${message}`)).toEqual([])
  })

  it('puts in what English puts in', () => {
    const wrong = entries.filter(
      ({ message, text }) => text.trim() === '' || namesOf(message).join() !== namesOf(text).join(),
    )
    expect(wrong.map(({ message }) => message)).toEqual([])
  })
})

/** Words of a component that stand there as they are. */
function rawIn(source: string): string[] {
  const raw: string[] = []
  const SPOKEN_BY =
    /^(label|title|words|placeholder|aria-label|aria-valuetext|valueText|alt|text|hint|note|name|message|empty|none|line|unit|data-tip|removeLabel|act|back|busy|reason|heading)$/
  const look = (text: string) => {
    for (const piece of text.split(/[\s·→←↑↓+/,.:;()%×&]+/))
      if (/\p{L}/u.test(piece) && !NAMES.test(piece)) return void raw.push(text.trim())
  }
  const walk = (node: unknown, inTold = false, isElement = false): void => {
    if (Array.isArray(node)) return node.forEach((one) => walk(one, inTold, isElement))
    if (!node || typeof node !== 'object') return
    const { type, name } = node as { type?: string; name?: string }
    if (type === 'Text') return look((node as AST.Text).data)
    if (type === 'Component' && name === 'Told') inTold = true
    if (type === 'RegularElement' && (name === 'style' || name === 'script')) return
    // The name of a field is not said; that of a component may be.
    if (type === 'Attribute' && name === 'name' && isElement) return
    if (type === 'Attribute' || type === 'StyleDirective') {
      const value = (node as AST.Attribute | AST.StyleDirective).value
      if (name === 'class' || name === 'style') return
      const isSpoken = type === 'Attribute' && SPOKEN_BY.test(name ?? '') && !inTold
      if (Array.isArray(value) && !isSpoken)
        return walk(
          value.filter((part) => part.type !== 'Text'),
          inTold,
        )
    }
    for (const [key, value] of Object.entries(node))
      if (key !== 'parent') walk(value, inTold, type === 'RegularElement')
  }
  const tree = parseSvelte(source, { modern: true })
  walk(tree.fragment)
  const scripts = [...source.matchAll(/<script\b[^>]*>([^]*?)<\/script>/g)].map((found) => found[1]!)
  // Expressions of the markup are looked at as the script is.
  const markup = source.replace(/<(script|style)\b[^>]*>[^]*?<\/\1>/g, '')
  const expressions = [...markup.matchAll(/\{([^{}#:/@][^{}]*)\}/g)].map((found) => `(${found[1]!})`)
  return [...raw, ...scripts.flatMap(rawInScript), ...expressions.flatMap(rawInScript)]
}

/** Literals that read like words for a person: with a capital first, or of three words and more. */
function rawInScript(source: string): string[] {
  const raw: string[] = []
  const file = ts.createSourceFile('x.ts', source, ts.ScriptTarget.Latest, true)
  const look = (text: string) => {
    const bare = text.trim()
    if (NAMES.test(bare)) return
    if (/^\p{Lu}\p{Ll}+([ ,.…?:’'].*)?$/u.test(bare) || /\p{Ll}+ \p{Ll}+ \p{Ll}+/u.test(bare)) raw.push(bare)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || ts.isThrowStatement(node)) return
    if (ts.isNewExpression(node) && node.expression.getText(file) === 'Error') return
    if (ts.isCallExpression(node) && /^(t|msg|told)$/.test(node.expression.getText(file))) {
      node.arguments.slice(1).forEach(visit)
      return
    }
    if (ts.isStringLiteralLike(node)) look(node.text)
    if (ts.isTemplateExpression(node))
      [node.head, ...node.templateSpans.map((span) => span.literal)].forEach((part) => look(part.text))
    ts.forEachChild(node, visit)
  }
  visit(file)
  return raw
}

/** Literals with a capital that nobody reads. */
const WIRE =
  /^(Arrow(Up|Down|Left|Right)|Backspace|Delete|Insert|Escape|Page(Up|Down)|Space|Enter|Home|End|Tab|Control|Meta|Key|Plus|Mac|Mac OS|Linux|Windows|Content-Type|Files|Blob|Infinity|Object|GET|POST|Fullscreen|Unidentified|Dead|Process|Geist.*|escape tab .*|the (first|last) frame)$/

describe('words in the code', () => {
  it.each(SPOKEN)('are in the catalogues: %s', (room) => {
    const raw = SOURCES.filter(([path]) => path.startsWith(`${room}/`) || path === room).flatMap(
      ([path, source]) =>
        (path.endsWith('.svelte') ? rawIn(source) : rawInScript(source))
          .filter((text) => !WIRE.test(text))
          .map((text) => `${path}: ${text}`),
    )
    expect(raw).toEqual([])
  })
})

describe('saying', () => {
  afterEach(() => language.use('en'))
  const message = (text: string) => text as Message

  it('counts in English, and shows no sense', () => {
    expect(t(message('{count, plural, one {# print} other {# prints}}'), { count: 1 })).toBe('1 print')
    expect(t(message('{count, plural, one {# print} other {# prints}}'), { count: 1200 })).toBe(
      '1,200 prints',
    )
    expect(t(message('Open ⟨of a job⟩'))).toBe('Open')
    expect(listed(['A', 'B', 'C'])).toBe('A, B and C')
  })

  it('knows common names of fields, and leaves others as they are', async () => {
    await language.use('ja')
    expect(known('Aspect ratio')).toBe('アスペクト比')
    expect(known('Aspect Ratio')).toBe('アスペクト比')
    expect(known('LoRA')).toBe('LoRA')
    await language.use('en')
    expect(known('Aspect Ratio')).toBe('Aspect Ratio')
  })

  it('follows the language that was asked for last', async () => {
    await Promise.all([language.use('ja'), language.use('en'), language.use('ja')])
    expect(language.now).toBe('ja')
    expect(language.locale).toBe('ja-JP')
    expect(listed(['A', 'B'])).toBe('A、B')
    await language.use('en')
    expect(language.catalogue).toBeNull()
  })
})
