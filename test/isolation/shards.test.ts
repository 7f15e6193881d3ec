import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { prove } from '../../infra/isolation/proof.ts'
import { readShard, type Shard, writeShard } from '../../infra/isolation/shards/file.ts'
import { gather } from '../../infra/isolation/shards/gather.ts'
import { type Expected, mergeShards, type ShardFile } from '../../infra/isolation/shards/merge.ts'
import { readPart, shardOf } from '../../infra/isolation/shards/part.ts'
import { readShardFiles } from '../../infra/isolation/shards/read.ts'
import { sweepId } from '../../infra/isolation/shards/sweep-id.ts'
import { until } from '../sandbox/support.ts'
import { concerned, graveCodes, refOf, Stage } from '../support.ts'

const [A, B, C] = [refOf('a'), refOf('b'), refOf('c')]
const FILES = {
  alto: `name: Alto\nref: ${A}\n`,
  basso: `name: Basso\nref: ${B}\n`,
  canto: `name: Canto\nref: ${C}\n`,
}
/** As many parts as give each a part of its own. */
const OF = [...Array(40).keys()].find(
  (of) => of > 2 && new Set(Object.keys(FILES).map((slug) => shardOf(slug, of))).size === 3,
) as number
const QUERY = (ref: string) => ({ method: 'POST', path: `/v1/projects/${ref}/database/query/read-only` })

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open(FILES)
  await stage.plate()
})
afterEach(() => stage.clearFaults())
afterAll(() => stage.close())

const fileOf = (shard: Shard): ShardFile => ({ name: `${shard.shard}.json`, text: writeShard(shard) })

async function gatherAll(of = OF, deep = false): Promise<Shard[]> {
  const shards: Shard[] = []
  for (let shard = 1; shard <= of; shard++)
    shards.push(await gather(await stage.means(), { shard, of }, { deep }))
  return shards
}

async function expected(change: Partial<Expected> = {}, deep = false): Promise<Expected> {
  const registry = await stage.registry()
  return {
    sweep: sweepId(registry, stage.api.target, stage.env, deep),
    shards: OF,
    declared: registry.orchestras.map(({ slug }) => slug),
    now: new Date(),
    ...change,
  }
}

async function judged(files: readonly ShardFile[], deep = false, change: Partial<Expected> = {}) {
  const gathered = mergeShards(files, await expected(change, deep))
  const { world, judgement, at } = await prove(await stage.means(), 'between', { gathered, deep })
  return { world, ...judgement, at }
}

/** What is told of the parts: which, and what is wrong with it. */
function told({ findings }: Awaited<ReturnType<typeof judged>>): readonly string[] {
  return findings.flatMap((one) =>
    one.code === 'unusable-evidence' ? [`${one.values.shard ?? one.values.file}: ${one.values.why}`] : [],
  )
}

describe('a part', () => {
  test.each([
    ['1/1', { shard: 1, of: 1 }],
    ['3/8', { shard: 3, of: 8 }],
    ['256/256', { shard: 256, of: 256 }],
  ])('is named %s', (text, part) => expect(readPart(text)).toEqual(part))

  test.each(['', '3', '0/8', '9/8', '1/0', '1/257', '-1/8', '1/8/9', ' 1/8', '01/8', '1.5/8', 'a/b'])(
    'is not named "%s"',
    (text) => expect(readPart(text)).toBeNull(),
  )

  test('has each orchestra in one of them, whatever others there are, and about as many as the rest', () => {
    for (const of of [1, 2, 3, 7, 256]) {
      const sizes = new Map<number, number>()
      for (let index = 0; index < 4_000; index++) {
        const shard = shardOf(`orkester-${index}`, of)
        expect(shard >= 1 && shard <= of && Number.isInteger(shard)).toBe(true)
        sizes.set(shard, (sizes.get(shard) ?? 0) + 1)
      }
      expect(sizes.size).toBe(of)
      expect(Math.max(...sizes.values())).toBeLessThan((4_000 / of) * 1.1 + 20)
    }
    expect([shardOf('malmo', 8), shardOf('sco', 8)]).toEqual([5, 4])
  })
})

