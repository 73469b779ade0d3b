// Everything that has a key: what it is called, where it counts, and which keys it has unless the user chose others.
import { msg } from '../words'

/** Where a key counts. Two actions may share a key only where they never meet. */
export type KeyPlace =
  'studio' | 'gallery' | 'viewer' | 'compare' | 'jobs' | 'models' | 'spend' | 'settings' | 'palette'

export interface KeyAction {
  /** The heading it stands under. */
  group: string
  words: string
  /** As in `lib/hotkeys`: `Ctrl+Shift+Enter`, `p`. */
  keys: readonly string[]
  at: readonly KeyPlace[]
  /** The keys of moving about and of closing what is open: they stay as they are. */
  fixed?: boolean
  /** What a line of the list says that it shares with others. */
  line?: string
  /** Not offered by name: only worth something under the fingers. */
  quiet?: boolean
}

const EVERYWHERE = ['studio', 'gallery', 'viewer', 'compare', 'jobs', 'models', 'spend', 'settings'] as const
const PRINTS = ['gallery', 'viewer'] as const
const LOOKING = ['viewer', 'compare'] as const

const anywhere = { group: 'Anywhere', at: EVERYWHERE }
const studio = { group: 'Studio', at: ['studio'] } as const
const print = { group: 'On a print', at: PRINTS }
const gallery = { group: 'Gallery', at: ['gallery'] } as const
const viewer = { group: 'Viewer', at: ['viewer'] } as const
const compare = { group: 'Compare', at: ['compare'] } as const
const jobs = { group: 'Jobs', at: ['jobs'] } as const
const palette = { group: 'Search or command', at: ['palette'] } as const
const models = { group: 'Models', at: ['models'] } as const
const spend = { group: 'Spend', at: ['spend'] } as const

const fixed = { fixed: true, quiet: true } as const
const quiet = { quiet: true } as const
const rating = { group: 'On a print', at: ['gallery', 'viewer', 'compare'], line: 'Rate, 0 clears' } as const
const clips = { group: 'Clips' } as const

