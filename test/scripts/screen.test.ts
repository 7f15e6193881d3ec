import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { catalogues } from '../../infra/report/language/index.ts'
import { tellSeen } from '../../scripts/common/outcome.ts'
import { screenOf } from '../../scripts/common/screen.ts'
import { openFolders, plainEnv } from '../support.ts'

const TERMINAL = { isTTY: true, columns: 80 }
const FILE = {}

describe('colours', () => {
  test.each([
    ['on a terminal', TERMINAL, {}, true],
    ['not in a file', FILE, {}, false],
    ['not where NO_COLOR says anything', TERMINAL, { NO_COLOR: '0' }, false],
    ['where NO_COLOR is empty', TERMINAL, { NO_COLOR: '' }, true],
    ['not on a terminal that knows none', TERMINAL, { TERM: 'dumb' }, false],
    ['in a file where FORCE_COLOR asks', FILE, { FORCE_COLOR: '1' }, true],
    ['not where FORCE_COLOR is 0', TERMINAL, { FORCE_COLOR: '0' }, false],
    ['not where FORCE_COLOR is false', TERMINAL, { FORCE_COLOR: 'false' }, false],
    ['as ever where FORCE_COLOR is empty', FILE, { FORCE_COLOR: '' }, false],
    ['not where both are set', TERMINAL, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ])('%s', (_, stream, env, colour) => {
    expect(screenOf(stream, env).colour).toBe(colour)
  })
})

test('the width is the terminal’s, else one that fits a log', () => {
  expect(screenOf(TERMINAL, {}).width).toBe(80)
  expect(screenOf(FILE, {}).width).toBe(120)
  expect(screenOf({ isTTY: true, columns: 0 }, {}).width).toBe(120)
})

/** A real terminal of a given width, which `script` of util-linux makes; other systems have another `script`. */
test.runIf(process.platform === 'linux')('on a real terminal no line is longer than it is wide', async () => {
  const folders = await openFolders({
    alto: 'name: Alto\nregion: us-east-1\nref: short\ncontact: alto@gmail.com\n',
  })
  const tsx = resolve('node_modules/.bin/tsx')
  const command = `stty cols 60; '${tsx}' scripts/validate-orchestras.ts --orchestras ${folders.orchestras}`
  try {
    const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
      env: plainEnv(),
    }).catch((failed: { stdout: string }) => failed)
    const lines = stdout.split(/\r?\n/)
    expect(stdout).toContain('region-not-allowed')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60)
    expect(lines.filter((line) => line.length > 40).length).toBeGreaterThan(3)
  } finally {
    await folders.remove()
  }
})

test('a long sweep says how far it has come, a short one does not', () => {
  const progressOf = (orchestras: number) => {
    const said: string[] = []
    const seen = tellSeen({ say: catalogues.en, note: (text) => said.push(text) })
    for (let done = 1; done <= orchestras; done++) seen(done, orchestras)
    return said
  }
  expect(progressOf(49)).toEqual([])
  expect(progressOf(120)).toEqual(['  50 of 120 looked at', '  100 of 120 looked at'])
})