describe('a healthy fleet in parts', () => {
  test('is isolated: each database is asked once, the list once, and by the merge', async () => {
    const { result: shards, made } = await stage.during(() => gatherAll())
    expect(made.map(({ path }) => path).filter((path) => path.endsWith('/projects'))).toEqual([])
    expect(made.filter(({ path }) => path.endsWith('read-only'))).toHaveLength(3)
    const { result, made: merged } = await stage.during(() => judged(shards.map(fileOf)))
    expect([result.verdict, result.proven, graveCodes(result)]).toEqual([
      'isolated',
      ['alto', 'basso', 'canto'],
      [],
    ])
    // the servers have just started, so which one answers is asked again, of all of one lineage
    expect(merged.filter(({ path }) => path.endsWith('jwks.json'))).toEqual([])
    expect(merged.filter(({ path }) => path.endsWith('/organizations/orkestrar/projects'))).toHaveLength(1)
    expect(merged.filter(({ path }) => path.endsWith('read-only'))).toHaveLength(3)
    expect(result.at).toEqual(new Date(Math.min(...shards.map(({ begunAt }) => Date.parse(begunAt)))))
    expect(result.world.orchestras.map(({ inside }) => inside.kind === 'read' && inside.counts)).toEqual(
      Array(3).fill({ musicians: expect.any(Number), projects: expect.any(Number) }),
    )
  })

  test('of servers that were there before is not asked again at all', async () => {
    const shards = (await gatherAll()).map((shard) => ({
      ...shard,
      looks: shard.looks.map((look) =>
        look.inside.kind === 'read'
          ? {
              ...look,
              inside: { ...look.inside, identity: { ...look.inside.identity, upSeconds: 86_400 } },
            }
          : look,
      ),
    }))
    const { result, made } = await stage.during(() => judged(shards.map(fileOf)))
    expect(result.verdict).toBe('isolated')
    expect(made.map(({ path }) => path)).toEqual(['/v1/organizations/orkestrar/projects'])
  })

  test('with deep is challenged across the parts, and asked for issuers by them', async () => {
    const { result: shards, made } = await stage.during(() => gatherAll(OF, true))
    expect(made.filter(({ path }) => path.endsWith('third-party-auth'))).toHaveLength(3)
    const look = await judged(shards.map(fileOf), true)
    expect(look.verdict).toBe('isolated')
    expect(look.world.orchestras.map(({ challenge }) => challenge)).toEqual(
      Array(3).fill({ seenThrough: [], unasked: [] }),
    )
  }, 30_000)

  test('is proven also where nobody wrote down a ref: the merge finds it by name and looks itself', async () => {
    await stage.api.renameProject(C, 'canto')
    await stage.folders.write('canto', 'name: Canto\n')
    try {
      const { result: shards, made } = await stage.during(() => gatherAll())
      expect(made.filter(({ path }) => path.endsWith('read-only'))).toHaveLength(2)
      const look = await judged(shards.map(fileOf))
      expect([look.verdict, look.proven]).toEqual(['isolated', ['alto', 'basso', 'canto']])
    } finally {
      await stage.folders.write('canto', FILES.canto)
    }
  })

  test('does not take an answer of another ref for its own: it asks the right one', async () => {
    const shards = (await gatherAll()).map((shard) => ({
      ...shard,
      looks: shard.looks.map((look) => (look.slug === 'canto' ? { ...look, ref: refOf('z') } : look)),
    }))
    const { result, made } = await stage.during(() => judged(shards.map(fileOf)))
    expect(result.verdict).toBe('isolated')
    expect(made.map(({ path }) => path)).toContain(`/projects/${C}/auth/v1/.well-known/jwks.json`)
  })
})

