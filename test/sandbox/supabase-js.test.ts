import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiKeys, clientOn, seedUser, surfaceLog } from './clients.ts'
import { runAsAdmin } from './sql.ts'
import { ALTO, BASSO, CANTO, testSandbox } from './support.ts'

type Client = ReturnType<typeof clientOn>

let room: Awaited<ReturnType<typeof testSandbox>>
let ada: Client
let bo: Client
let basso: Client

beforeAll(async () => {
  room = await testSandbox()
  for (const ref of [ALTO, BASSO]) {
    await room.sql(ref, SCHEMA)
    await seedUser(room, ref, 'ada@example.org', `ada-of-${ref.slice(0, 1)}`)
  }
  await seedUser(room, ALTO, 'bo@example.org', 'bo-of-a')
  const { publishable, anon } = await apiKeys(room.call, ALTO)
  ada = clientOn(room.sandbox, ALTO, publishable)
  bo = clientOn(room.sandbox, ALTO, anon)
  basso = clientOn(room.sandbox, BASSO, (await apiKeys(room.call, BASSO)).publishable)
  await signIn(ada, 'ada@example.org', 'ada-of-a')
  await signIn(bo, 'bo@example.org', 'bo-of-a')
})
afterAll(() => room.end())

const SCHEMA = `
  create table public.notes (
    id bigint generated always as identity primary key,
    owner uuid not null default auth.uid() references auth.users on delete cascade,
    title text not null,
    unique (owner, title)
  );
  alter table notes enable row level security;
  create policy own on notes to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
  create function public.mine() returns setof notes language sql stable as 'select * from notes';
  select 1`

async function signIn(client: Client, email: string, password: string) {
  const { data, error } = await client.auth.signInWithPassword({ email, password })
  expect(error).toBeNull()
  if (!data.session) throw new Error('no session')
  return data.session
}

const titles = async (client: Client) => {
  const { data, error } = await client.from('notes').select('title').order('title')
  expect(error).toBeNull()
  return data?.map(({ title }) => title)
}

describe('rows', () => {
  test("are everybody's own", async () => {
    const made = await ada
      .from('notes')
      .insert([{ title: 'a' }, { title: 'b' }])
      .select('title, owner')
    expect(made).toMatchObject({ status: 201, error: null, data: [{ title: 'a' }, { title: 'b' }] })
    expect(await bo.from('notes').insert({ title: 'c' })).toMatchObject({
      status: 201,
      data: null,
      error: null,
    })
    expect(await titles(ada)).toEqual(['a', 'b'])
    expect(await titles(bo)).toEqual(['c'])
    const foreign = { title: 'x', owner: made.data?.[0]?.owner }
    expect(await bo.from('notes').insert(foreign)).toMatchObject({ status: 403, error: { code: '42501' } })
    expect(await bo.from('notes').update({ title: 'x' }).eq('title', 'a').select()).toMatchObject({
      data: [],
    })
    expect(await bo.from('notes').delete({ count: 'exact' }).eq('title', 'a')).toMatchObject({ count: 0 })
    expect((await bo.rpc('mine')).data).toMatchObject([{ title: 'c' }])
    const stranger = clientOn(room.sandbox, ALTO, (await apiKeys(room.call, ALTO)).publishable)
    expect(await titles(stranger)).toEqual([])
    const service = clientOn(room.sandbox, ALTO, (await apiKeys(room.call, ALTO)).secret)
    expect(await titles(service)).toEqual(['a', 'b', 'c'])
  })

  test('are counted, paged, found one by one, and put in their place', async () => {
    const counted = await ada.from('notes').select('*', { count: 'exact', head: true })
    expect(counted).toMatchObject({ count: 2, data: null, error: null })
    const paged = await ada.from('notes').select('title', { count: 'exact' }).order('title').range(1, 1)
    expect(paged).toMatchObject({ status: 206, count: 2, data: [{ title: 'b' }] })
    expect((await ada.from('notes').select('title').eq('title', 'a').single()).data).toEqual({ title: 'a' })
    expect(await ada.from('notes').select().eq('title', 'z').single()).toMatchObject({
      status: 406,
      error: { code: 'PGRST116' },
    })
    expect(await ada.from('notes').select().eq('title', 'z').maybeSingle()).toMatchObject({
      data: null,
      error: null,
    })
    expect(await ada.from('notes').select().maybeSingle()).toMatchObject({ error: { code: 'PGRST116' } })
    const options = { onConflict: 'owner,title' }
    expect(await ada.from('notes').upsert({ title: 'a' }, options).select()).toMatchObject({
      status: 200,
      data: [{}],
    })
    const ignoring = { ...options, ignoreDuplicates: true }
    const rows = [{ title: 'a' }, { title: 'd' }]
    expect((await ada.from('notes').upsert(rows, ignoring).select('title')).data).toEqual([{ title: 'd' }])
    const found = await ada
      .from('notes')
      .select('title')
      .or('title.eq.a,title.ilike.D%')
      .not('title', 'in', '(b)')
    expect(found.data).toHaveLength(2)
    expect((await ada.from('notes').delete().in('title', ['d', 'e']).select('title')).data).toEqual([
      { title: 'd' },
    ])
  })
})

