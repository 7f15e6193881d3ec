import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readExport, recorded } from '../../infra/engine/recorded.ts'
import { departures } from '../../infra/engine/removals.ts'

const REF = 'abcdefghijklmnopqrst'
const urn = (slug: string) => `urn:pulumi:orchestras::orchestras::supabase:index:Project::${slug}`
const project = (slug: string, rest: object = {}) => ({
  ...{
    urn: urn(slug),
    type: 'supabase:index:Project',
    id: REF,
    outputs: { finished: true, publishableKey: 'sb_publishable_x' },
  },
  ...rest,
})
const pending = (slug: string, type: string) => ({
  type,
  resource: { urn: urn(slug), type: 'supabase:index:Project' },
})
const read = (resources: object[], pending_operations: object[] = []) =>
  Object.fromEntries(
    readExport(JSON.stringify({ version: 3, deployment: { resources, pending_operations } })).projects,
  )

describe('what state records', () => {
  it('is nothing before the first run', () => {
    expect(readExport(null).projects.size).toBe(0)
    expect(readExport('{"version":3,"deployment":{}}').projects.size).toBe(0)
  })

  it('is finished only with an id, without failures of its beginning, and with nothing under way', () => {
    const done = { ref: REF, finished: true, publishableKey: 'sb_publishable_x' }
    expect(
      read([
        project('malmo'),
        { urn: urn('x').replace('Project', 'Password'), type: 'supabase:index:Password', id: 'password' },
      ]),
    ).toEqual({ malmo: done })
    expect(read([project('malmo', { initErrors: ['project-slow {}'] })])).toEqual({
      malmo: { ...done, finished: false },
    })
    expect(read([project('malmo', { outputs: { finished: false, publishableKey: '' } })])).toMatchObject({
      malmo: { finished: false, publishableKey: null },
    })
    expect(read([project('malmo', { id: '' })])).toMatchObject({ malmo: { ref: null, finished: false } })
    expect(read([project('malmo')], [pending('malmo', 'updating')])).toEqual({
      malmo: { ...done, finished: false },
    })
    expect(read([project('malmo')], [pending('malmo', 'creating')])).toEqual({ malmo: done })
    expect(read([], [pending('malmo', 'creating')])).toEqual({
      malmo: { ref: null, finished: false, publishableKey: null },
    })
  })

  it('is unreadable, and never nothing, when it is torn', () => {
    for (const text of ['', '{', '[]', '{"deployment":{"resources":"x"}}']) {
      expect(() => readExport(text)).toThrow(/^state-unreadable/)
    }
  })
})

describe('a state on this machine', () => {
  let folder: string
  let stacks: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'state-'))
    stacks = join(folder, 'pulumi', '.pulumi', 'stacks', 'orchestras')
    await mkdir(stacks, { recursive: true })
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  const ask = (env: NodeJS.ProcessEnv = {}) =>
    recorded({
      state: folder,
      target: { apiUrl: 'http://127.0.0.1:9', source: 'sandbox' },
      env: { ...process.env, ...env },
    })

  it('is answered without an engine while there is none', async () => {
    expect(await ask({ PULUMI_HOME: join(folder, 'nowhere'), PATH: '' })).toEqual(new Map())
  })

  it('is unreadable when its file is torn, or when only a backup is left', async () => {
    await writeFile(join(stacks, 'orchestras.json.bak'), '{}')
    await expect(ask()).rejects.toMatchObject({ code: 'state-unreadable' })
    for (const text of ['', '{"version":3,"checkpoint":{"stack":"orga']) {
      await writeFile(join(stacks, 'orchestras.json'), text)
      await expect(ask()).rejects.toMatchObject({ code: 'state-unreadable' })
    }
  })

  it('is unreadable when its backend cannot be asked', async () => {
    await expect(ask({ PULUMI_BACKEND_URL: pathToFileURL(join(folder, 'gone')).href })).resolves.toEqual(
      new Map(),
    )
    await expect(ask({ PULUMI_BACKEND_URL: 'nonsense://x' })).rejects.toMatchObject({
      code: 'state-unreadable',
    })
  })
})

describe('a removal', () => {
  it('is refused with the names of all that would go', () => {
    const { projects } = readExport(
      JSON.stringify({ deployment: { resources: ['c', 'a', 'b'].map((name) => project(`${name}-x`)) } }),
    )
    const [first] = projects.keys()
    expect(() => departures(first ? [first] : [], projects, 9)).toThrow(
      'project-removal-refused {"slugs":"a-x, b-x"}',
    )
    expect(departures(projects.keys(), projects, 0)).toEqual([])
  })

  it('lets those go that have announced just this database before, and no more than the limit', () => {
    const outputs = (more: object) => ({ outputs: { ref: REF, finished: true, ...more } })
    const { projects } = readExport(
      JSON.stringify({
        deployment: {
          resources: [
            project('a-x', outputs({ retiring: REF })),
            project('b-x', outputs({ retiring: REF })),
            project('c-x', outputs({ retiring: 'zzzzzzzzzzzzzzzzzzzz' })),
            project('d-x', outputs({ ref: 'zzzzzzzzzzzzzzzzzzzz', retiring: REF })),
          ],
        },
      }),
    )
    const names = [...projects.keys()]
    expect(departures(names.slice(1), projects, 1)).toEqual([{ slug: 'a-x', ref: REF }])
    for (const gone of names.slice(2))
      expect(() =>
        departures(
          names.filter((name) => name !== gone),
          projects,
          9,
        ),
      ).toThrow(`project-removal-refused {"slugs":"${gone}"}`)
    expect(() => departures(names.slice(2), projects, 1)).toThrow(
      'retire-too-many {"slugs":"a-x, b-x","count":2,"limit":1}',
    )
    expect(() => departures(names.slice(1), projects, 0)).toThrow('retire-too-many')
  })
})
