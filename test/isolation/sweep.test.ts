import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Ref } from '../../infra/registry/orchestra.ts'
import { ManagementApi } from '../../infra/supabase/client.ts'
import { statusOf, until } from '../sandbox/support.ts'
import { concerned, graveCodes, refOf, SETTINGS, Stage } from '../support.ts'

const [A, B, C] = [refOf('a'), refOf('b'), refOf('c')]
const FILES = {
  alto: `name: Alto\nref: ${A}\n`,
  basso: `name: Basso\nref: ${B}\n`,
  canto: `name: Canto\nref: ${C}\n`,
}
const QUERY = (ref: string) => ({ method: 'POST', path: `/v1/projects/${ref}/database/query/read-only` })
const KEYS = (ref: string) => ({ method: 'GET', path: `/projects/${ref}/auth/v1/.well-known/jwks.json` })
const LIST = { method: 'GET', path: '/v1/organizations/orkestrar/projects' }

let stage: Stage

beforeAll(async () => {
  stage = await Stage.open(FILES)
  await stage.plate()
})
afterEach(async () => {
  await stage.clearFaults()
})
afterAll(() => stage.close())

describe('a healthy fleet', () => {
  test('is isolated though all system identifiers are equal: one list, one statement and one key set each', async () => {
    const { result, made } = await stage.during(() => stage.look())
    expect([result.verdict, graveCodes(result)]).toEqual(['isolated', []])
    expect(result.proven).toEqual(['alto', 'basso', 'canto'])
    const systems = result.world.orchestras.map(
      ({ inside }) => inside.kind === 'read' && inside.identity.systemId,
    )
    expect(new Set(systems)).toEqual(new Set([expect.stringMatching(/^\d+$/)]))
    expect(concerned(result, 'shared-lineage')).toHaveLength(1)
    const paths = made.map(({ method, path }) => `${method} ${path}`).sort()
    const expected = [LIST, ...[A, B, C].flatMap((ref) => [QUERY(ref), KEYS(ref)])]
    expect(paths).toEqual(expected.map(({ method, path }) => `${method} ${path}`).sort())
  })

  test('counts what its tables hold, and is isolated where there is no such table', async () => {
    const before = await stage.look()
    const counts = before.world.orchestras.map(
      ({ inside }) => inside.kind === 'read' && inside.counts.musicians,
    )
    for (const [index, ref] of [A, B, C].entries()) {
      const [row] = await stage.sql(ref, 'select count(*)::int as n from public.musicians')
      expect(counts[index]).toBe(row?.n)
    }
    await stage.sql(A, 'alter table public.musicians rename to people')
    try {
      const look = await stage.look()
      expect(look.verdict).toBe('isolated')
      expect(concerned(look, 'uncounted')).toEqual(['alto'])
      expect(look.world.orchestras[0]?.inside).toMatchObject({
        counts: { musicians: null, projects: expect.any(Number) },
      })
    } finally {
      await stage.sql(A, 'alter table public.people rename to musicians')
    }
  })

  // each page begins with the last project of the one before
  test('is listed 100 projects a call', async () => {
    const project = (index: number) => {
      const letters = [...`${index}`.padStart(4, '0')].map((digit) => 'abcdefghij'[Number(digit)]).join('')
      return {
        ref: `zzzzzzzzzzzzzzzz${letters}`,
        name: `other-${index}`,
        region: 'eu-north-1',
        is_branch: false,
        status: 'INACTIVE',
      }
    }
    const own = (await stage.api.listProjects('orkestrar')).map((one) => ({ ...one }))
    const all = [...own, ...Array.from({ length: 247 }, (_, index) => project(index))]
    for (const offset of [0, 99, 198]) {
      const projects = all.slice(offset, offset + 100)
      const body = { projects, pagination: { count: all.length, limit: 100, offset } }
      await stage.fault({ method: 'GET', path: `${LIST.path}?offset=${offset}&*`, body })
    }
    const { result, made } = await stage.during(() => stage.look())
    expect(result.verdict).toBe('isolated')
    expect(concerned(result, 'stranger')).toHaveLength(247)
    expect(made.filter(({ path }) => path === LIST.path)).toHaveLength(3)
  })
})