describe('a session', () => {
  test('is refreshed, verified against the published keys, and ended', async () => {
    const client = clientOn(room.sandbox, ALTO, (await apiKeys(room.call, ALTO)).publishable)
    const before = await signIn(client, 'ada@example.org', 'ada-of-a')
    const { data, error } = await client.auth.refreshSession()
    expect(error).toBeNull()
    expect(data.session?.refresh_token).not.toBe(before.refresh_token)
    const claims = await client.auth.getClaims()
    expect(claims.data?.claims).toMatchObject({
      iss: `${room.sandbox.apiUrl}/projects/${ALTO}/auth/v1`,
      sub: before.user.id,
      session_id: expect.any(String),
    })
    expect((await client.auth.getUser()).data.user?.email).toBe('ada@example.org')
    expect(await titles(client)).toEqual(['a', 'b'])
    expect((await client.auth.signOut({ scope: 'local' })).error).toBeNull()
    expect(await titles(client)).toEqual([])
    expect(
      (await client.auth.refreshSession({ refresh_token: data.session?.refresh_token ?? '' })).error,
    ).toMatchObject({
      code: 'refresh_token_not_found',
    })
  })

  test('opens no other project: not its token, not its refresh token, not its key', async () => {
    const theirs = await signIn(basso, 'ada@example.org', 'ada-of-b')
    const { publishable, secret } = await apiKeys(room.call, ALTO)
    const intruder = clientOn(room.sandbox, ALTO, publishable)
    const seen = (await surfaceLog(room.call)).length
    expect((await intruder.auth.getUser(theirs.access_token)).error).toMatchObject({ code: 'bad_jwt' })
    const rows = await intruder
      .from('notes')
      .select()
      .setHeader('authorization', `Bearer ${theirs.access_token}`)
    expect(rows).toMatchObject({ status: 401, error: { code: 'PGRST301' } })
    const keyed = clientOn(room.sandbox, BASSO, secret)
    expect(await keyed.from('notes').select()).toMatchObject({
      status: 401,
      error: { message: 'Invalid API key' },
    })
    expect((await keyed.auth.admin.listUsers()).error).toMatchObject({ status: 401 })
    expect((await surfaceLog(room.call)).slice(seen).map(({ cluster }) => cluster)).toEqual([
      null,
      null,
      null,
      null,
    ])
    expect((await intruder.auth.refreshSession({ refresh_token: theirs.refresh_token })).error).toMatchObject(
      {
        code: 'refresh_token_not_found',
      },
    )
  })

  test('lives in its own project alone', async () => {
    const sessions = (ref: string) => room.sql(ref, 'select count(*)::int as n from auth.sessions')
    const before = await sessions(BASSO)
    await ada.from('notes').insert({ title: 'only-here' })
    await signIn(bo, 'bo@example.org', 'bo-of-a')
    expect(await sessions(BASSO)).toEqual(before)
    expect(await room.sql(BASSO, `select from notes where title = 'only-here'`)).toEqual([])
  })
})

test('an account is made by itself and by an administrator', async () => {
  const { publishable, secret } = await apiKeys(room.call, BASSO)
  const [visitor, admin] = [clientOn(room.sandbox, BASSO, publishable), clientOn(room.sandbox, BASSO, secret)]
  const signedUp = await visitor.auth.signUp({ email: 'eva@example.org', password: 'hemligt' })
  expect(signedUp.data.session?.user.email).toBe('eva@example.org')
  expect(
    (await visitor.auth.updateUser({ data: { section: 'cello' } })).data.user?.user_metadata,
  ).toMatchObject({
    section: 'cello',
  })
  const made = await admin.auth.admin.createUser({
    email: 'ida@example.org',
    password: 'hemligt',
    email_confirm: true,
  })
  await signIn(visitor, 'ida@example.org', 'hemligt')
  expect((await admin.auth.admin.listUsers()).data).toMatchObject({ users: { length: 3 }, total: 3 })
  const weak = await visitor.auth.updateUser({ password: 'x' })
  expect(weak.error).toMatchObject({ name: 'AuthWeakPasswordError', reasons: ['length'] })
  expect((await admin.auth.admin.deleteUser(made.data.user?.id ?? '')).error).toBeNull()
  expect((await visitor.auth.getUser()).error).toMatchObject({ code: 'user_not_found' })
  expect((await visitor.auth.admin.listUsers()).error).toMatchObject({ status: 403 })
})

test('a cluster from before the services had tables gets them at the first call', async () => {
  const store = await room.store()
  const [row] = await room.sql(CANTO, 'select inet_server_port() as port')
  await runAsAdmin(
    Number(row?.port),
    store.state.adminPassword,
    `drop table auth.refresh_tokens, auth.sessions, auth.mfa_amr_claims, auth.identities;
     alter table auth.users drop column confirmed_at, drop column phone, drop column is_anonymous;
     alter role authenticator password null; alter role supabase_auth_admin password null`,
  )
  await seedUser(room, CANTO, 'ada@example.org', 'hemligt')
  const canto = clientOn(room.sandbox, CANTO, (await apiKeys(room.call, CANTO)).publishable)
  await signIn(canto, 'ada@example.org', 'hemligt')
  expect((await canto.from('musicians').select('id', { count: 'exact', head: true })).error).toBeNull()
})
