import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../sandbox/support.ts'
import { Stage, writes } from '../support.ts'
import { A, B, contents, DISCRIMINATED, FILES, namesOf, refusal, step, targetOf } from './move-stage.ts'
import { basso, sharedDatabase } from './shared-database.ts'

const MINUTES = 60_000

let stage: Stage
let before: Awaited<ReturnType<typeof contents>>

// the same database as in move.test.ts, with fewer rows: what is asked here is asked again and again
beforeAll(async () => {
  stage = await Stage.open(FILES, DISCRIMINATED)
  await stage.plate()
  await stage.sql(A, sharedDatabase(4_000))
  await stage.control('share', { ref: B, with: A })
  before = await contents(stage, A)
  await step(stage, 'create')
  await step(stage, 'copy')
}, 3 * MINUTES)
afterAll(() => stage.close())

describe('before it is complete', () => {
  test(
    'a dry run of each step only reads',
    async () => {
      for (const verb of ['create', 'copy', 'verify', 'switch'] as const) {
        const { made } = await stage.during(() => step(stage, verb, { dryRun: true }))
        expect([verb, writes(made)]).toEqual([verb, []])
      }
    },
    MINUTES,
  )

  test(
    'two copies at once, and answers that are lost, make no row twice',
    async () => {
      const target = await targetOf(stage)
      const path = `/v1/projects/${target}/database/query`
      await stage.sql(target, 'update control.move_part set position = null, done = false, sum = null')
      await stage.fault({ method: 'POST', path, delayMs: 1, times: 4 })
      await stage.fault({ method: 'POST', path, drop: 'after', times: 2 })
      const ended = await Promise.all([refusal(step(stage, 'copy')), refusal(step(stage, 'copy'))])
      await stage.clearFaults()
      expect(ended.flat()).not.toContain('source-changing')
      await step(stage, 'copy')
      expect((await contents(stage, target)).tables).toEqual((await contents(stage, A, basso)).tables)
    },
    2 * MINUTES,
  )

  test(
    'a batch that was written already is not written again',
    async () => {
      const target = await targetOf(stage)
      const reset = 'update control.move_part set position = null, done = false where name = $1'
      await stage.api.query(target, reset, ['archive.audit'])
      const batch = {
        part: 'archive.audit',
        from: null,
        to: '(0,1)',
        done: false,
        rows: [['basso', 'x', null]],
      }
      const put = (more: object = {}) =>
        stage.api.query(target, 'select control.move_put($1::json)', [
          JSON.stringify([{ ...batch, ...more }]),
        ])
      const count = () => stage.sql(target, 'select count(*)::int as n from archive.audit')
      await put()
      await expect(put()).rejects.toThrow(/55000/)
      await put({ from: '(0,1)', to: '(0,2)' })
      await expect(put({ from: '(0,1)', to: '(0,3)' })).rejects.toThrow(/55000/)
      expect(await count()).toEqual([{ n: 2 }])
      await step(stage, 'copy')
      expect(await count()).toEqual([
        { n: (await stage.sql(A, "select from archive.audit where orchestra = 'basso'")).length },
      ])
    },
    MINUTES,
  )

  test(
    'a change in the source is seen, and copied again',
    async () => {
      await stage.sql(
        A,
        "update public.concerts set title = title || '!' where orchestra = 'basso' and id < 100",
      )
      const seen = await step(stage, 'verify')
      if (seen.verb !== 'verify') throw new Error('another verb')
      expect(seen.equal).toBe(false)
      expect(seen.lines.filter(({ changed }) => changed).map(({ name }) => name)).toEqual(['public.concerts'])
      expect(await refusal(step(stage, 'switch'))).toEqual(['differs', 'public.concerts: 200 / 200'])
      await step(stage, 'copy')
      expect(await step(stage, 'verify')).toMatchObject({ equal: true, faults: [] })
    },
    2 * MINUTES,
  )

  test(
    'a change in the copy is seen, whatever it is',
    async () => {
      const target = await targetOf(stage)
      for (const [change, undo, kind] of [
        [
          'update public.part_07 set amount = 1 where id = 3',
          'update public.part_07 set amount = 3.25 where id = 3',
          'public.part_07',
        ],
        [
          "select setval('public.concerts_id_seq', 1)",
          "select setval('public.concerts_id_seq', 600)",
          'sequence',
        ],
        [
          "select lo_put((select file from public.scores where id = 100), 0, 'x')",
          "select lo_put((select file from public.scores where id = 100), 0, decode(substr(md5('1'), 1, 2), 'hex'))",
          'large objects',
        ],
        [
          "insert into archive.audit (orchestra) values ('alto')",
          'delete from archive.audit where what is null',
          'foreign-rows',
        ],
        [
          'alter table public.projects add column more int',
          'alter table public.projects drop column more',
          'schema',
        ],
      ] as const) {
        await stage.sql(target, `set session_replication_role = replica; ${change}`)
        const seen = await step(stage, 'verify')
        if (seen.verb !== 'verify') throw new Error('another verb')
        const wrong = [
          ...seen.lines.filter(({ equal }) => !equal).map(({ name }) => name),
          ...seen.faults.map(({ kind }) => kind),
        ]
        expect([seen.equal, wrong.includes(kind)], kind).toEqual([false, true])
        await stage.sql(target, `set session_replication_role = replica; ${undo}`)
      }
      expect(await step(stage, 'verify')).toMatchObject({ equal: true })
    },
    3 * MINUTES,
  )

  test(
    'what was written to the new database since the switch is not left behind silently',
    async () => {
      await step(stage, 'switch')
      const target = await targetOf(stage)
      await stage.sql(target, "insert into public.concerts (orchestra, title) values ('basso', 'New')")
      expect(await refusal(step(stage, 'reverse'))).toEqual(['written-since', 'public.concerts'])
      expect((await namesOf(stage))[target]).toBe('basso')
      expect(await step(stage, 'reverse', { discard: true })).toMatchObject({ written: ['public.concerts'] })
      expect((await namesOf(stage))[target]).toBe('basso-move')
      await step(stage, 'copy')
      expect(await step(stage, 'verify')).toMatchObject({ equal: true })
    },
    3 * MINUTES,
  )
})

