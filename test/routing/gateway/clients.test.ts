import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../sandbox/support.ts'
import { fetchHere, mailOf, PASSWORD, Place, REFS } from './place.ts'

// What applications do besides the story: the rest of supabase-js's everyday calls, and HTTP by hand.

const ORIGIN = 'https://app.example'
let place: Place
beforeAll(async () => {
  place = await Place.open({ origins: [ORIGIN] })
  await place.stage.sql(
    REFS.malmo,
    `create table public.desks (id int primary key, player text);
     grant all on public.desks to authenticated; select 1`,
  )
})
afterAll(() => place?.close())

describe('supabase-js', () => {
  test('takes a session over from elsewhere, and tells of each change', async () => {
    const { session } = await place.signIn('malmo')
    const client = place.client('malmo')
    const heard: string[] = []
    client.auth.onAuthStateChange((event) => void heard.push(event))
    const { access_token, refresh_token } = session
    expect((await client.auth.setSession({ access_token, refresh_token })).error).toBeNull()
    expect((await client.auth.getUser()).data.user?.email).toBe(mailOf('malmo'))
    expect((await client.auth.refreshSession()).error).toBeNull()
    expect((await client.auth.signOut({ scope: 'local' })).error).toBeNull()
    await until('all has been told', async () => heard.includes('SIGNED_OUT'))
    expect(heard).toEqual(expect.arrayContaining(['SIGNED_IN', 'TOKEN_REFRESHED', 'SIGNED_OUT']))
  })

  test('refreshes by itself what is over', async () => {
    const { session } = await place.signIn('malmo')
    const client = place.client('malmo')
    const { refresh_token } = session
    const [head, claims, signature] = session.access_token.split('.')
    const past = { ...JSON.parse(Buffer.from(claims ?? '', 'base64url').toString()), exp: 1 }
    const old = [head, Buffer.from(JSON.stringify(past)).toString('base64url'), signature].join('.')
    const { data, error } = await client.auth.setSession({ access_token: old, refresh_token })
    expect(error).toBeNull()
    expect(data.session?.access_token).not.toBe(old)
    expect((await client.from('notes').select()).error).toBeNull()
  })

  test('changes the user', async () => {
    const { client } = await place.signIn('sco')
    const { data, error } = await client.auth.updateUser({ data: { instrument: 'viola' } })
    expect(error).toBeNull()
    expect(data.user?.user_metadata).toMatchObject({ instrument: 'viola' })
    expect((await client.auth.getUser()).data.user?.user_metadata).toMatchObject({ instrument: 'viola' })
  })

  test.each(['global', 'others', 'local'] as const)('signs out: %s', async (scope) => {
    const [one, two] = [await place.signIn('visby'), await place.signIn('visby')]
    expect((await one.client.auth.signOut({ scope })).error).toBeNull()
    const mine = await place.client('visby').auth.refreshSession(one.session)
    const other = await place.client('visby').auth.refreshSession(two.session)
    expect([mine.error === null, other.error === null]).toEqual([scope === 'others', scope === 'local'])
  })

  test('pages, counts, takes one, upserts, calls and gives up', async () => {
    const { client } = await place.signIn('malmo')
    const titles = ['a', 'b', 'c', 'd', 'e'].map((title) => ({ title }))
    expect((await client.from('notes').insert(titles)).error).toBeNull()
    const page = await client.from('notes').select('title', { count: 'exact' }).order('title').range(1, 2)
    expect(page).toMatchObject({ status: 206, count: 5, data: [{ title: 'b' }, { title: 'c' }] })
    const head = await client.from('notes').select('*', { count: 'exact', head: true })
    expect(head).toMatchObject({ count: 5, error: null })
    const { data: row } = await client.from('notes').select('id, title').eq('title', 'a').single()
    expect(row).toMatchObject({ title: 'a' })
    const none = await client.from('notes').select().eq('title', 'z').single()
    expect(none).toMatchObject({ status: 406, error: { code: 'PGRST116' } })
    expect((await client.from('notes').select().eq('title', 'z').maybeSingle()).data).toBeNull()
    for (const player of ['Åsa', 'Örjan']) {
      const put = await client.from('desks').upsert({ id: 1, player }).select('player')
      expect(put).toMatchObject({ data: [{ player }], error: null })
    }
    expect(await client.rpc('same', { p: 7 })).toMatchObject({ data: 7, error: null })
    const gone = new AbortController()
    gone.abort()
    const given = await client.from('notes').select().abortSignal(gone.signal)
    expect(given.error?.message).toMatch(/abort/i)
    expect((await client.from('notes').delete().gt('id', 0)).error).toBeNull()
  })

  test('in a browser’s page, with every call asked for before', async () => {
    const asked: string[] = []
    const browser = (async (url: string, init: RequestInit = {}) => {
      const wanted = [...new Headers(init.headers).keys()].filter((name) => name !== 'accept')
      const method = init.method ?? 'GET'
      const before = await fetchHere(url, {
        method: 'OPTIONS',
        headers: {
          origin: ORIGIN,
          'access-control-request-method': method,
          'access-control-request-headers': wanted.join(','),
        },
      })
      asked.push(`${method} ${before.status}`)
      const may = (name: string) => (before.headers.get(name) ?? '').split(/, ?/)
      if (!may('access-control-allow-methods').includes(method)) throw new TypeError(`CORS: ${method}`)
      for (const name of wanted) {
        if (!may('access-control-allow-headers').includes(name)) throw new TypeError(`CORS: ${name}`)
      }
      const headers = new Headers(init.headers)
      headers.set('origin', ORIGIN)
      const answer = await fetchHere(url, { ...init, headers: Object.fromEntries(headers) })
      if (answer.headers.get('access-control-allow-origin') !== ORIGIN) throw new TypeError('CORS')
      return answer
    }) as typeof fetch
    const client = createClient(place.url('malmo'), 'any-key', {
      auth: { persistSession: false, autoRefreshToken: false },
      global: { fetch: browser },
    })
    const { error } = await client.auth.signInWithPassword({ email: mailOf('malmo'), password: PASSWORD })
    expect(error).toBeNull()
    const page = await client.from('notes').select('title', { count: 'exact' }).range(0, 1)
    expect(page).toMatchObject({ count: expect.any(Number), error: null })
    expect((await client.auth.signOut()).error).toBeNull()
    expect(new Set(asked)).toEqual(new Set(['POST 204', 'GET 204']))
  })
})