describe('a shared database', () => {
  test('is a breach that names both, and neither of them is proven', async () => {
    await stage.control('share', { ref: B, with: A })
    try {
      const look = await stage.look()
      expect(look.verdict).toBe('breach')
      expect(concerned(look, 'shared-server')).toEqual(['alto+basso'])
      expect(concerned(look, 'shared-locks')).toEqual(['alto+basso'])
      expect(concerned(look, 'foreign-nameplate')).toEqual(['alto+basso'])
      expect(look.proven).toEqual(['canto'])
      const [shared] = look.findings.filter(({ code }) => code === 'shared-server')
      expect(shared).toMatchObject({ refs: [A, B], values: { sameDatabase: true } })
    } finally {
      await stage.control('share', { ref: B, with: B })
    }
    expect((await stage.look()).verdict).toBe('isolated')
  }, 30_000)

  test('is seen though its server restarts between the two reads', async () => {
    await stage.control('share', { ref: B, with: A })
    await stage.fault({ ...QUERY(B), delayMs: 3_000, headers: {}, times: 1 })
    const before = (await stage.log()).length
    try {
      const looking = stage.look()
      await until('the first read is done', async () =>
        (await stage.log()).slice(before).some((call) => call.path === QUERY(A).path && call.status === 201),
      )
      await stage.control('restart', { ref: A })
      const look = await looking
      expect(concerned(look, 'shared-server')).toEqual(['alto+basso'])
    } finally {
      await stage.control('share', { ref: B, with: B })
    }
  }, 30_000)

  test('a copy of a database bears the plate of the one it was made from', async () => {
    await stage.control('clone', { ref: C, from: A })
    try {
      const look = await stage.look()
      expect(look.verdict).toBe('breach')
      expect(graveCodes(look)).toEqual(['foreign-nameplate'])
      expect(concerned(look, 'foreign-nameplate')).toEqual(['alto+canto'])
      expect(look.proven).toEqual(['basso'])
    } finally {
      await stage.sql(C, 'drop schema control cascade')
      await stage.plate()
    }
    expect((await stage.look()).verdict).toBe('isolated')
  }, 30_000)
})

