import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BOTH, mailOf, NAMES, type Name, nameOf, PASSWORD, Place, REFS, SLOT_MS } from './place.ts'

let place: Place
beforeAll(async () => {
  place = await Place.open()
})
afterAll(() => place?.close())

type Client = ReturnType<Place['client']>

async function write(client: Client, title: string): Promise<void> {
  expect(await client.from('notes').insert({ title })).toMatchObject({ status: 201, error: null })
}

async function titlesSeen(client: Client): Promise<unknown> {
  const { data, error } = await client.from('notes').select('title').order('title')
  expect(error).toBeNull()
  return data?.map(({ title }) => title)
}

describe('supabase-js with nothing changed but the address', () => {
  test('users of three orchestras read and write, each in its own cluster alone', async () => {
    for (const name of NAMES) {
      const { refs } = await place.reached(async () => {
        const { client, session } = await place.signIn(name)
        expect(session).toMatchObject({
          orchestra: { slug: name, name: nameOf(name), message: `Du tillhör ${nameOf(name)}` },
        })
        await write(client, `of ${name}`)
        expect(await titlesSeen(client)).toEqual([`of ${name}`])
        expect((await client.auth.getUser()).data.user?.email).toBe(mailOf(name))
      })
      expect(refs).toEqual(new Set([REFS[name]]))
    }
    for (const name of NAMES) expect(await place.titles(name)).toEqual([`of ${name}`])
  })

  test('one user of two orchestras stands where the login was', async () => {
    for (const name of ['malmo', 'sco'] as const) {
      const { client, session } = await place.signIn(name, BOTH)
      expect(session).toMatchObject({ orchestra: { slug: name } })
      await write(client, `both in ${name}`)
      expect(await titlesSeen(client)).toEqual([`both in ${name}`])
    }
    expect(await place.titles('malmo')).toEqual(['both in malmo', 'of malmo'])
    expect(await place.titles('sco')).toEqual(['both in sco', 'of sco'])
    expect(await place.titles('visby')).toEqual(['of visby'])
  })

  test('on the common address the login decides', async () => {
    for (const name of NAMES) {
      const client = place.client()
      const { data, error } = await client.auth.signInWithPassword({
        email: mailOf(name).toUpperCase(),
        password: PASSWORD,
      })
      expect(error).toBeNull()
      expect(data.session).toMatchObject({ orchestra: { slug: name } })
      expect(await titlesSeen(client)).toEqual([`of ${name}`])
    }
  })

  test('refreshes, each token once, and still names the orchestra', async () => {
    const { client, session } = await place.signIn('malmo')
    const { data, error } = await client.auth.refreshSession()
    expect(error).toBeNull()
    expect(data.session).toMatchObject({
      orchestra: { slug: 'malmo', message: 'Du tillhör Orkestern malmo' },
    })
    expect(data.session?.refresh_token).not.toBe(session.refresh_token)
    expect(await titlesSeen(client)).toEqual(['of malmo'])
    const { refs } = await place.reached(() => client.auth.refreshSession())
    expect(refs).toEqual(new Set([REFS.malmo]))
  })

  test('signs out, after which neither token is worth anything', async () => {
    const { client, session } = await place.signIn('sco')
    expect(await client.auth.signOut()).toEqual({ error: null })
    const again = await place.client('sco').auth.refreshSession(session)
    expect(again.error).toMatchObject({
      status: 400,
      code: expect.stringMatching(/^(refresh_token|session)_/),
    })
  })

  test('asks for the user where it would verify claims by itself', async () => {
    for (const name of ['malmo', undefined] as const) {
      const client = place.client(name)
      await client.auth.signInWithPassword({ email: mailOf('malmo'), password: PASSWORD })
      const { data, error } = await client.auth.getClaims()
      expect(error).toBeNull()
      expect(data?.claims.email).toBe(mailOf('malmo'))
    }
  })

  test('shows what is wrong in the words of whoever reads', async () => {
    const swedish = await place.client('malmo').auth.signInWithPassword({
      ...{ email: mailOf('malmo'), password: 'wrong' },
    })
    expect(swedish.error).toMatchObject({
      code: 'invalid_credentials',
      message: 'Fel e-postadress eller lösenord.',
    })
    const nobody = await place.client('malmo').from('notes').select()
    expect(nobody).toMatchObject({
      status: 401,
      error: { code: 'no_authorization', message: 'Logga in först.' },
    })
    const english = await fetch(`http://127.0.0.1:${place.port}/rest/v1/notes`, {
      headers: { 'accept-language': 'de, en-GB;q=0.9, sv;q=0.5' },
    })
    expect(await english.json()).toEqual({ code: 'no_authorization', message: 'Log in first.' })
  })

  test('keeps its sessions while keys are rotated', async () => {
    const { client } = await place.signIn('malmo')
    for (const algorithm of ['RS256', 'EdDSA', 'ES256']) {
      const made = await place.stage.call('POST', `/v1/projects/${REFS.malmo}/config/auth/signing-keys`, {
        ...{ algorithm, status: 'in_use' },
      })
      expect(made.status).toBe(201)
      expect(await titlesSeen(client)).toEqual(['of malmo'])
      expect(await titlesSeen((await place.signIn('malmo')).client)).toEqual(['of malmo'])
    }
    expect((await client.auth.refreshSession()).error).toBeNull()
    expect(await titlesSeen(client)).toEqual(['of malmo'])
  })
})