describe('two orchestras of two parts', () => {
  test('on one server are a breach, proven by the challenge of the merge', async () => {
    await stage.control('share', { ref: B, with: A })
    try {
      const look = await judged((await gatherAll()).map(fileOf))
      expect([look.verdict, look.proven]).toEqual(['breach', ['canto']])
      for (const code of ['shared-server', 'shared-locks', 'foreign-nameplate'] as const)
        expect(concerned(look, code)).toEqual(['alto+basso'])
    } finally {
      await stage.control('share', { ref: B, with: B })
    }
  }, 30_000)

  test('on one server that restarts between the two parts are a breach all the same', async () => {
    await stage.control('share', { ref: B, with: A })
    try {
      const means = await stage.means()
      const parts: Shard[] = []
      for (const slug of ['alto', 'basso', 'canto']) {
        parts.push(await gather(means, { shard: shardOf(slug, OF), of: OF }, { deep: false }))
        if (slug === 'alto') {
          await stage.control('restart', { ref: A })
          await until('it answers', async () => {
            const { status } = await stage.call('POST', QUERY(A).path, { query: 'select 1' })
            return status === 201
          })
        }
      }
      const startedAt = parts.flatMap(({ looks }) =>
        looks.map(({ inside }) => inside.kind === 'read' && inside.identity.startedAt),
      )
      expect(new Set(startedAt.slice(0, 2)).size).toBe(2)
      const there = new Set(parts.map(({ shard }) => shard))
      const rest = (await gatherAll()).filter(({ shard }) => !there.has(shard))
      const look = await judged([...parts, ...rest].map(fileOf))
      expect(concerned(look, 'shared-server')).toEqual(['alto+basso'])
    } finally {
      await stage.control('share', { ref: B, with: B })
    }
  }, 60_000)

  test('with one signing key are a breach', async () => {
    const path = (ref: string) => `/projects/${ref}/auth/v1/.well-known/jwks.json`
    const { body } = await stage.call('GET', path(B))
    await stage.fault({ method: 'GET', path: path(A), body })
    const look = await judged((await gatherAll()).map(fileOf))
    expect([look.verdict, concerned(look, 'shared-trust')]).toEqual(['breach', ['alto+basso']])
  })

  test('with a link between them are a breach, and no password is written down', async () => {
    const way = `create server way foreign data wrapper postgres_fdw options (host 'db.${B}.supabase.co')`
    const user = `create user mapping for postgres server way options (user 'x', password 'open-sesame')`
    await stage.sql(A, `${way}; ${user}`)
    try {
      const files = (await gatherAll()).map(fileOf)
      const look = await judged(files)
      expect([look.verdict, concerned(look, 'cross-link')]).toEqual(['breach', ['alto+basso']])
      const text = files.map((file) => file.text).join('')
      expect(text).toContain('way')
      for (const secret of ['open-sesame', stage.sandbox.accessToken]) expect(text).not.toContain(secret)
    } finally {
      await stage.sql(A, 'drop server way cascade')
    }
  })
})