describe('at the end', () => {
  test(
    'nothing is deleted before the orchestra is proven in its new database',
    async () => {
      const switched = await step(stage, 'switch')
      if (switched.verb !== 'switch' || switched.file === null) throw new Error('no file')
      expect(await refusal(step(stage, 'complete'))).toEqual(['not-proven', B])
      await stage.folders.write('basso', switched.file.text)
      const { result, made } = await stage.during(() => step(stage, 'complete', { dryRun: true }))
      expect(writes(made)).toEqual([])
      expect(result).toMatchObject({ verb: 'complete', left: B })
    },
    MINUTES,
  )

  test(
    'a row that was written to the old database since is not deleted',
    async () => {
      await stage.sql(A, "insert into public.concerts (orchestra, title) values ('basso', 'Late')")
      expect(await refusal(step(stage, 'complete'))).toEqual(['source-changed', 'public.concerts'])
      await stage.sql(A, "delete from public.concerts where title = 'Late'")
    },
    MINUTES,
  )

  test(
    'nor is anything when it is written a moment before the deletion',
    async () => {
      const path = `/v1/projects/${B}/database/query`
      // the first call as `postgres` reads large objects, the second deletes
      await stage.fault({ method: 'POST', path, delayMs: 1, times: 1 })
      await stage.fault({ method: 'POST', path, delayMs: 4_000, times: 1 })
      const calls = async () => (await stage.log()).filter((call) => call.path === path).length
      const began = await calls()
      const ending = refusal(step(stage, 'complete'))
      await until('the deletion is sent', async () => (await calls()) - began === 2)
      await stage.sql(A, "insert into public.concerts (orchestra, title) values ('basso', 'Late')")
      expect((await ending)[0]).toBe('api-refused')
      await stage.sql(A, "delete from public.concerts where title = 'Late'")
      expect(await refusal(step(stage, 'complete', { dryRun: true }))).toEqual(['done'])
    },
    MINUTES,
  )

  test(
    'exactly the moved rows are deleted from the shared database',
    async () => {
      const others = (table: string, columns: readonly string[]) =>
        ['public.instruments', 'supabase_migrations.schema_migrations', 'auth.identities'].includes(table) ||
        ['auth.users', 'public.profiles'].includes(table)
          ? 'true'
          : `(${basso(table, columns)}) is not true`
      const kept = await contents(stage, A, others)
      // the answer to the deletion is lost: the next run sees that it was done
      const path = `/v1/projects/${B}/database/query`
      await stage.fault({ method: 'POST', path, delayMs: 1, times: 1 })
      await stage.fault({ method: 'POST', path, drop: 'after', times: 1 })
      expect((await refusal(step(stage, 'complete')))[0]).toBe('api-unreachable')
      await stage.clearFaults()
      expect(await step(stage, 'complete')).toEqual({ verb: 'complete', deleted: [], left: B })
      const after = await contents(stage, A)
      const { 'auth.users': users, 'public.profiles': profiles, ...rest } = after.tables
      const { 'auth.users': had, 'public.profiles': hadProfiles, ...keptRest } = kept.tables
      expect(rest).toEqual(keptRest)
      // twenty of Basso's own accounts are gone; the one that plays in both orchestras stays
      expect([users, profiles].map((text) => text?.split(' ')[0])).toEqual(['20', '20'])
      expect([had, hadProfiles].map((text) => text?.split(' ')[0])).toEqual(['40', '40'])
      expect(after.schema).toEqual(before.schema)
      expect(after.large).toHaveLength(before.large.length - 5)
      expect(await refusal(step(stage, 'copy'))).toEqual(['completed'])
    },
    2 * MINUTES,
  )
})
