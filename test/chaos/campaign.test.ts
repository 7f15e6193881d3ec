import { expect, test } from 'vitest'
import { start } from '../scripts/run.ts'

// Always the same part: what was merged does not turn red by itself. Longer and other ones are run by hand.
const SEED = '20261124'

test('a short campaign holds', async () => {
  const args = ['--seed', SEED, '--runs', '5', '--boundaries', '6']
  const { code, out, err } = await start('test/chaos/main.ts', args).done
  expect(code, out + err).toBe(0)
  expect(out).toMatch(/6 of \d{3,} passes and 5 schedules; \d{3,} runs, \d{2,} faults .*: 0 failed/)
}, 240_000)
