import { test, expect, elsewhere } from './served'

// What a drawing may try where something draws it.
const TELLS = "try{top.document.title='it ran'}catch{}fetch('/it-ran')"
const DRAWING =
  `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" onload="${TELLS}"><script>${TELLS}</script>` +
  `<image href="x" onerror="${TELLS}"/><foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x" ` +
  `onerror="${TELLS}"/></body></foreignObject></svg>`

test.use({
  script: { base_price: 0.04, balance: 10, rules: [{ on: 'download', answer: { status: 200, body: DRAWING } }] },
})

interface Row {
  id: string
  media_type: string
  path: string
}

test('a drawing that a service sends is kept, named and never drawn', async ({ studio, context }) => {
  const asked: string[] = []
  context.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await elsewhere(studio, 'submit_job', {
    endpoint: 'wavespeed:sandbox/stills',
    inputs: { prompt: 'a lamp in lines' },
  })
  const feed = studio.locator('[role=feed] [data-print]')
  await expect(feed).toContainText('SVG drawing')

  const [print] = (await elsewhere(studio, 'view_rows', { seqs: [1] })) as Row[]
  expect(print!.media_type).toBe('image/svg+xml')
  expect(print!.path).toMatch(/\.svg$/)

  await studio.keyboard.press('Control+2')
  const cell = studio.locator('[role=gridcell][data-print]')
  await expect(cell).toContainText('SVG drawing')
  await expect(cell).toContainText(print!.path.split('/').at(-1)!)
  await expect(cell.locator('img')).toHaveCount(0)
  await cell.focus()
  await studio.keyboard.press('Enter')
  const viewer = studio.getByRole('region', { name: 'Viewer' })
  await expect(viewer).toContainText('Rushes keeps this file but does not draw it.')
  await expect(viewer.getByRole('button', { name: 'Use as reference' })).toHaveCount(0)

  // Whoever opens its address is given a file and no page.
  const { media_base } = (await elsewhere(studio, 'app_state', {})) as { media_base: string }
  const address = new URL(`${media_base}${print!.id}/original`, studio.url()).href
  const answer = await context.request.get(address)
  expect(answer.headers()).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
  })
  expect(await answer.text()).toBe(DRAWING)
  const tab = await context.newPage()
  const download = tab.waitForEvent('download')
  await tab.goto(address).catch(() => undefined)
  await download
  await tab.close()

  expect(asked).not.toContain('/it-ran')
  expect(await studio.title()).not.toContain('it ran')
})
