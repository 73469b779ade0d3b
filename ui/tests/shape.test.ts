import { expect, test } from 'vitest'
import { boxOf, nearestRatio, parseRatio, parseSize, sizeFor } from '../src/lib/shape'

const limits = { min: 256, max: 2048, separator: '*', options: [] }

test('sizes are read in every spelling', () => {
  expect(['1024*768', '1024x768', '1024 × 768'].map(parseSize)).toEqual(
    Array(3).fill({ width: 1024, height: 768 }),
  )
  expect([parseSize('16:9'), parseSize(7)]).toEqual([null, null])
})

test('ratios are read from ratios, sizes and names', () => {
  expect(['16:9', '1024*512', 'landscape_16_9', 'square_hd', 'auto'].map(parseRatio)).toEqual([
    16 / 9,
    2,
    16 / 9,
    1,
    null,
  ])
})

test('a ratio becomes pixels inside the limits', () => {
  expect(sizeFor(limits, 1, null)).toBe('1024*1024')
  expect(sizeFor(limits, 16 / 9, '2048*2048')).toBe('2048*1152')
  expect(sizeFor(limits, 16 / 9, '256*256')).toBe('448*256')
  expect(sizeFor({ ...limits, options: ['1536*1024'] }, 3 / 2, null)).toBe('1536*1024')
})

test('the nearest ratio is near', () => {
  expect(nearestRatio(['1:1', '16:9'], '1920*1080')).toBe('16:9')
  expect(nearestRatio(['1:1', '16:9'], '1000*800')).toBe(undefined)
})

test('a drawn shape keeps its ratio', () => {
  expect([boxOf(16 / 9), boxOf(1), boxOf(9 / 16)]).toEqual([
    { width: 26, height: 15 },
    { width: 19, height: 19 },
    { width: 15, height: 26 },
  ])
})
