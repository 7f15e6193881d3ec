import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSigningKey, signPlate } from '../../infra/provider/signature.ts'
import type { Ref } from '../../infra/registry/ref.ts'
import type { Slug } from '../../infra/registry/slug.ts'
import { refOf, slugOf } from '../support.ts'

/** One running database server; projects that share one answer from the same object. */
export interface Server {
  readonly systemId: string
  /** Seconds since 1970. */
  startedAt: number
  readonly plates: readonly Readonly<Record<string, string>>[]
  readonly musicians: number
  readonly productions: number
  /** Advisory locks that are held now. */
  readonly locks: Set<string>
}

/** A project of the stand-in's organization. */
export interface Project {
  readonly slug: Slug
  readonly ref: Ref
  readonly key: Readonly<Record<string, string>>
  status: string
  server: Server
}

/** As in production, where one image is behind all. */
const SYSTEM_ID = '7300000000000000001'
const MADE_AT = '2026-01-01T00:00:00.000Z'
const HOUR = 3_600

/** The slug of the orchestra with this number, and its ref: far apart, and ever the same. */
export function nameOf(index: number): { readonly slug: Slug; readonly ref: Ref } {
  const digest = createHash('sha256').update(`${index}`).digest()
  const letters = [...digest.subarray(0, 20)].map((byte) => String.fromCharCode(97 + (byte % 26)))
  return { slug: slugOf(`orkester-${`${index}`.padStart(5, '0')}`), ref: refOf(letters.join('')) }
}

/** So many projects, each on a server of its own that has been up for hours, plated by the sandbox's key. */
export async function makeProjects(count: number): Promise<readonly Project[]> {
  const key = readSigningKey({}, 'sandbox')
  const now = Math.floor(Date.now() / 1000)
  return Promise.all(
    Array.from({ length: count }, async (_, index): Promise<Project> => {
      const { slug, ref } = nameOf(index)
      const signature = await signPlate(key, { slug, ref, madeAt: MADE_AT })
      return {
        ...{ slug, ref, status: 'ACTIVE_HEALTHY' },
        key: { kty: 'EC', crv: 'P-256', kid: ref, alg: 'ES256', x: bytes(`x${ref}`), y: bytes(`y${ref}`) },
        server: {
          systemId: SYSTEM_ID,
          startedAt: now - 24 * HOUR - index,
          plates: [{ slug, ref, made_at: MADE_AT, signature }],
          ...{ musicians: 40 + (index % 60), productions: 1 + (index % 20), locks: new Set<string>() },
        },
      }
    }),
  )
}

/** The files that declare them, each with its ref. */
export async function declare(folder: string, projects: readonly Project[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { slug, ref } of projects)
    await writeFile(join(folder, `${slug}.yaml`), `name: Orkester ${slug.slice(-5)}\nref: ${ref}\n`)
}

function bytes(of: string): string {
  return createHash('sha256').update(of).digest('base64url')
}
