// Everything that has a key: what it is called, where it counts, and which keys it has unless the user chose others.
import { msg, t, type Message } from '../words'

/** Where a key counts. Two actions may share a key only where they never meet. */
export type KeyPlace =
  'studio' | 'gallery' | 'viewer' | 'compare' | 'jobs' | 'models' | 'spend' | 'settings' | 'palette'

interface Action {
  /** The heading it stands under. */
  group: Message
  words: Message
  /** As in `lib/hotkeys`: `Ctrl+Shift+Enter`, `p`. */
  keys: readonly string[]
  at: readonly KeyPlace[]
  /** The keys of moving about and of closing what is open: they stay as they are. */
  fixed?: boolean
  /** What a line of the list says that it shares with others. */
  line?: Message
  /** Not offered by name: only worth something under the fingers. */
  quiet?: boolean
}

/** An action in the language of the window. */
export interface KeyAction extends Omit<Action, 'group' | 'words' | 'line'> {
  group: string
  words: string
  line?: string
}

const EVERYWHERE = ['studio', 'gallery', 'viewer', 'compare', 'jobs', 'models', 'spend', 'settings'] as const
const PRINTS = ['gallery', 'viewer'] as const
const LOOKING = ['viewer', 'compare'] as const

const anywhere = { group: msg('Anywhere'), at: EVERYWHERE }
const studio = { group: msg('Studio'), at: ['studio'] } as const
const print = { group: msg('On a print'), at: PRINTS }
const gallery = { group: msg('Gallery'), at: ['gallery'] } as const
const viewer = { group: msg('Viewer'), at: ['viewer'] } as const
const compare = { group: msg('Compare'), at: ['compare'] } as const
const jobs = { group: msg('Jobs'), at: ['jobs'] } as const
const palette = { group: msg('Search or command'), at: ['palette'] } as const
const models = { group: msg('Models'), at: ['models'] } as const
const spend = { group: msg('Spend'), at: ['spend'] } as const

const fixed = { fixed: true, quiet: true } as const
const quiet = { quiet: true } as const
const rating = {
  group: msg('On a print'),
  at: ['gallery', 'viewer', 'compare'],
  line: msg('Rate, 0 clears'),
} as const
const clips = { group: msg('Clips') } as const