describe('a refused login', () => {
  const tried = async (name: Name | undefined, email: string, password = 'wrong') => {
    const arrived = performance.now()
    const answer = await place.raw(loginBytes(name, { email, password }))
    const slots = (performance.now() - arrived) / SLOT_MS
    return { ...answer, head: answer.head.replace(/\r\nDate: .*/i, ''), slots: Math.floor(slots) }
  }
  const loginBytes = (name: Name | undefined, said: object) => {
    const body = JSON.stringify(said)
    return [
      'POST /auth/v1/token?grant_type=password HTTP/1.1',
      `Host: ${name === undefined ? '' : `${name}.`}localhost`,
      'Content-Type: application/json',
      'X-Supabase-Api-Version: 2024-01-01',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...['', body],
    ].join('\r\n')
  }

  test('is the same to the byte, and in time, whoever exists', async () => {
    await place.signIn('malmo')
    const [own, ...others] = await Promise.all([
      tried('malmo', mailOf('malmo')),
      tried('malmo', 'nobody@malmo.example'),
      tried('malmo', mailOf('sco')),
    ])
    expect(own).toMatchObject({ status: 400 })
    expect(own?.slots).toBeGreaterThanOrEqual(1)
    for (const { head, body } of others) expect({ head, body }).toEqual({ head: own?.head, body: own?.body })
    for (const { slots } of others) expect(slots).toBeGreaterThanOrEqual(1)
  })

  test('on the common address is one for everything, and asks for the orchestra’s address', async () => {
    await place.stage.fault({ method: 'POST', path: `/projects/${REFS.visby}/auth/v1/token`, status: 503 })
    const all = await Promise.all([
      tried(undefined, mailOf('malmo')),
      tried(undefined, 'nobody@malmo.example'),
      tried(undefined, 'nobody@nowhere.example'),
      tried(undefined, 'someone@shared.example'),
      tried(undefined, BOTH, PASSWORD),
      tried(undefined, 'no address'),
      tried(undefined, mailOf('visby'), PASSWORD),
    ])
    await place.stage.clearFaults()
    const [first] = all
    expect(JSON.parse(first?.body ?? '')).toEqual({
      code: 'invalid_credentials',
      message: expect.stringContaining('<orkester>.localhost'),
    })
    for (const { status, head, body, slots } of all) {
      expect({ status, head, body }).toEqual({ status: 400, head: first?.head, body: first?.body })
      expect(slots).toBeGreaterThanOrEqual(2)
    }
    const known = await place.signIn('malmo')
    expect(known.session.user.email).toBe(mailOf('malmo'))
  })

  test('at the common address asks no project about an address that is nobody’s', async () => {
    const { calls } = await place.reached(() => tried(undefined, 'someone@shared.example', PASSWORD))
    expect(calls).toEqual([])
    expect(place.log.at(-2)).toMatchObject({ code: 'invalid_credentials', why: 'no orchestra for it' })
  })
})
