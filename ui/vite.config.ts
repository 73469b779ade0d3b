import { svelte } from '@sveltejs/vite-plugin-svelte'
import { svelteTesting } from '@testing-library/svelte/vite'
import { defineConfig } from 'vitest/config'

/**
 * Sizes of words and the height of their lines follow the user's choice (`--text`), wherever they are given in
 * pixels: the choice is a factor, so that no component has to know of it.
 */
const textSize = {
  postcssPlugin: 'text-size',
  Once(root: { walkDecls: (each: (decl: { prop: string; value: string }) => void) => void }) {
    root.walkDecls((decl) => {
      // Styles of components pass here twice.
      if (decl.value.includes('var(--text)') || !/^(font|font-size|line-height|--t-[a-z]+)$/.test(decl.prop))
        return
      decl.value = decl.value.replace(/(\d*\.?\d+)px/g, 'calc($1px * var(--text))')
    })
  },
}

export default defineConfig({
  // Pages are served under a secret path, so every address is relative.
  base: './',
  plugins: [svelte(), svelteTesting()],
  css: { postcss: { plugins: [textSize] } },
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  build: { target: 'es2022', sourcemap: false, chunkSizeWarningLimit: 900 },
  test: { environment: 'jsdom', include: ['tests/**/*.test.ts'], testTimeout: 20_000 },
})
