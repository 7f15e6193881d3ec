import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { checkout, copyOf } from '../files.ts'
import { inTurn } from '../pairs.ts'
import { atMost, type Row, type Sizes } from '../row.ts'
import { whole } from '../whole.ts'

/** One file was changed against the base; `words`: the command that looks at it. */
async function measure(script: string, { few, many, rounds }: Sizes) {
  const prepared = await Promise.all([few, many].map(prepare))
  const [small, large] = prepared
  if (!small || !large) throw new TypeError('two checkouts')
  const time = async ({ root, base }: typeof small) => {
    const words = ['--orchestras', join(root, 'orchestras'), '--base', base, '--state', join(root, 'state')]
    return (await whole('tsx', [script, ...words])).ms
  }
  try {
    const pairs = await inTurn(
      rounds,
      () => time(small),
      () => time(large),
    )
    return {
      pairs,
      aims: [atMost(2, `times that of one in ${few}`, pairs.ratio.median)],
      facts: { files: many },
    }
  } finally {
    for (const { root, base } of prepared)
      for (const folder of [root, base]) await rm(folder, { recursive: true, force: true })
  }
}

async function prepare(count: number) {
  const one = await checkout(count)
  const base = await copyOf(one)
  await one.write(count - 1, 'small')
  return { root: one.root, base }
}

export const checkOneRow: Row = {
  name: 'check-one',
  work: 'pull request check when one file of many changed, whole process',
  against: 'the same when one file of few changed',
  measure: (sizes) => measure('scripts/validate-orchestras.ts', sizes),
}

export const previewOneRow: Row = {
  name: 'preview-one',
  work: 'preview when one file of many changed, whole process',
  against: 'the same when one file of few changed',
  measure: (sizes) => measure('scripts/preview.ts', sizes),
}
