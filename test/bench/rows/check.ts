import { join } from 'node:path'
import { checkout } from '../files.ts'
import { inTurn, spread } from '../pairs.ts'
import { atLeast, atMost, type Row } from '../row.ts'
import { ROOT, type Whole, whole } from '../whole.ts'

const LOOP = join(ROOT, 'test/bench/floor/loop.js')

/** kubeconform's README: 35,139 files in 6.7 s on a laptop of 4 cores. */
const KUBECONFORM = 35_139 / 6.7 / 4

/** The check of a pull request, as its workflow runs it. */
export function check(orchestras: string): Promise<Whole> {
  return whole('tsx', ['scripts/validate-orchestras.ts', '--orchestras', orchestras])
}

export const checkRow: Row = {
  name: 'check',
  work: 'pull request check of a folder, whole process',
  against: 'a bare loop on Node that reads and parses the same files with the same YAML library',
  async measure({ files, rounds }) {
    const { orchestras, remove } = await checkout(files)
    try {
      const checks: Whole[] = []
      const loops: Whole[] = []
      const pairs = await inTurn(
        rounds,
        async () => kept(loops, await whole('node', [LOOP, orchestras])),
        async () => kept(checks, await check(orchestras)),
      )
      const peak = Math.max(...checks.map(({ peakMb }) => peakMb))
      const cpu = spread(checks.map(({ cpuMs }, round) => cpuMs / (loops[round]?.cpuMs ?? Number.NaN)))
      return {
        pairs,
        aims: [atMost(1.8, 'times the loop', pairs.ratio.median), atMost(500, 'MB at its peak', peak)],
        facts: { files, 'times its processor time': cpu.median },
      }
    } finally {
      await remove()
    }
  },
}

export const perCoreRow: Row = {
  name: 'per-core',
  work: 'pull request check, files in a second of processor time',
  against: "kubeconform's own figure for Kubernetes manifests: 35,139 files in 6.7 s on 4 cores",
  async measure({ files, rounds }) {
    const { orchestras, remove } = await checkout(files)
    try {
      const checks: Whole[] = []
      for (let round = 0; round < rounds; round++) checks.push(await check(orchestras))
      const perSecond = spread(checks.map(({ cpuMs }) => files / (cpuMs / 1000)))
      return {
        pairs: null,
        alone: spread(checks.map(({ ms }) => ms)),
        aims: [atLeast(Math.round(KUBECONFORM), 'files/s/core', Math.round(perSecond.median))],
        facts: { files, 'files/s/core, least': Math.round(perSecond.least) },
      }
    } finally {
      await remove()
    }
  },
}

function kept(all: Whole[], one: Whole): number {
  all.push(one)
  return one.ms
}
