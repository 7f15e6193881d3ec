import { afterEach, describe, expect, test } from 'vitest'
import type { ManagementApi } from '../../infra/supabase/client.ts'
import { client, failure, json, type Reply, serve, type TestServer } from './server.ts'

interface Listed {
  readonly ref: string
  readonly name: string
}

let server: TestServer | undefined
let api: ManagementApi | undefined
afterEach(async () => {
  await api?.close()
  await server?.close()
})

/** Twenty letters that tell which number this is. */
function numbered(number: number): Listed {
  const letters = [...String(number).padStart(4, '0')].map((digit) => 'abcdefghij'[Number(digit)])
  return { ref: `project${letters.join('')}xxxxxxxxx`, name: `orkester-${number}` }
}

function fleet(size: number): Listed[] {
  return Array.from({ length: size }, (_, number) => numbered(number))
}

/** Answers pages of `all` as Supabase does; `before` may change the list before the page of this number. */
function pages(all: Listed[], before: (call: number) => void = () => {}): Reply {
  let calls = 0
  return (response, request) => {
    before(calls++)
    const offset = Number(request.url.searchParams.get('offset'))
    const limit = Number(request.url.searchParams.get('limit'))
    json({
      projects: all
        .slice(offset, offset + limit)
        .map((one) => ({ ...one, region: 'eu-north-1', is_branch: false, status: 'ACTIVE_HEALTHY' })),
      pagination: { count: all.length, limit, offset },
    })(response, request)
  }
}

async function list(reply: Reply, search?: string) {
  server = await serve(reply)
  api = client(server.url, { retries: 0 })
  return api.listProjects('orkestrar', search)
}

describe('a list that stays as it is', () => {
  test.each([0, 1, 99, 100, 101, 198, 199, 200, 250])(
    '%i projects are all listed, in order, each once',
    async (size) => {
      const listed = await list(pages(fleet(size)))
      expect(listed.map(({ name }) => name)).toEqual(fleet(size).map(({ name }) => name))
    },
  )

  test('250 projects take three calls, a hundred each, oldest first', async () => {
    await list(pages(fleet(250)))
    const asked = server?.received.map(({ url }) => Object.fromEntries(url.searchParams))
    expect(asked).toHaveLength(3)
    for (const query of asked ?? []) expect(query).toMatchObject({ limit: '100', sort: 'created_asc' })
    expect(server?.received[0]?.url.pathname).toBe('/v1/organizations/orkestrar/projects')
  })

  test('a search is sent as it was written', async () => {
    await list(pages(fleet(1)), 'malmö & lund')
    expect(server?.received[0]?.url.searchParams.get('search')).toBe('malmö & lund')
  })
})

describe('a list that changes between the pages is refused', () => {
  const changes: Record<string, (all: Listed[]) => void> = {
    'a project is made': (all) => all.push(numbered(900)),
    'a project already read is removed': (all) => all.splice(5, 1),
    'a project not yet read is removed': (all) => all.splice(220, 1),
    'one is removed and another made, so that the count stays': (all) => {
      all.splice(5, 1)
      all.push(numbered(900))
    },
    'one in the first place is exchanged for one in the last': (all) => {
      all.shift()
      all.push(numbered(900))
    },
    'all but a few are removed': (all) => all.splice(3),
  }
  for (const [name, change] of Object.entries(changes)) {
    for (const page of [1, 2]) {
      test(`${name}, before page ${page + 1}`, async () => {
        const all = fleet(250)
        const work = list(pages(all, (call) => call === page && change(all)))
        const error = await failure(work, 'api-unintelligible')
        expect(error.values.call).toBe('GET /v1/organizations/{slug}/projects')
      })
    }
  }
})

describe('a list that cannot be whole is refused', () => {
  test('the server counts more than it shows', async () => {
    const error = await failure(list(json({ projects: [], pagination: { count: 1 } })), 'api-unintelligible')
    expect(error.values.detail).toBe('0 of 1')
  })

  test('the server shows the same page for ever', async () => {
    const all = fleet(100)
    await failure(
      list((response, request) => {
        request.url.searchParams.set('offset', '0')
        pages(all)(response, request)
      }),
      'api-unintelligible',
    )
    expect(server?.received.length).toBeLessThan(4)
  })

  test('a project has something else than a ref', async () => {
    const error = await failure(list(pages([{ ref: 'Not-A-Ref', name: 'x' }])), 'api-unintelligible')
    expect(error.values.detail).toMatch(/projects\[0\]\.ref/)
  })
})