describe('a way from one database into another', () => {
  const server = (options: string) =>
    `create server way foreign data wrapper postgres_fdw options (${options})`
  const subscription = (conninfo: string) =>
    `create subscription way connection '${conninfo}' publication p with (connect = false, slot_name = none, enabled = false)`
  const POOLER = 'aws-0-eu-north-1.pooler.supabase.com'

  async function having(sql: string, settings?: string) {
    await stage.sql(A, sql)
    if (settings) await stage.folders.settle(SETTINGS + settings)
    try {
      return await stage.look()
    } finally {
      await stage.folders.settle(SETTINGS)
      const kind = sql.startsWith('create sub') ? 'subscription way' : 'server way cascade'
      await stage.sql(A, `drop ${kind}`)
    }
  }

  test.each([
    ['a foreign server', server(`host 'db.${B}.supabase.co', dbname 'postgres'`)],
    ['one in capital letters', server(`host 'DB.${B.toUpperCase()}.SUPABASE.CO'`)],
    ['the second host of a foreign server', server(`host 'db.example.com,db.${B}.supabase.co'`)],
    [
      "a pooler's user in a user mapping",
      `${server(`host '${POOLER}', port '6543'`)}; create user mapping for postgres server way options (user 'postgres.${B}', password 'x')`,
    ],
    ['a subscription', subscription(`host=db.${B}.supabase.co user=postgres password=x`)],
    ["a pooler's user in a subscription", subscription(`host=${POOLER} user=postgres.${B} password=x`)],
    ['a subscription by URL', subscription(`postgresql://postgres:x@db.${B}.supabase.co:5432/postgres`)],
    [
      'a host beside an innocent one',
      subscription(`postgresql://u:x@db.example.com/postgres?host=db.${B}.supabase.co`),
    ],
    [
      'a host right behind a quoted value',
      subscription(`host=db.example.com password=''x''host=db.${B}.supabase.co`),
    ],
  ])('%s is a breach', async (_, sql) => {
    const look = await having(sql)
    expect([look.verdict, concerned(look, 'cross-link')]).toEqual(['breach', ['alto+basso']])
    expect(look.proven).toEqual(['canto'])
    expect(JSON.stringify(look)).not.toContain('password')
  })

  test.each([
    ['a bare address', server(`host '192.0.2.7'`)],
    ['a pooler without its user', server(`host '${POOLER}'`)],
    ['no host at all', server(`dbname 'postgres'`)],
    [
      'an escaped host',
      subscription(`host=db.${B.slice(0, 10)}\\\\${B.slice(10)}.supa\\\\base.co password=x`),
    ],
    [
      'an encoded host',
      subscription(`postgresql://u:x@db%2E${B.slice(0, 10)}%62${B.slice(11)}%2Esupabase.co/postgres`),
    ],
    [
      'an encoded key',
      subscription(`postgresql://u:x@db.example.com/postgres?h%6Fst=db.%62${B.slice(1)}.supabase.co`),
    ],
  ])('%s leaves it open where it leads', async (_, sql) => {
    const look = await having(sql)
    expect([look.verdict, graveCodes(look)]).toEqual(['inconclusive', ['unread-link']])
    expect(concerned(look, 'unread-link')).toEqual(['alto'])
    expect(look.proven).toEqual(['basso', 'canto'])
  })

  test('what a person allowed, or what plainly leads elsewhere, is no finding', async () => {
    const allowed = await having(server(`host '192.0.2.7'`), 'allow:\n  links: [192.0.2.7]\n')
    expect(allowed.verdict).toBe('isolated')
    expect((await having(server(`host 'db.example.com'`))).verdict).toBe('isolated')
    expect((await having(subscription('postgresql://u:p%40ss@db.example.com/x'))).verdict).toBe('isolated')
  })
})

