import type { Evidence, World } from '../../../infra/isolation/evidence.ts'
import { healthyWorld } from '../../../infra/isolation/healthy.ts'
import { judge } from '../../../infra/isolation/judge.ts'
import { nameOf } from '../../fleet/projects.ts'
import { computed, inTurn, type Pairs } from '../pairs.ts'
import { atMost, type Row } from '../row.ts'

export const judgingRow: Row = {
  name: 'judging',
  work: 'judging the evidence of a fleet, processor time',
  against: 'JSON.parse of that evidence',
  async measure({ evidence, rounds }) {
    const all: Pairs[] = []
    for (const count of evidence) all.push(await measure(count, 2 * rounds))
    const last = all.at(-1)
    if (!last) throw new TypeError('no sizes')
    const each = evidence.map((count, index) => [count, (all[index]?.mine.median ?? 0) / count] as const)
    const [few, many] = [each.reduce(lesser), each.reduce((a, b) => (lesser(a, b) === a ? b : a))]
    // n log n: for each orchestra the time grows as the logarithm, and no more
    const growth = many[1] / few[1] / (Math.log(many[0]) / Math.log(few[0]))
    return {
      pairs: last,
      aims: [
        atMost(1, 'times reading it', last.ratio.median),
        atMost(1.5, `times n log n, from ${few[0]} to ${many[0]}`, growth),
      ],
      facts: Object.fromEntries(each.map(([count, ms]) => [`µs each of ${count}`, ms * 1000])),
    }
  },
}

async function measure(count: number, rounds: number): Promise<Pairs> {
  const text = JSON.stringify(evidenceOf(count))
  // as it comes from a file: strings and numbers of its own for each orchestra
  const world: World = { ...healthyWorld(), orchestras: JSON.parse(text) }
  if (judge(world).verdict !== 'isolated') throw new Error('a healthy fleet is not isolated')
  return inTurn(
    rounds,
    async () => computed(() => JSON.parse(text)),
    async () => computed(() => judge(world)),
  )
}

/** A healthy fleet as a sweep sees it. */
function evidenceOf(count: number): readonly Evidence[] {
  const [pattern] = healthyWorld().orchestras
  if (pattern?.inside.kind !== 'read') throw new TypeError('no pattern')
  const { inside } = pattern
  return Array.from({ length: count }, (_, index): Evidence => {
    const { slug, ref } = nameOf(index)
    return {
      ...pattern,
      ...{ slug, ref, name: `Orkester nummer ${index}` },
      declared: { ...pattern.declared, ref },
      recorded: { kind: 'recorded', ref, finished: true },
      live: { kind: 'live', ref, name: slug, region: 'eu-north-1', status: 'ACTIVE_HEALTHY', namesake: null },
      inside: {
        ...inside,
        identity: { ...inside.identity, startedAt: `${1_700_000_000 + index}.000001` },
        plates: { rows: [{ slug, ref, valid: true }], excess: false },
      },
      trust: {
        kind: 'read',
        keys: [
          Buffer.from(ref + ref)
            .toString('base64url')
            .slice(0, 43),
        ],
        issuers: [],
      },
    }
  })
}

function lesser(a: readonly [number, number], b: readonly [number, number]) {
  return a[0] <= b[0] ? a : b
}