export const ACTIONS = {
  palette: { ...anywhere, words: msg('Search or command'), keys: ['Ctrl+k'], quiet: true },
  'go.studio': { ...anywhere, words: msg('Studio'), keys: ['Ctrl+1'] },
  'go.gallery': { ...anywhere, words: msg('Gallery'), keys: ['Ctrl+2'] },
  'go.jobs': { ...anywhere, words: msg('Jobs'), keys: ['Ctrl+3'] },
  'go.models': { ...anywhere, words: msg('Models'), keys: ['Ctrl+4'] },
  'go.spend': { ...anywhere, words: msg('Spend'), keys: ['Ctrl+5'] },
  'go.settings': { ...anywhere, words: msg('Settings'), keys: ['Ctrl+,'] },
  'new.prompt': { ...anywhere, words: msg('New prompt'), keys: ['Ctrl+n'] },
  undo: { ...anywhere, words: msg('Take back what was done last'), keys: ['Ctrl+z'] },
  'region.next': { ...anywhere, ...quiet, words: msg('Next region'), keys: ['F6'] },
  'region.before': { ...anywhere, ...quiet, words: msg('Region before'), keys: ['Shift+F6'] },
  shortcuts: { ...anywhere, words: msg('Shortcuts'), keys: ['?'] },

  generate: { ...studio, words: msg('Generate'), keys: ['Ctrl+Enter'] },
  'generate.seed': { ...studio, words: msg('Generate with a new seed'), keys: ['Ctrl+Shift+Enter'] },
  'model.choose': { ...studio, words: msg('Choose a model'), keys: ['Ctrl+m'] },
  modality: { ...studio, words: msg('Image or video'), keys: ['Ctrl+t'] },
  'prompt.before': {
    ...studio,
    ...quiet,
    words: msg('Past prompt'),
    keys: ['Ctrl+ArrowUp'],
    line: msg('Past prompts'),
  },
  'prompt.after': {
    ...studio,
    ...quiet,
    words: msg('Newer prompt'),
    keys: ['Ctrl+ArrowDown'],
    line: msg('Past prompts'),
  },
  paste: { ...studio, ...fixed, words: msg('Paste a picture as reference'), keys: ['Ctrl+v'] },
  'reference.before': {
    ...studio,
    ...quiet,
    words: msg('Move a reference forward'),
    keys: ['Alt+ArrowLeft', 'Alt+ArrowUp'],
    line: msg('Move a reference'),
  },
  'reference.after': {
    ...studio,
    ...quiet,
    words: msg('Move a reference back'),
    keys: ['Alt+ArrowRight', 'Alt+ArrowDown'],
    line: msg('Move a reference'),
  },
  'kept.all': { ...studio, ...quiet, words: msg('A past prompt with its settings'), keys: ['Shift+Enter'] },
  'kept.change': { ...studio, ...quiet, words: msg('Change a preset or snippet'), keys: ['F2'] },
  'kept.remove': { ...studio, ...quiet, words: msg('Take it off the list'), keys: ['Delete'] },
  'crop.closer': {
    ...studio,
    ...quiet,
    words: msg('Closer, in a crop'),
    keys: ['+', '='],
    line: msg('Zoom of a crop'),
  },
  'crop.further': {
    ...studio,
    ...quiet,
    words: msg('Further, in a crop'),
    keys: ['-'],
    line: msg('Zoom of a crop'),
  },
  'mask.paint': { ...studio, ...fixed, words: msg('Paint with the brush of a mask'), keys: [' '] },
  'mask.smaller': {
    ...studio,
    ...quiet,
    words: msg('Smaller brush'),
    keys: ['['],
    line: msg('Size of the brush'),
  },
  'mask.larger': {
    ...studio,
    ...quiet,
    words: msg('Larger brush'),
    keys: [']'],
    line: msg('Size of the brush'),
  },
  'print.move': {
    ...print,
    ...fixed,
    at: ['studio', 'gallery'],
    words: msg('Move'),
    keys: ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown'],
  },
  'print.open': { ...print, ...fixed, at: ['studio', 'gallery'], words: msg('Open'), keys: ['Enter'] },
  'print.circle': {
    ...print,
    at: ['studio', 'gallery', 'viewer', 'compare'],
    words: msg('Circle, or take the circle away'),
    keys: ['p'],
  },
  'print.reference': {
    ...print,
    at: ['studio', 'gallery', 'viewer'],
    words: msg('Use as reference'),
    keys: ['r'],
  },
  'print.run': {
    ...print,
    at: ['studio', 'gallery', 'viewer', 'compare'],
    words: msg('Run again'),
    line: msg('Run again, then ↵'),
    keys: ['n'],
  },
  'print.vary': { ...print, words: msg('Vary'), line: msg('Vary, then ↵'), keys: ['v'] },
  'print.onward': { ...print, words: msg('Animate, or extend a clip'), keys: ['a'] },
  'print.compare': { ...print, words: msg('Compare 2 to 4'), keys: ['c'] },
  'print.export': { ...print, at: ['gallery', 'viewer', 'compare'], words: msg('Export'), keys: ['e'] },
  'print.copy': { ...print, words: msg('Copy the picture, or a clip’s path'), keys: ['Ctrl+c'] },
  'print.trash': { ...print, words: msg('Move to Trash'), keys: ['Delete'] },
  'rate.1': { ...rating, words: msg('Rate 1 star'), keys: ['1'] },
  'rate.2': { ...rating, words: msg('Rate 2 stars'), keys: ['2'] },
  'rate.3': { ...rating, words: msg('Rate 3 stars'), keys: ['3'] },
  'rate.4': { ...rating, words: msg('Rate 4 stars'), keys: ['4'] },
  'rate.5': { ...rating, words: msg('Rate 5 stars'), keys: ['5'] },
  'rate.0': { ...rating, words: msg('Take the rating away'), keys: ['0'] },
  'print.menu': { ...print, ...fixed, words: msg('All there is to do with it'), keys: ['Shift+F10'] },

  search: { ...gallery, at: ['gallery', 'models'], words: msg('Search'), keys: ['/', 'Ctrl+f'] },
  'gallery.look': { ...gallery, ...fixed, words: msg('Preview'), keys: [' '] },
  'gallery.scrub.back': {
    ...gallery,
    ...quiet,
    words: msg('Back through a clip'),
    keys: [','],
    line: msg('Look through a clip'),
  },
  'gallery.scrub.on': {
    ...gallery,
    ...quiet,
    words: msg('On through a clip'),
    keys: ['.'],
    line: msg('Look through a clip'),
  },
  'gallery.tags': { ...gallery, words: msg('Tags'), keys: ['t'] },
  'gallery.stack': { ...gallery, words: msg('Open or close a stack'), keys: ['s'] },
  'gallery.stacks': { ...gallery, words: msg('Stack the prints of a take'), keys: ['Shift+s'] },
  'gallery.extend': {
    ...gallery,
    ...fixed,
    words: msg('Select on from here'),
    keys: ['Shift+ArrowLeft', 'Shift+ArrowUp', 'Shift+ArrowRight', 'Shift+ArrowDown'],
  },
  'gallery.select': { ...gallery, words: msg('Select this one'), keys: ['Ctrl+ '] },
  'gallery.all': { ...gallery, words: msg('Select the day, again for all'), keys: ['Ctrl+a'] },
  'gallery.larger': {
    ...gallery,
    words: msg('Larger pictures'),
    keys: ['Ctrl++', 'Ctrl+='],
    line: msg('Size of the pictures'),
  },
  'gallery.smaller': {
    ...gallery,
    words: msg('Smaller pictures'),
    keys: ['Ctrl+-'],
    line: msg('Size of the pictures'),
  },
  inspector: { ...gallery, at: PRINTS, words: msg('Inspector'), keys: ['Ctrl+i'] },

  'viewer.step': {
    ...viewer,
    ...fixed,
    words: msg('Print before, print after'),
    keys: ['ArrowLeft', 'ArrowRight'],
  },
  'viewer.take': {
    ...viewer,
    ...fixed,
    words: msg('Take before, take after'),
    keys: ['ArrowUp', 'ArrowDown'],
  },
  'viewer.before': {
    ...viewer,
    ...quiet,
    words: msg('Print before, enlarged too'),
    keys: ['PageUp'],
    line: msg('Another print all the same'),
  },
  'viewer.after': {
    ...viewer,
    ...quiet,
    words: msg('Print after, enlarged too'),
    keys: ['PageDown'],
    line: msg('Another print all the same'),
  },
  'viewer.pan': {
    ...viewer,
    ...fixed,
    at: LOOKING,
    words: msg('Move a large picture'),
    keys: ['Shift+ArrowLeft', 'Shift+ArrowUp', 'Shift+ArrowRight', 'Shift+ArrowDown'],
  },
  zoom: { ...viewer, at: LOOKING, words: msg('Fit or 100 %'), keys: ['z'] },
  'zoom.in': { ...viewer, at: LOOKING, words: msg('Closer'), keys: ['+', '='], line: msg('Closer, further') },
  'zoom.out': { ...viewer, at: LOOKING, words: msg('Further'), keys: ['-'], line: msg('Closer, further') },
  'zoom.keep': { ...viewer, words: msg('Keep the zoom'), keys: ['Shift+z'] },
  full: { ...viewer, words: msg('Full screen'), keys: ['f'] },
  'viewer.back': { ...viewer, ...fixed, at: LOOKING, words: msg('Back'), keys: ['Escape'] },

  'clip.play': { ...clips, at: LOOKING, ...fixed, words: msg('Play or pause'), keys: [' '] },
  'clip.toggle': { ...clips, at: LOOKING, words: msg('Pause or play'), keys: ['k'] },
  'clip.slower': { ...clips, ...quiet, at: LOOKING, words: msg('Back ⟨through a clip⟩'), keys: ['j'] },
  'clip.faster': { ...clips, ...quiet, at: LOOKING, words: msg('Play, and faster'), keys: ['l'] },
  'clip.before': {
    ...clips,
    ...quiet,
    at: LOOKING,
    words: msg('One frame back'),
    keys: [','],
    line: msg('One frame'),
  },
  'clip.after': {
    ...clips,
    ...quiet,
    at: LOOKING,
    words: msg('One frame on'),
    keys: ['.'],
    line: msg('One frame'),
  },
  'clip.loop': { ...clips, at: ['viewer'], words: msg('Loop'), keys: ['Shift+l'] },
  'clip.mute': { ...clips, at: ['viewer'], words: msg('Mute'), keys: ['m'] },
  'clip.keep': { ...clips, at: ['viewer'], words: msg('Keep this frame'), keys: ['s'] },

  'compare.side': { ...compare, ...fixed, words: msg('The active side'), keys: ['ArrowLeft', 'ArrowRight'] },
  'compare.swap': { ...compare, words: msg('Swap'), keys: ['x'] },
  'compare.slider': { ...compare, words: msg('Slider; ← → a hundredth'), keys: ['d'] },
  'compare.blink': { ...compare, words: msg('Blink, Space for the next'), keys: ['b'] },

  'jobs.move': { ...jobs, ...fixed, words: msg('Move'), keys: ['ArrowUp', 'ArrowDown'] },
  'jobs.open': { ...jobs, ...fixed, words: msg('Into the record'), keys: ['Enter'] },
  'jobs.back': { ...jobs, ...fixed, words: msg('Back to the row'), keys: ['Escape'] },
  'jobs.cancel': { ...jobs, words: msg('Cancel'), keys: ['Ctrl+.'] },

  'models.move': { ...models, ...fixed, words: msg('Move'), keys: ['ArrowUp', 'ArrowDown'] },
  'models.open': { ...models, ...fixed, words: msg('About this model'), keys: ['Enter'] },
  'step.up': {
    ...models,
    ...quiet,
    words: msg('Step up'),
    keys: ['Alt+ArrowUp'],
    line: msg('Move a step of a route'),
  },
  'step.down': {
    ...models,
    ...quiet,
    words: msg('Step down'),
    keys: ['Alt+ArrowDown'],
    line: msg('Move a step of a route'),
  },

  'spend.day': {
    ...spend,
    ...fixed,
    words: msg('The day before, the day after'),
    keys: ['ArrowLeft', 'ArrowRight'],
  },
  'spend.open': { ...spend, ...fixed, words: msg('The jobs of that day'), keys: ['Enter'] },
  'spend.table': { ...spend, words: msg('Days as a table, or as bars'), keys: ['t'] },

  'palette.open': { ...palette, ...fixed, words: msg('Open, or do it'), keys: ['Enter'] },
  'palette.load': { ...palette, ...fixed, words: msg('Load into Studio'), keys: ['ArrowRight'] },
  'palette.reference': { ...palette, ...quiet, words: msg('Use as reference'), keys: ['Alt+r'] },
} as const satisfies Record<string, Action>

export type ActionId = keyof typeof ACTIONS

export const ACTION_IDS = Object.keys(ACTIONS) as ActionId[]

/** An action with the words that its table marks. */
export function bareAction(id: ActionId): Action {
  return ACTIONS[id]
}

export function actionOf(id: ActionId): KeyAction {
  const { group, words, line, ...action } = bareAction(id)
  return { ...action, group: t(group), words: t(words), ...(line === undefined ? {} : { line: t(line) }) }
}

/** The acts of the six ratings. */
export function ratings(rate: (stars: number) => void) {
  return {
    'rate.0': () => rate(0),
    'rate.1': () => rate(1),
    'rate.2': () => rate(2),
    'rate.3': () => rate(3),
    'rate.4': () => rate(4),
    'rate.5': () => rate(5),
  }
}

/** Whether both count somewhere at the same time. */
export function meet(one: ActionId, other: ActionId): boolean {
  return bareAction(one).at.some((place) => bareAction(other).at.includes(place))
}
