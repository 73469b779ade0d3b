import { expect, test } from 'vitest'
import { fileName, fileUri } from '../src/lib/fileuri'

test.each([
  ['/media/disk/a 1 ü#?.png', 'file:///media/disk/a%201%20%C3%BC%23%3F.png', 'a 1 ü#?.png'],
  ['D:\\Pictures\\b%.png', 'file:///D:/Pictures/b%25.png', 'b%.png'],
  ['\\\\nas\\share\\c.png', 'file:////nas/share/c.png', 'c.png'],
])('%s is %s', (path, uri, name) => {
  expect([fileUri(path), fileName(path)]).toEqual([uri, name])
})
