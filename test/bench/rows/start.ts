import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeSandbox } from '../../sandbox/folders.ts'
import { spread } from '../pairs.ts'
import { atMost, type Row } from '../row.ts'
import { whole } from '../whole.ts'

const PROOF = 'isolated: 3 of 3 orchestras, each on its own database'

export const startRow: Row = {
  name: 'start',
  work: 'npm start on a fresh folder: engine there, 3 orchestras, 3 real PostgreSQL clusters',
  against: 'nothing',
  async measure({ rounds }) {
    const times: number[] = []
    for (let round = 0; round < rounds; round++) {
      const state = await mkdtemp(join(tmpdir(), 'bench-start-'))
      try {
        const { ms, out } = await whole('npm', ['start', '--', '--state', state])
        if (!out.includes(PROOF)) throw new Error(out)
        times.push(ms)
      } finally {
        await removeSandbox(state)
        await rm(state, { recursive: true, force: true })
      }
    }
    const alone = spread(times)
    return {
      pairs: null,
      alone,
      aims: [atMost(10, 'seconds', alone.median / 1000)],
      facts: { orchestras: 3 },
    }
  },
}
