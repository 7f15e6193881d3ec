import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { hasCode, messageOf, UsageError } from './errors.ts'

export const Status = z.enum([
  'INACTIVE',
  'ACTIVE_HEALTHY',
  'ACTIVE_UNHEALTHY',
  'COMING_UP',
  'UNKNOWN',
  'GOING_DOWN',
  'INIT_FAILED',
  'REMOVED',
  'RESTORING',
  'UPGRADING',
  'PAUSING',
  'RESTORE_FAILED',
  'RESTARTING',
  'PAUSE_FAILED',
  'RESIZING',
])
export type Status = z.infer<typeof Status>

const Phase = z.object({ status: Status, from: z.iso.datetime() })

export const SigningKey = z.object({
  id: z.string(),
  algorithm: z.enum(['EdDSA', 'ES256', 'RS256', 'HS256']),
  status: z.enum(['in_use', 'previously_used', 'revoked', 'standby']),
  privateJwk: z.record(z.string(), z.unknown()),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type SigningKey = z.infer<typeof SigningKey>

const ThirdParty = z.object({
  id: z.string(),
  oidcIssuerUrl: z.string().nullable(),
  jwksUrl: z.string().nullable(),
  customJwks: z.unknown(),
  insertedAt: z.string(),
})

const Project = z.object({
  ref: z.string(),
  id: z.int(),
  name: z.string(),
  region: z.string(),
  size: z.string(),
  createdAt: z.string(),
  /** What the project goes through, each from its moment on. */
  phases: z.array(Phase).min(1),
  /** A status told to be shown, whatever is true. */
  shown: Status.nullable(),
  /** Whether its data folder is complete: copied, with its own passwords and rows. */
  ready: z.boolean(),
  seeded: z.boolean(),
  sharedWith: z.string().nullable(),
  password: z.string(),
  readOnlyPassword: z.string(),
  jwtSecret: z.string(),
  keys: z.object({ anon: z.string(), serviceRole: z.string(), publishable: z.string(), secret: z.string() }),
  keyIds: z.object({ publishable: z.string(), secret: z.string() }),
  signingKeys: z.array(SigningKey),
  thirdParties: z.array(ThirdParty),
})
export type Project = z.infer<typeof Project>

const State = z.object({
  version: z.literal(1),
  accessToken: z.string(),
  adminPassword: z.string(),
  spareFolder: z
    .string()
    .regex(/^orchestra-sandbox-[0-9a-f]{12}$/)
    .nullable(),
  nextId: z.int(),
  /** Refs once found in the files, so that a deleted project does not come back. */
  known: z.array(z.string()),
  projects: z.array(Project),
})
export type State = z.infer<typeof State>

/** What the sandbox remembers, written whole and atomically after each change. */
export class Store {
  readonly state: State
  readonly #file: string
  #tail: Promise<void> = Promise.resolve()
  #queued: Promise<void> | null = null

  private constructor(file: string, state: State) {
    this.#file = file
    this.state = state
  }

  static async open(folder: string): Promise<Store> {
    const file = join(folder, 'state.json')
    try {
      return new Store(file, State.parse(JSON.parse(await readFile(file, 'utf8'))))
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) {
        const why =
          error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', ' ') : messageOf(error)
        throw new UsageError(`cannot read ${file}: ${why}. Remove ${folder} to begin anew`)
      }
    }
    return new Store(file, {
      version: 1,
      accessToken: `sbp_${randomBytes(20).toString('hex')}`,
      adminPassword: randomBytes(24).toString('base64url'),
      spareFolder: null,
      nextId: 700_001,
      known: [],
      projects: [],
    })
  }

  find(ref: string): Project | undefined {
    return this.state.projects.find((project) => project.ref === ref)
  }

  /** Resolves when what the state is now lies on disk. */
  save(): Promise<void> {
    if (!this.#queued) {
      this.#queued = this.#tail.then(() => {
        this.#queued = null
        return this.#write()
      })
      this.#tail = this.#queued.catch(() => undefined)
    }
    return this.#queued
  }

  async #write(): Promise<void> {
    await writeFile(`${this.#file}.tmp`, JSON.stringify(this.state, null, 1), { mode: 0o600 })
    await rename(`${this.#file}.tmp`, this.#file)
  }
}

/** Whether the state in this folder names that spare folder; a state that cannot be read may well do so. */
export async function namesSpareFolder(folder: string, name: string): Promise<boolean> {
  try {
    const text = await readFile(join(folder, 'state.json'), 'utf8')
    return State.pick({ spareFolder: true }).parse(JSON.parse(text)).spareFolder === name
  } catch (error) {
    return !hasCode(error, 'ENOENT', 'ENOTDIR')
  }
}
