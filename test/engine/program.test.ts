import * as pulumi from '@pulumi/pulumi'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { declareProjects } from '../../infra/engine/program.ts'
import { orchestra, ref } from './world.ts'

interface Declared {
  readonly type: string
  readonly name: string
  readonly inputs: Record<string, unknown>
}

let declared: Declared[]

beforeEach(() => {
  declared = []
  pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      declared.push({ type, name, inputs })
      return { id: `${name}-id`, state: { ...inputs, value: 'a password' } }
    },
    call: () => ({}),
  })
})

describe('the program', () => {
  it('declares one project per orchestra, and a password where one is to be created', async () => {
    const adopted = ref('abcdefghijklmnopqrst')
    const key = { kty: 'OKP', crv: 'Ed25519', x: 'x' } as const
    declareProjects(
      [orchestra('new'), orchestra('old', { ref: adopted, region: 'eu-west-1' })],
      { organization: 'o', waitMinutes: 2 },
      [key],
    )
    await vi.waitFor(() => expect(declared).toHaveLength(3))
    const common = { organization: 'o', size: 'micro', waitSeconds: 120, publicKeys: [key] }
    expect(
      declared.toSorted((a, b) => `${a.name}${a.type}`.localeCompare(`${b.name}${b.type}`)),
    ).toMatchObject([
      { type: 'supabase:index:Password', name: 'new' },
      {
        type: 'supabase:index:Project',
        name: 'new',
        inputs: { slug: 'new', region: 'eu-north-1', password: expect.anything(), ...common },
      },
      {
        type: 'supabase:index:Project',
        name: 'old',
        inputs: { slug: 'old', region: 'eu-west-1', ref: adopted, ...common },
      },
    ])
  })

  it('is one default function, as the language host wants it, and reads the folder beside Pulumi.yaml', async () => {
    const entry = await import('../../infra/index.ts')
    expect(Object.keys(entry)).toEqual(['default'])
    await entry.default()
    const projects = () => declared.filter(({ type }) => type.endsWith(':Project')).map(({ name }) => name)
    await vi.waitFor(() => expect(projects().toSorted()).toEqual(['malmo', 'sco', 'scoso']))
  })
})
