// Japanese. One file for each room that says something; what several rooms say stands in common.json, and what
// comes with data (names of fields) in fields.json.
import again from './again.json'
import common from './common.json'
import compare from './compare.json'
import exporting from './export.json'
import fields from './fields.json'
import firstRun from './first-run.json'
import gallery from './gallery.json'
import grid from './grid.json'
import jobs from './jobs.json'
import keeping from './keeping.json'
import kit from './kit.json'
import lib from './lib.json'
import models from './models.json'
import palette from './palette.json'
import prices from './prices.json'
import settings from './settings.json'
import shell from './shell.json'
import spend from './spend.json'
import state from './state.json'
import studio from './studio.json'
import viewer from './viewer.json'

export default {
  ...again,
  ...common,
  ...compare,
  ...exporting,
  ...fields,
  ...firstRun,
  ...gallery,
  ...grid,
  ...jobs,
  ...keeping,
  ...kit,
  ...lib,
  ...models,
  ...palette,
  ...prices,
  ...settings,
  ...shell,
  ...spend,
  ...state,
  ...studio,
  ...viewer,
}
