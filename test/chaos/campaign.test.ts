import { expect, test } from 'vitest'
import { start } from '../scripts/run.ts'

// Another part of the campaigns each day, the same all day long; what fails says how it is repeated.
const DAY = Math.floor(Date.now() / 86_400_000)

test('a short campaign holds', async () => {
  const args = ['--seed', `${DAY}`, '--runs', '5', '--boundaries', '6']
  const { code, out, err } = await start('test/chaos/main.ts', args).done
  expect(code, out + err).toBe(0)
  expect(out).toMatch(/6 of \d{3,} passes and 5 schedules; \d{3,} runs, \d{2,} faults .*: 0 failed/)
}, 240_000)
