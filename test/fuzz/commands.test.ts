import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Run, script, start } from '../scripts/run.ts'
import { COMMAND, UNSEEN } from './harmless.ts'

/** As it comes out of an event, a table's name or an answer. */
const MEAN =
  'x\n::add-mask::y\n  ::error::\u001b[2J z\u202e ##[add-path]/tmp $(touch /tmp/fuzz-was-here) `id`'

/** It ended in words that no log and no terminal takes for anything else. */
function expectHarmless({ code, out, err }: Run): void {
  expect(code).toBe(2)
  for (const line of `${out}\n${err}`.split('\n')) {
    expect(line).not.toMatch(UNSEEN)
    expect(line).not.toMatch(COMMAND)
  }
  expect(err).not.toMatch(/^\s+at /m)
  expect(err.trim()).not.toBe('')
}

const ACTIONS = {
  GITHUB_ACTIONS: 'true',
  GITHUB_TOKEN: 'ghs_x',
  GITHUB_REPOSITORY: 'orkestrar/orchestras',
  GITHUB_API_URL: 'http://127.0.0.1:9',
}

describe.concurrent('what an event or a database puts in', () => {
  test('is told as progress and as an error without being a command', async () => {
    const run = await start(fileURLToPath(new URL('./noting.ts', import.meta.url)), [], {
      SAID: MEAN,
      ...ACTIONS,
    }).done
    expectHarmless(run)
    expect(run.out).toContain('add-mask')
    expect(run.err).toContain('add-mask')
  })

  test.each([
    ['the head of a pull request', 'update-locks', [], { HEAD_SHA: MEAN }],
    ['the verb of a move', 'move-orchestra', ['--', MEAN, MEAN], {}],
  ])('%s is refused', async (_, name, args, env) => {
    expectHarmless(await script(name, args, { ...ACTIONS, ...env }))
  })
})
