import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'

// The rooms of the window and what each may import (ARCHITECTURE.md holds the table).
const features = [
  'again',
  'compare',
  'export',
  'studio',
  'gallery',
  'viewer',
  'jobs',
  'models',
  'prices',
  'settings',
  'first-run',
  'palette',
  'grid',
  'spend',
]
const shell = { regex: '^@tauri-apps/', message: 'Only bridge/tauri.ts may know the desktop shell.' }
const room = (files, patterns, ignores = []) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
})

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/bridge/generated', 'src/generated'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  { files: ['*.config.{js,ts}', 'tests/**'], languageOptions: { globals: { ...globals.node } } },
  {
    rules: {
      'no-undef': 'off',
      'no-console': 'error',
      // Sets and maps here are private working memory, or are replaced whole.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  { files: ['src/**/*.{ts,svelte}'], rules: { 'no-restricted-imports': ['error', { patterns: [shell] }] } },
  room(
    ['src/kit/**', 'src/lib/**', 'src/bridge/**'],
    [shell, { regex: '^\\.\\./(?!words($|/))', message: 'This room imports nothing of ours but words.' }],
    ['src/bridge/tauri.ts'],
  ),
  room(['src/bridge/tauri.ts'], [{ regex: '^\\.\\./', message: 'This room imports nothing of ours.' }]),
  room(['src/words/**'], [shell, { regex: '^\\.\\./', message: 'Words import nothing of ours.' }]),
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.name="t"]:not(:function *, PropertyDefinition *)',
          message:
            'The language is not known yet when a module is read: mark words with msg, and say them later.',
        },
      ],
    },
  },
  room(
    ['src/state/**'],
    [shell, { regex: '/(features|kit)/', message: 'State imports bridge, lib and words only.' }],
  ),
  ...features.map((name) =>
    room(
      [`src/features/${name}/**`],
      [
        shell,
        {
          regex: `(^|/)(${features.filter((other) => other !== name).join('|')})/`,
          message: 'Features never import each other; App composes them.',
        },
        { regex: '/bridge/(?!generated)', message: 'Features reach the core through state.' },
      ],
    ),
  ),
)