describe('a part that cannot be used makes the verdict open, and is named', () => {
  let shards: readonly Shard[]
  let files: readonly ShardFile[]
  let of: (slug: string) => Shard
  beforeAll(async () => {
    shards = await gatherAll()
    files = shards.map(fileOf)
    of = (slug) => shards[shardOf(slug, OF) - 1] as Shard
  })
  const altos = shardOf('alto', OF)

  /** The parts with one of them changed, as if it had been written so. */
  const changed = (change: (shard: Shard) => Shard): readonly ShardFile[] =>
    shards.map((shard) => fileOf(shard.shard === altos ? change(shard) : shard))
  const sweepOf = (change: Partial<Shard['sweep']>) => (shard: Shard) => ({
    ...shard,
    sweep: { ...shard.sweep, ...change },
  })
  const minutes = (by: number) => (shard: Shard) => {
    const moved = (at: string) => new Date(Date.parse(at) + by * 60_000).toISOString()
    return {
      ...shard,
      begunAt: moved(shard.begunAt),
      endedAt: moved(shard.endedAt),
      looks: shard.looks.map((look) => ({ ...look, answeredAt: moved(look.answeredAt) })),
    }
  }

  test.each<[string, () => readonly ShardFile[], string]>([
    ['missing', () => files.filter(({ name }) => name !== `${altos}.json`), `${altos}: missing`],
    ['doubled', () => [...files, { ...fileOf(of('alto')), name: 'again.json' }], `${altos}: doubled`],
    ['of another hour', () => changed(minutes(-61)), `${altos}: old`],
    ['of the future', () => changed(minutes(3)), `${altos}: future`],
    ['of another commit', () => changed(sweepOf({ commit: 'f'.repeat(40) })), `${altos}: commit`],
    ['of another run', () => changed(sweepOf({ run: '8' })), `${altos}: run`],
    ['of other files', () => changed(sweepOf({ registry: 'other' })), `${altos}: registry`],
    ['of another API', () => changed(sweepOf({ api: 'http://127.0.0.1:1' })), `${altos}: source`],
    ['of another source', () => changed(sweepOf({ source: 'supabase' })), `${altos}: source`],
    ['of another organization', () => changed(sweepOf({ organization: 'x' })), `${altos}: organization`],
    ['made with deep', () => changed(sweepOf({ deep: true })), `${altos}: depth`],
    ['of another division', () => changed((shard) => ({ ...shard, of: OF + 1 })), `${altos}: count`],
    [
      'without one that it had to see',
      () => changed((shard) => ({ ...shard, looks: [] })),
      `${altos}: malformed`,
    ],
    [
      'with one that is not its own',
      () => changed((shard) => ({ ...shard, looks: [...shard.looks, ...of('basso').looks] })),
      `${altos}: malformed`,
    ],
    [
      'with one twice',
      () => changed((shard) => ({ ...shard, looks: [...shard.looks, ...shard.looks] })),
      `${altos}: malformed`,
    ],
    [
      'with an answer from before it was begun',
      () =>
        changed((shard) => ({
          ...shard,
          begunAt: minutes(1)(shard).endedAt,
          endedAt: minutes(1.5)(shard).endedAt,
        })),
      `${altos}: malformed`,
    ],
    [
      'with an end that is still to come',
      () => changed((shard) => ({ ...shard, endedAt: minutes(3)(shard).endedAt })),
      `${altos}: malformed`,
    ],
  ])('%s', async (_, given, what) => {
    const look = await judged(given())
    const gone = what.endsWith('count') ? [`${altos}: missing`] : []
    expect([look.verdict, told(look)]).toEqual(['inconclusive', [what, ...gone]])
    expect(look.proven).toEqual(['basso', 'canto'])
    expect(concerned(look, 'unverified')).toContain('alto')
  })

  test.each<[string, (text: string) => string]>([
    ['cut short', (text) => text.slice(0, -20)],
    ['cut to nothing', () => ''],
    ['altered', (text) => text.replace('"inRecovery":false', '"inRecovery":true')],
    [
      'altered by one digit',
      (text) => text.replace(/(?<="startedAt":"\d+)\d(?=\D)/, (digit) => `${(Number(digit) + 1) % 10}`),
    ],
    ['no JSON', () => 'x'],
    ['other JSON', () => '[]'],
    ['a later version', (text) => text.replace('"version":1', '"version":2')],
    ['with something besides', (text) => text.replace('{', '{"more":1,')],
  ])('%s', async (_, bent) => {
    const given = files.map((file) =>
      file.name === `${altos}.json` ? { ...file, text: bent(file.text) } : file,
    )
    expect(given).not.toEqual(files)
    const look = await judged(given)
    expect(look.verdict).toBe('inconclusive')
    expect(told(look)).toEqual([`${altos}.json: malformed`, `${altos}: missing`])
    expect(look.proven).toEqual(['basso', 'canto'])
  })

  test('none at all: every part is missing, by the number that the settings give', async () => {
    const look = await judged([], false, { shards: 2 })
    expect([look.verdict, told(look), look.proven]).toEqual([
      'inconclusive',
      ['1: missing', '2: missing'],
      [],
    ])
  })

  test('one too many, of which nobody knows what it is for', async () => {
    const stray = fileOf({ ...of('alto'), shard: OF + 1, looks: [] })
    const look = await judged([...files, stray])
    expect([look.verdict, told(look)]).toEqual(['inconclusive', [`${OF + 1}: malformed`]])
  })

  test('a breach that others show is told all the same', async () => {
    await stage.control('share', { ref: C, with: B })
    try {
      const seen = (await gatherAll()).filter(({ shard }) => shard !== altos)
      const look = await judged(seen.map(fileOf))
      expect([look.verdict, concerned(look, 'shared-server')]).toEqual(['breach', ['basso+canto']])
      expect(told(look)).toEqual([`${altos}: missing`])
    } finally {
      await stage.control('share', { ref: C, with: C })
    }
  }, 30_000)

  test('a database that nobody could see stays unseen when it is merged', async () => {
    await stage.fault({ ...QUERY(A), status: 500 })
    const look = await judged((await gatherAll()).map(fileOf))
    expect([look.verdict, concerned(look, 'unverified'), told(look)]).toEqual(['inconclusive', ['alto'], []])
  }, 30_000)
})

describe('the files', () => {
  test('are found in folders, however deep, and by their names; what goes wrong there is named', async () => {
    const root = await mkdtemp(join(tmpdir(), 'shards-'))
    try {
      await mkdir(join(root, 'in', 'deep'), { recursive: true })
      await writeFile(join(root, 'in', 'deep', '1.json'), 'a')
      await writeFile(join(root, 'in', 'notes.txt'), 'b')
      await writeFile(join(root, '2.part'), 'c')
      expect(await readShardFiles([join(root, 'in'), join(root, '2.part')])).toEqual([
        { name: '2.part', text: 'c' },
        { name: 'deep/1.json', text: 'a' },
      ])
      await expect(readShardFiles([join(root, 'nowhere')])).rejects.toMatchObject({ code: 'file-failed' })
    } finally {
      await rm(root, { recursive: true })
    }
  })

  test('are read as they were written', async () => {
    for (const shard of await gatherAll()) expect(readShard(writeShard(shard))).toEqual(shard)
  })
})
