import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { elsewhere, test, expect, expectNoFaults, expectPrints } from './served'

/** A sandbox in a process of its own, which has a ComfyUI's front too. */
test.use({ script: { rules: [] } })

const WORKFLOWS = join(import.meta.dirname, '../../crates/providers/src/comfyui/workflows')

test('a workflow file is added, rendered with, removed and taken back', async ({ studio }) => {
  const rows = (await elsewhere(studio, 'list_keys', {})) as { provider: string; base_url: string }[]
  const at = rows.find((row) => row.provider === 'wavespeed')?.base_url
  await elsewhere(studio, 'set_base_url', { provider: 'comfyui', base_url: `${at}/comfyui` })
  await studio.keyboard.press('Control+4')
  await expect(studio.getByRole('button', { name: 'Add a workflow' })).toBeVisible()
  const buffer = await readFile(join(WORKFLOWS, 'text-to-image.json'))
  const file = { name: 'Night street.json', mimeType: 'application/json', buffer }
  await studio.getByLabel('Workflow files').setInputFiles(file)
  await expect(studio.getByText('Night street is ready.')).toBeVisible()
  const pane = studio.getByRole('complementary', { name: 'This model' })
  await expect(pane).toContainText('comfyui:night-street')
  await expect(pane).toContainText('A workflow of yours.')
  await expectNoFaults(studio, 'a workflow of the user’s own')

  await pane.getByRole('button', { name: 'Use in Studio' }).click()
  await studio.getByRole('textbox', { name: 'Prompt', exact: true }).fill('rain on a street')
  // A server of one's own bills nobody, so nothing is asked.
  await expect(studio.getByRole('form', { name: 'Composer' })).toContainText('1 print × $0.00')
  await studio.keyboard.press('Control+Enter')
  await expectPrints(studio, 1)

  await studio.keyboard.press('Control+4')
  await pane.getByRole('button', { name: 'Remove' }).click()
  // Shown, and told.
  await expect(studio.getByText('Night street is gone. Its jobs and prints stay.').first()).toBeVisible()
  await expect(pane).not.toContainText('comfyui:night-street')
  await studio.getByRole('button', { name: 'Undo' }).click()
  await studio.getByLabel('Find a model by name, provider or id').fill('night street')
  await expect(pane).toContainText('comfyui:night-street')
})
