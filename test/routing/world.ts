import { expect, vi } from 'vitest'
import type { ControlError, ErrorValues } from '../../infra/errors.ts'
import type { Ledger, LedgerEntry } from '../../infra/ledger/schema.ts'
import { type LedgerTrust, ledgerTrust, signLedger } from '../../infra/ledger/signed.ts'
import { readSigningKey, type SigningKey } from '../../infra/provider/signature.ts'
import { Router, type RouterOptions } from '../../infra/routing/router.ts'
import { entryOf, newKey, type Project, Projects } from './projects.ts'

const KEY = readSigningKey({}, 'sandbox')
export const TRUST = ledgerTrust([], 'sandbox') as LedgerTrust

export function ledgerOf(orchestras: readonly LedgerEntry[], at = new Date()): Ledger {
  return { version: 1, at: at.toISOString(), source: 'sandbox', orchestras: [...orchestras] }
}

/** Four orchestras, each of another way to sign, a router over them, and a ledger that can be changed. */
export class World {
  readonly projects: Projects
  readonly malmo: Project
  readonly sco: Project
  readonly lund: Project
  /** Signs with a secret of its own. */
  readonly visby: Project
  readonly problems: ControlError[] = []
  /** What the ledger's source says next. */
  text = ''
  #router: Router | null = null
  #published = 0

  private constructor(projects: Projects) {
    this.projects = projects
    this.malmo = projects.add('malmo', 'ab', newKey('ES256'))
    this.sco = projects.add('sco', 'cd', newKey('RS256'))
    this.lund = projects.add('lund', 'ef', newKey('EdDSA'))
    this.visby = projects.add('visby', 'gh')
  }

  static async open(options: Partial<RouterOptions> = {}): Promise<World> {
    const world = new World(await Projects.open())
    await world.publish(world.entries())
    await world.begin(options)
    return world
  }

  entries(): LedgerEntry[] {
    return this.projects.all.map((one) => entryOf(one))
  }

  /** Each later than the one before. */
  async publish(orchestras: readonly LedgerEntry[], key: SigningKey = KEY): Promise<void> {
    const at = new Date(Date.UTC(2026, 0, 1, 0, 0, this.#published++))
    this.text = await signLedger(key, ledgerOf(orchestras, at))
  }

  async begin(options: Partial<RouterOptions> = {}): Promise<Router> {
    this.#router?.close()
    this.#router = await Router.open({
      ledger: async () => this.text,
      trust: TRUST,
      target: this.projects.target,
      reloadMs: 3_600_000,
      timeoutMs: 500,
      onProblem: (problem) => this.problems.push(problem),
      ...options,
    })
    return this.#router
  }

  get router(): Router {
    if (!this.#router) throw new TypeError('not begun')
    return this.#router
  }

  async close(): Promise<void> {
    this.#router?.close()
    await this.projects.close()
  }

  async refuses(token: string, why: ErrorValues['token-refused']['why'], at?: string): Promise<void> {
    await expect(this.router.route(token, at)).rejects.toMatchObject({
      code: 'token-refused',
      values: { why },
    })
  }

  async leads(token: string, { slug, ref, url }: Project, at?: string): Promise<void> {
    expect(await this.router.route(token, at)).toMatchObject({ slug, ref, url })
  }
}

/** Lets time pass for the code under test, and nothing else. Restored by `vi.restoreAllMocks`. */
export function travel(): (ms: number) => void {
  const [day, clock] = [Date.now.bind(Date), performance.now.bind(performance)]
  let passed = 0
  vi.spyOn(Date, 'now').mockImplementation(() => day() + passed)
  vi.spyOn(performance, 'now').mockImplementation(() => clock() + passed)
  return (ms) => {
    passed += ms
  }
}