describe('shared trust', () => {
  test('one signing key behind two projects is a breach, by whatever id it goes', async () => {
    const { body } = await stage.call('GET', KEYS(B).path)
    const renamed = JSON.parse(JSON.stringify(body).replace(/"kid":"[^"]*"/, '"kid":"another"'))
    await stage.fault({ ...KEYS(A), body: renamed })
    const look = await stage.look()
    expect([look.verdict, graveCodes(look)]).toEqual(['breach', ['shared-trust']])
    expect(concerned(look, 'shared-trust')).toEqual(['alto+basso'])
  })

  test('one third-party issuer behind two projects is a breach with deep, unless it is allowed', async () => {
    const issuer = 'https://login.example.com/realms/Orkester'
    const path = (ref: string) => `/v1/projects/${ref}/config/auth/third-party-auth`
    const add = (ref: string, url: string) => stage.call('POST', path(ref), { oidc_issuer_url: url })
    const added = [await add(A, issuer), await add(C, `${issuer.replace('login', 'LOGIN')}/`)]
    try {
      const look = await stage.look({ deep: true })
      expect([look.verdict, concerned(look, 'shared-trust')]).toEqual(['breach', ['alto+canto']])
      expect((await stage.look()).verdict).toBe('isolated')
      await stage.folders.settle(`${SETTINGS}allow:\n  issuers: ['${issuer}']\n`)
      const allowed = await stage.look({ deep: true })
      expect(allowed.verdict).toBe('isolated')
      const challenges = allowed.world.orchestras.map(({ challenge }) => challenge)
      expect(challenges).toEqual(Array(3).fill({ seenThrough: [], unasked: [] }))
    } finally {
      await stage.folders.settle(SETTINGS)
      const ids = added.map(({ body }) => (body as { id: string }).id)
      await stage.call('DELETE', `${path(A)}/${ids[0]}`)
      await stage.call('DELETE', `${path(C)}/${ids[1]}`)
    }
  }, 30_000)

  test('an empty key set is a note, a key set that is none is a doubt', async () => {
    await stage.fault({ ...KEYS(A), body: { keys: [] }, times: 1 })
    const symmetric = await stage.look()
    expect([symmetric.verdict, concerned(symmetric, 'symmetric')]).toEqual(['isolated', ['alto']])
    await stage.fault({ ...KEYS(A), body: { keys: [{ kty: 'EC', crv: 'P-256' }] } })
    expect(graveCodes(await stage.look())).toEqual(['unverified'])
  })
})

describe('what cannot be seen is never isolated', () => {
  test.each([
    ['500s', { ...QUERY(A), status: 500 }],
    ['a storm of 429s', { ...QUERY(A), status: 429, headers: { 'x-ratelimit-reset': '2' } }],
    ['a body that is no JSON', { ...QUERY(A), status: 201, body: '<html>' }],
    ['rows of another shape', { ...QUERY(A), status: 201, body: [{ system_id: 7 }] }],
    ['no rows', { ...QUERY(A), status: 201, body: [] }],
    ['a dropped connection', { ...QUERY(A), drop: 'before' }],
    ['a connection dropped after the work', { ...QUERY(A), drop: 'after' }],
    ['a refusal', { ...QUERY(A), status: 403, body: { message: 'Forbidden' } }],
    ['a key set that hangs', { ...KEYS(A), hang: true }],
    ['a key set that fails', { ...KEYS(A), status: 503 }],
  ])('%s', async (_, fault) => {
    await stage.fault(fault)
    const look = await stage.look({ patienceSeconds: 5 })
    expect([look.verdict, graveCodes(look)]).toEqual(['inconclusive', ['unverified']])
    expect(concerned(look, 'unverified')).toEqual(['alto'])
    expect(look.proven).toEqual(['basso', 'canto'])
  })

  test('but a rate limit only makes a sweep late that has time, longer than a call by itself would wait', async () => {
    await stage.fault({ ...QUERY(A), status: 429, headers: { 'x-ratelimit-reset': '2' }, times: 3 })
    const { result, made } = await stage.during(() => stage.look())
    expect([result.verdict, result.proven]).toEqual(['isolated', ['alto', 'basso', 'canto']])
    expect(made.filter(({ path, status }) => path === QUERY(A).path && status === 429)).toHaveLength(3)
  }, 40_000)

  test('a query that hangs', async () => {
    await stage.fault({ ...QUERY(A), hang: true })
    const { accessToken: token } = stage.sandbox
    const look = await stage.look({ api: new ManagementApi(stage.api.target, { token, retries: 0 }) })
    expect([look.verdict, concerned(look, 'unverified')]).toEqual(['inconclusive', ['alto']])
    expect(look.findings.find(({ code }) => code === 'unverified')?.values).toMatchObject({
      why: { code: 'timeout' },
    })
  }, 40_000)

  test('what there was no time left for', async () => {
    const { result, made } = await stage.during(() => stage.look({ patienceSeconds: -1 }))
    expect([result.verdict, result.proven]).toEqual(['inconclusive', []])
    expect(graveCodes(result)).toEqual(['unverified'])
    expect(made.map(({ path }) => path)).toEqual([LIST.path])
  })

  test('a project that was paused without saying so; one that says so is outside "N of N"', async () => {
    await stage.control('status', { ref: A, status: 'INACTIVE' })
    try {
      const look = await stage.look()
      expect([look.verdict, graveCodes(look)]).toEqual(['inconclusive', ['unverified']])
      expect(look.findings.find(({ code }) => code === 'unverified')?.values).toMatchObject({
        why: { code: 'paused' },
      })
      await stage.folders.write('alto', `${FILES.alto}paused: true\n`)
      const declared = await stage.look()
      expect([declared.verdict, declared.required, declared.proven]).toEqual([
        'isolated',
        ['basso', 'canto'],
        ['basso', 'canto'],
      ])
      expect(concerned(declared, 'paused')).toEqual(['alto'])
    } finally {
      await stage.folders.write('alto', FILES.alto)
      await stage.control('status', { ref: A, status: 'ACTIVE_HEALTHY' })
      await until('alto is up', async () => (await statusOf(stage.call, A)) === 'ACTIVE_HEALTHY')
    }
  })

  test('a project that comes up', async () => {
    await stage.control('status', { ref: A, status: 'RESTORING' })
    try {
      const look = await stage.look()
      expect([look.verdict, concerned(look, 'unverified')[0]]).toEqual(['inconclusive', 'alto'])
    } finally {
      await stage.control('status', { ref: A, status: 'ACTIVE_HEALTHY' })
    }
  })

  test('a list that fails, by status or by length', async () => {
    await stage.fault({ ...LIST, status: 500 })
    const failed = await stage.look()
    expect(failed.verdict).toBe('inconclusive')
    expect(graveCodes(failed)).toContain('unlisted')
    await stage.clearFaults()
    await stage.fault({ ...LIST, body: { projects: [], pagination: { count: 3 } } })
    expect(graveCodes(await stage.look())).toContain('unlisted')
  })

  test('a shared database is a breach even when the list fails', async () => {
    await stage.control('share', { ref: B, with: A })
    await stage.fault({ ...LIST, status: 500 })
    try {
      const look = await stage.look()
      expect([look.verdict, concerned(look, 'shared-server')]).toEqual(['breach', ['alto+basso']])
    } finally {
      await stage.control('share', { ref: B, with: B })
    }
  }, 30_000)
})

describe('whose projects they are', () => {
  const listed = async (without: string) => {
    const projects = (await stage.api.listProjects('orkestrar')).filter(({ ref }) => ref !== without)
    return { ...LIST, body: { projects, pagination: { count: projects.length } } }
  }

  test('a project that went to another organization is a breach', async () => {
    const { body } = await stage.call('GET', `/v1/projects/${A}`)
    await stage.fault(await listed(A))
    await stage.fault({
      ...{ method: 'GET', path: `/v1/projects/${A}` },
      body: { ...(body as object), organization_slug: 'another', organization_id: 'another' },
    })
    const look = await stage.look()
    expect([look.verdict, concerned(look, 'wrong-organization')]).toEqual(['breach', ['alto']])
    expect(look.proven).toEqual(['basso', 'canto'])
  })

  test('a project that the list leaves out, though it is there, is looked at all the same', async () => {
    await stage.fault(await listed(A))
    expect((await stage.look()).verdict).toBe('isolated')
  })

  test('a stranger in the organization is a warning only, unless it is allowed', async () => {
    const { ref } = await stage.api.createProject({
      ...{ organization: 'orkestrar', name: 'left-over', region: 'eu-north-1', size: 'micro' },
      password: 'chosen-by-hand',
    })
    const look = await stage.look()
    expect([look.verdict, concerned(look, 'stranger')]).toEqual(['isolated', ['']])
    await stage.folders.settle(`${SETTINGS}allow:\n  strangers: [${ref}]\n`)
    expect(concerned(await stage.look(), 'stranger')).toEqual([])
    await stage.folders.settle(SETTINGS)
  })

  test('a file that is gone is in doubt, announced or not; only the way out differs', async () => {
    const left = (retiring?: string) =>
      new Map([
        ['gone', { ref: refOf('d'), finished: true, ...(retiring ? { retiring: retiring as Ref } : {}) }],
      ])
    for (const [recorded, announced] of [
      [left(), false],
      [left(refOf('e')), false],
      [left(refOf('d')), true],
    ] as const) {
      const look = await stage.look({ recorded })
      expect([look.verdict, graveCodes(look)]).toEqual(['inconclusive', ['undeclared']])
      const values = { slug: 'gone', ref: refOf('d'), announced }
      expect(look.findings.find(({ code }) => code === 'undeclared')?.values).toEqual(values)
    }
  })

  test('a deleted project is missing', async () => {
    await until('canto may be deleted', async () => (await statusOf(stage.call, C)) === 'ACTIVE_HEALTHY')
    expect((await stage.call('DELETE', `/v1/projects/${C}`)).status).toBe(200)
    const look = await stage.look()
    expect([look.verdict, graveCodes(look)]).toEqual(['inconclusive', ['missing']])
    expect(concerned(look, 'missing')).toEqual(['canto'])
    expect(look.proven).toEqual(['alto', 'basso'])
  })
})
