import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readersOf } from '../../infra/watch/publishing.ts'
import { World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterEach(() => {
  world.trouble = () => null
})
afterAll(() => world.close())

/** The repository and its site as GitHub answers; null: there is no site. */
function given(isPrivate: boolean, site: { public: boolean; build_type?: string | null } | null): void {
  world.trouble = ({ path }) => {
    if (path.endsWith('/pages')) {
      return site === null
        ? { status: 404, body: '{"message":"Not Found"}' }
        : { status: 200, body: JSON.stringify({ url: 'x', html_url: 'y', ...site }) }
    }
    return { status: 200, body: JSON.stringify({ private: isPrivate, name: 'orchestras' }) }
  }
}

test.each([
  [true, { public: true, build_type: 'workflow' }, 'everyone'],
  [true, { public: false, build_type: 'workflow' }, 'allowed'],
  [false, { public: true, build_type: 'workflow' }, 'allowed'],
  [false, { public: false, build_type: 'workflow' }, 'allowed'],
  [true, { public: false, build_type: 'legacy' }, 'nobody'],
  [true, { public: false, build_type: null }, 'nobody'],
  [true, { public: false }, 'nobody'],
  [true, null, 'nobody'],
] as const)('a repository that is private (%s) with the site %j: %s', async (isPrivate, site, readers) => {
  given(isPrivate, site)
  expect(await readersOf(world.github())).toBe(readers)
})

test('the emulator has no sites: nobody', async () => {
  expect(await readersOf(world.github())).toBe('nobody')
})

test.each([
  ['the site', '/pages', { status: 403, body: '{"message":"Resource not accessible by integration"}' }],
  ['the site', '/pages', { status: 200, body: '{"public":"no","build_type":"workflow"}' }],
  ['the repository', '/orchestras', { status: 500, body: '{"message":"x"}' }],
  ['the repository', '/orchestras', { status: 200, body: '{}' }],
] as const)('where %s cannot be read nobody says that it may be published', async (_, ending, answer) => {
  given(true, { public: false, build_type: 'workflow' })
  const usual = world.trouble
  world.trouble = (call, index) => (call.path.endsWith(ending) ? answer : usual(call, index))
  await expect(readersOf(world.github())).rejects.toMatchObject({
    code: expect.stringMatching(/^github-/),
  })
})