describe('HTTP by hand', () => {
  const TOKEN = '/auth/v1/token?grant_type=password'
  const RIGHT = { email: mailOf('malmo'), password: PASSWORD }
  const bytes = (first: string, more: readonly string[], body: string) =>
    [first, 'Host: malmo.localhost', 'Connection: close', ...more, '', body].join('\r\n')
  const login = (said: unknown, { path = TOKEN, version = '1.1', more = [] as string[] } = {}) => {
    const body = Buffer.from(typeof said === 'string' ? said : JSON.stringify(said)).toString('latin1')
    return bytes(`POST ${path} HTTP/${version}`, [...more, `Content-Length: ${body.length}`], body)
  }
  const chunked = (text: string) =>
    [...(text.match(/.{1,9}/g) ?? []), '']
      .map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
      .join('')

  test.each([
    ['by HTTP/1.0', login(RIGHT, { version: '1.0' })],
    ['with no content type', login(RIGHT)],
    ['as text', login(RIGHT, { more: ['Content-Type: text/plain'] })],
    [
      'to a host in capitals, with a last dot',
      login(RIGHT).replace('malmo.localhost', 'MALMO.LOCALHOST.:80'),
    ],
    ['with a byte order mark', login(`\ufeff${JSON.stringify(RIGHT)}`)],
    [
      'in pieces',
      bytes(`POST ${TOKEN} HTTP/1.1`, ['Transfer-Encoding: chunked'], chunked(JSON.stringify(RIGHT))),
    ],
    ['with the mail in capitals', login({ ...RIGHT, email: RIGHT.email.toUpperCase() })],
    ['by the last of two mails', login(JSON.stringify(RIGHT).replace('{', '{"email":"nobody@sco.example",'))],
  ])('logs in %s', async (_, sent) => {
    const { result, refs } = await place.reached(() => place.raw(sent))
    expect([result.status, result.body]).toEqual([
      200,
      expect.stringContaining('"orchestra":{"slug":"malmo"'),
    ])
    expect(refs).toEqual(new Set([REFS.malmo]))
  })

  test.each([
    ['with nothing', login(''), 400, 'bad_request'],
    ['with what is no JSON', login('email=a&password=b'), 400, 'bad_request'],
    ['with a list', login([RIGHT]), 400, 'bad_request'],
    ['with null', login('null'), 400, 'bad_request'],
    ['without a password', login({ email: RIGHT.email }), 400, 'bad_request'],
    ['with a number for a password', login({ ...RIGHT, password: 7 }), 400, 'bad_request'],
    ['with a list for a mail', login({ ...RIGHT, email: [RIGHT.email] }), 400, 'bad_request'],
    ['with a very long password', login({ ...RIGHT, password: 'x'.repeat(5_000) }), 400, 'bad_request'],
    ['with too much', login({ ...RIGHT, more: 'x'.repeat(17_000) }), 413, 'payload_too_large'],
    ['compressed', login('\x1f\x8b\x08', { more: ['Content-Encoding: gzip'] }), 400, 'bad_request'],
    [
      'with the grant type twice',
      login(RIGHT, { path: `${TOKEN}&grant_type=password` }),
      400,
      'unsupported_grant_type',
    ],
    [
      'with the grant type encoded',
      login(RIGHT, { path: TOKEN.replace('pass', 'p%61ss') }),
      400,
      'unsupported_grant_type',
    ],
    [
      'with the grant type in the body',
      login({ ...RIGHT, grant_type: 'password' }, { path: '/auth/v1/token' }),
      400,
      'unsupported_grant_type',
    ],
  ])('does not, and asks nobody, %s', async (_, sent, status, code) => {
    const { result, calls } = await place.reached(() => place.raw(sent))
    expect([result.status, JSON.parse(result.body)]).toMatchObject([status, { error_code: code }])
    expect(calls).toEqual([])
  })

  test.each([
    [
      'an address of 20 kB',
      `GET /rest/v1/notes?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: malmo.localhost\r\n\r\n`,
      431,
    ],
    ['a flood of headers', bytes('GET /rest/v1/notes HTTP/1.1', Array(3_000).fill('a: b'), ''), 431],
    ['no host', 'GET /rest/v1/notes HTTP/1.0\r\n\r\n', 400],
    ['no HTTP', 'EHLO malmo\r\n\r\n', 400],
    ['an expectation of something else', bytes('GET /rest/v1/notes HTTP/1.1', ['Expect: tea'], ''), 417],
    ['a question without an origin', bytes('OPTIONS /rest/v1/notes HTTP/1.1', [], ''), 401],
  ])('answers %s', async (_, sent, status) => {
    const { result, calls } = await place.reached(() => place.raw(sent))
    expect([result.status, calls]).toEqual([status, []])
  })

  test.each([
    ['HEAD /rest/v1/notes HTTP/1.1', [], '', 200, ''],
    ['GET /rest/v1/notes?limit=0 HTTP/1.0', [], '', 200, '[]'],
    ['DELETE /rest/v1/notes?id=eq.0 HTTP/1.1', ['Content-Length: 0'], '', 204, ''],
    ['GET /rest/v1/notes?limit=0 HTTP/1.1', ['X-Strange: \xe5', 'X-Empty:'], '', 200, '[]'],
    [
      'POST /rest/v1/notes HTTP/1.1',
      ['Content-Type: application/json', 'Content-Length: 13'],
      '{"title":"x"}',
      201,
      '0\r\n\r\n',
    ],
    [
      'POST /rest/v1/notes HTTP/1.1',
      ['Content-Type: application/json', 'Transfer-Encoding: chunked'],
      chunked('{"title":"x"}'),
      201,
      '0\r\n\r\n',
    ],
  ])('passes on %s %j', async (first, more, body, status, said) => {
    const { session } = await place.signIn('malmo')
    const answer = await place.raw(
      bytes(first, [`Authorization: Bearer ${session.access_token}`, ...more], body),
    )
    expect([answer.status, answer.body]).toEqual([status, said])
  })

  test('says when to go on with what is announced', async () => {
    const { head, body } = await place.raw(login(RIGHT, { more: ['Expect: 100-continue'] }))
    expect(head).toBe('HTTP/1.1 100 Continue')
    expect(body).toMatch(/^HTTP\/1.1 200 /)
  })

  test('answers what came at once in its order, each by its own token', async () => {
    const [malmo, sco] = [await place.signIn('malmo'), await place.signIn('sco')]
    await malmo.client.from('notes').delete().gt('id', 0)
    await malmo.client.from('notes').insert({ title: 'first' })
    await sco.client.from('notes').insert({ title: 'second' })
    const ask = (name: string, { session }: typeof malmo, last = '') =>
      `GET /rest/v1/notes?select=title HTTP/1.1\r\nHost: ${name}.localhost\r\nAuthorization: Bearer ${session.access_token}\r\n${last}\r\n`
    const { head, body } = await place.whole(ask('malmo', malmo) + ask('sco', sco, 'Connection: close\r\n'))
    expect(`${head}${body}`.match(/\[\{.*?\}\]/g)).toEqual(['[{"title":"first"}]', '[{"title":"second"}]'])
  })
})
