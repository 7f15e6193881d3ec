import { afterAll, beforeAll, expect, test } from 'vitest'
import { shardOf } from '../../infra/isolation/shards/part.ts'
import { refOf } from '../support.ts'
import { openRoom } from './room.ts'
import { findTool } from './tools.ts'

const SLOW = 240_000
const [ALTO, BASSO] = [refOf('a'), refOf('b')]
/** As many machines as give the two one each. */
const SHARDS = [2, 3, 4, 5].find((of) => shardOf('alto', of) !== shardOf('basso', of)) ?? 0
const PARTS = Array.from({ length: SHARDS }, (_, index) => `evidence-${index + 1}`)

type Room = Awaited<ReturnType<typeof openRoom>>
const opened: { missing?: string; room?: Room } = {}
beforeAll(async () => {
  const found = await findTool('act')
  if (found.kind === 'missing') {
    opened.missing = found.why
    return
  }
  const room = await openRoom(found.program, {
    alto: `name: Alto\nref: ${ALTO}\n`,
    basso: `name: Basso\nref: ${BASSO}\n`,
  })
  opened.room = room
  await room.commit({ '.github/orchestras.yml': JSON.stringify({ ...room.settings, shards: SHARDS }) })
  room.repository.variables = { WATCH_IN_PARTS: 'true' }
}, 600_000)
afterAll(() => opened.room?.close())

test('watch.yml in parts: isolated, then a sharing between two parts, then a part that brought nothing', {
  timeout: 4 * SLOW,
}, async ({ skip }) => {
  if (opened.missing !== undefined) skip(opened.missing)
  const { room } = opened
  if (!room) throw new Error('no room')
  const { run, scene, repository, control } = room
  const provisioned = await run('provision', 'push')
  expect(provisioned.jobs, provisioned.log).toEqual({ provision: 'success', watch: 'success' })

  const well = await run('watch', 'schedule')
  expect(well.jobs, well.log).toEqual({ plan: 'success', gather: 'success', watch: 'success' })
  expect(well.kept.toSorted()).toEqual([...PARTS, 'page', 'report'])
  expect(well.log).toContain('isolated: 2 of 2 orchestras, each on its own database')
  expect(await scene.issues('all')).toEqual([])

  await control('share', { ref: BASSO, with: ALTO })
  const shared = await run('watch', 'schedule')
  expect(shared.jobs, shared.log).toEqual({ plan: 'success', gather: 'success', watch: 'failure' })
  expect((await scene.issues('open')).map(({ title }) => title)).toEqual([expect.stringContaining('alto')])

  await control('share', { ref: BASSO, with: BASSO })
  repository.refused = [PARTS[0] ?? '']
  try {
    const lacking = await run('watch', 'schedule')
    expect(lacking.jobs.watch, lacking.log).toBe('failure')
    expect(lacking.kept.toSorted()).toEqual([...PARTS.slice(1), 'page', 'report'])
    expect(lacking.log).toContain(`Del 1/${SHARDS} av underlaget går inte att använda: den saknas.`)
    expect(lacking.log).not.toContain('isolated:')
  } finally {
    repository.refused = []
  }
})