export const ACTIONS = {
  palette: { ...anywhere, words: 'Search or command', keys: ['Ctrl+k'], quiet: true },
  'go.studio': { ...anywhere, words: 'Studio', keys: ['Ctrl+1'] },
  'go.gallery': { ...anywhere, words: 'Gallery', keys: ['Ctrl+2'] },
  'go.jobs': { ...anywhere, words: 'Jobs', keys: ['Ctrl+3'] },
  'go.models': { ...anywhere, words: 'Models', keys: ['Ctrl+4'] },
  'go.spend': { ...anywhere, words: 'Spend', keys: ['Ctrl+5'] },
  'go.settings': { ...anywhere, words: 'Settings', keys: ['Ctrl+,'] },
  'new.prompt': { ...anywhere, words: 'New prompt', keys: ['Ctrl+n'] },
  undo: { ...anywhere, words: 'Take back what was done last', keys: ['Ctrl+z'] },
  'region.next': { ...anywhere, ...quiet, words: 'Next region', keys: ['F6'] },
  'region.before': { ...anywhere, ...quiet, words: 'Region before', keys: ['Shift+F6'] },
  shortcuts: { ...anywhere, words: 'Shortcuts', keys: ['?'] },

  generate: { ...studio, words: 'Generate', keys: ['Ctrl+Enter'] },
  'generate.seed': { ...studio, words: 'Generate with a new seed', keys: ['Ctrl+Shift+Enter'] },
  'model.choose': { ...studio, words: 'Choose a model', keys: ['Ctrl+m'] },
  modality: { ...studio, words: 'Image or video', keys: ['Ctrl+t'] },
  'prompt.before': {
    ...studio,
    ...quiet,
    words: 'Past prompt',
    keys: ['Ctrl+ArrowUp'],
    line: 'Past prompts',
  },
  'prompt.after': {
    ...studio,
    ...quiet,
    words: 'Newer prompt',
    keys: ['Ctrl+ArrowDown'],
    line: 'Past prompts',
  },
  paste: { ...studio, ...fixed, words: 'Paste a picture as reference', keys: ['Ctrl+v'] },
  'reference.before': {
    ...studio,
    ...quiet,
    words: 'Move a reference forward',
    keys: ['Alt+ArrowLeft', 'Alt+ArrowUp'],
    line: 'Move a reference',
  },
  'reference.after': {
    ...studio,
    ...quiet,
    words: 'Move a reference back',
    keys: ['Alt+ArrowRight', 'Alt+ArrowDown'],
    line: 'Move a reference',
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
    words: 'Move',
    keys: ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown'],
  },
  'print.open': { ...print, ...fixed, at: ['studio', 'gallery'], words: 'Open', keys: ['Enter'] },
  'print.circle': {
    ...print,
    at: ['studio', 'gallery', 'viewer', 'compare'],
    words: 'Circle, or take the circle away',
    keys: ['p'],
  },
  'print.reference': {
    ...print,
    at: ['studio', 'gallery', 'viewer'],
    words: 'Use as reference',
    keys: ['r'],
  },
  'print.run': {
    ...print,
    at: ['studio', 'gallery', 'viewer', 'compare'],
    words: 'Run again',
    line: 'Run again, then ↵',
    keys: ['n'],
  },
  'print.vary': { ...print, words: 'Vary', line: 'Vary, then ↵', keys: ['v'] },
  'print.onward': { ...print, words: 'Animate, or extend a clip', keys: ['a'] },
  'print.compare': { ...print, words: 'Compare 2 to 4', keys: ['c'] },
  'print.export': { ...print, at: ['gallery', 'viewer', 'compare'], words: 'Export', keys: ['e'] },
  'print.copy': { ...print, words: 'Copy the picture, or a clip’s path', keys: ['Ctrl+c'] },
  'print.trash': { ...print, words: 'Move to Trash', keys: ['Delete'] },
  'rate.1': { ...rating, words: 'Rate 1 star', keys: ['1'] },
  'rate.2': { ...rating, words: 'Rate 2 stars', keys: ['2'] },
  'rate.3': { ...rating, words: 'Rate 3 stars', keys: ['3'] },
  'rate.4': { ...rating, words: 'Rate 4 stars', keys: ['4'] },
  'rate.5': { ...rating, words: 'Rate 5 stars', keys: ['5'] },
  'rate.0': { ...rating, words: 'Take the rating away', keys: ['0'] },
  'print.menu': { ...print, ...fixed, words: 'All there is to do with it', keys: ['Shift+F10'] },

  search: { ...gallery, at: ['gallery', 'models'], words: 'Search', keys: ['/', 'Ctrl+f'] },
  'gallery.look': { ...gallery, ...fixed, words: 'Preview', keys: [' '] },
  'gallery.scrub.back': {
    ...gallery,
    ...quiet,
    words: 'Back through a clip',
    keys: [','],
    line: 'Look through a clip',
  },
  'gallery.scrub.on': {
    ...gallery,
    ...quiet,
    words: 'On through a clip',
    keys: ['.'],
    line: 'Look through a clip',
  },
  'gallery.tags': { ...gallery, words: 'Tags', keys: ['t'] },
  'gallery.stack': { ...gallery, words: 'Open or close a stack', keys: ['s'] },
  'gallery.stacks': { ...gallery, words: 'Stack the prints of a take', keys: ['Shift+s'] },
  'gallery.extend': {
    ...gallery,
    ...fixed,
    words: 'Select on from here',
    keys: ['Shift+ArrowLeft', 'Shift+ArrowUp', 'Shift+ArrowRight', 'Shift+ArrowDown'],
  },
  'gallery.select': { ...gallery, words: 'Select this one', keys: ['Ctrl+ '] },
  'gallery.all': { ...gallery, words: 'Select the day, again for all', keys: ['Ctrl+a'] },
  'gallery.larger': {
    ...gallery,
    words: 'Larger pictures',
    keys: ['Ctrl++', 'Ctrl+='],
    line: 'Size of the pictures',
  },
  'gallery.smaller': {
    ...gallery,
    words: 'Smaller pictures',
    keys: ['Ctrl+-'],
    line: 'Size of the pictures',
  },
  inspector: { ...gallery, at: PRINTS, words: 'Inspector', keys: ['Ctrl+i'] },

  'viewer.step': {
    ...viewer,
    ...fixed,
    words: 'Print before, print after',
    keys: ['ArrowLeft', 'ArrowRight'],
  },
  'viewer.take': { ...viewer, ...fixed, words: 'Take before, take after', keys: ['ArrowUp', 'ArrowDown'] },
  'viewer.before': {
    ...viewer,
    ...quiet,
    words: 'Print before, enlarged too',
    keys: ['PageUp'],
    line: 'Another print all the same',
  },
  'viewer.after': {
    ...viewer,
    ...quiet,
    words: 'Print after, enlarged too',
    keys: ['PageDown'],
    line: 'Another print all the same',
  },
  'viewer.pan': {
    ...viewer,
    ...fixed,
    at: LOOKING,
    words: 'Move a large picture',
    keys: ['Shift+ArrowLeft', 'Shift+ArrowUp', 'Shift+ArrowRight', 'Shift+ArrowDown'],
  },
  zoom: { ...viewer, at: LOOKING, words: 'Fit or 100 %', keys: ['z'] },
  'zoom.in': { ...viewer, at: LOOKING, words: 'Closer', keys: ['+', '='], line: 'Closer, further' },
  'zoom.out': { ...viewer, at: LOOKING, words: 'Further', keys: ['-'], line: 'Closer, further' },
  'zoom.keep': { ...viewer, words: 'Keep the zoom', keys: ['Shift+z'] },
  full: { ...viewer, words: 'Full screen', keys: ['f'] },
  'viewer.back': { ...viewer, ...fixed, at: LOOKING, words: 'Back', keys: ['Escape'] },

  'clip.play': { ...clips, at: LOOKING, ...fixed, words: 'Play or pause', keys: [' '] },
  'clip.toggle': { ...clips, at: LOOKING, words: 'Pause or play', keys: ['k'] },
  'clip.slower': { ...clips, ...quiet, at: LOOKING, words: 'Back', keys: ['j'] },
  'clip.faster': { ...clips, ...quiet, at: LOOKING, words: 'Play, and faster', keys: ['l'] },
  'clip.before': {
    ...clips,
    ...quiet,
    at: LOOKING,
    words: 'One frame back',
    keys: [','],
    line: 'One frame',
  },
  'clip.after': {
    ...clips,
    ...quiet,
    at: LOOKING,
    words: 'One frame on',
    keys: ['.'],
    line: 'One frame',
  },
  'clip.loop': { ...clips, at: ['viewer'], words: 'Loop', keys: ['Shift+l'] },
  'clip.mute': { ...clips, at: ['viewer'], words: 'Mute', keys: ['m'] },
  'clip.keep': { ...clips, at: ['viewer'], words: 'Keep this frame', keys: ['s'] },

  'compare.side': { ...compare, ...fixed, words: 'The active side', keys: ['ArrowLeft', 'ArrowRight'] },
  'compare.swap': { ...compare, words: 'Swap', keys: ['x'] },
  'compare.slider': { ...compare, words: 'Slider; ← → a hundredth', keys: ['d'] },
  'compare.blink': { ...compare, words: 'Blink, Space for the next', keys: ['b'] },

  'jobs.move': { ...jobs, ...fixed, words: 'Move', keys: ['ArrowUp', 'ArrowDown'] },
  'jobs.open': { ...jobs, ...fixed, words: 'Into the record', keys: ['Enter'] },
  'jobs.back': { ...jobs, ...fixed, words: 'Back to the row', keys: ['Escape'] },
  'jobs.cancel': { ...jobs, words: 'Cancel', keys: ['Ctrl+.'] },

  'models.move': { ...models, ...fixed, words: 'Move', keys: ['ArrowUp', 'ArrowDown'] },
  'models.open': { ...models, ...fixed, words: 'About this model', keys: ['Enter'] },
  'step.up': { ...models, ...quiet, words: 'Step up', keys: ['Alt+ArrowUp'], line: 'Move a step of a route' },
  'step.down': {
    ...models,
    ...quiet,
    words: 'Step down',
    keys: ['Alt+ArrowDown'],
    line: 'Move a step of a route',
  },

  'spend.day': {
    ...spend,
    ...fixed,
    words: 'The day before, the day after',
    keys: ['ArrowLeft', 'ArrowRight'],
  },
  'spend.open': { ...spend, ...fixed, words: 'The jobs of that day', keys: ['Enter'] },
  'spend.table': { ...spend, words: 'Days as a table, or as bars', keys: ['t'] },

  'palette.open': { ...palette, ...fixed, words: 'Open, or do it', keys: ['Enter'] },
  'palette.load': { ...palette, ...fixed, words: 'Load into Studio', keys: ['ArrowRight'] },
  'palette.reference': { ...palette, ...quiet, words: 'Use as reference', keys: ['Alt+r'] },
} as const satisfies Record<string, KeyAction>

export type ActionId = keyof typeof ACTIONS

export const ACTION_IDS = Object.keys(ACTIONS) as ActionId[]

export function actionOf(id: ActionId): KeyAction {
  return ACTIONS[id]
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
  return actionOf(one).at.some((place) => actionOf(other).at.includes(place))
}
