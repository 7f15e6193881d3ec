import pLimit from 'p-limit'
import { z } from 'zod'
import { ControlError, hasCode } from '../errors.ts'
import type { Ref } from '../registry/orchestra.ts'
import { Http } from '../supabase/http.ts'
import { projectUrl, type Target } from '../supabase/target.ts'

const AT_ONCE = 16
/** How many may wait for their turn: one project's flood ends here. */
const MOST_WAITING = 200
const TEMPLATE = '{project}/auth/v1/user'

const userShape = z.object({ id: z.string(), role: z.string(), aud: z.string() })

/** Asks one project about tokens that only it can verify, since it signs them with a secret that it never tells. */
export class Inquiry {
  readonly #http: Http
  readonly #ref: Ref
  readonly #limit = pLimit(AT_ONCE)

  constructor(target: Target, ref: Ref, timeoutMs: number) {
    this.#ref = ref
    this.#http = new Http(projectUrl(target, ref), { token: null, timeoutMs, retries: 1, patienceMs: 0 })
  }

  /**
   * Whether the project says that this token is good, and this user's.
   * @throws ControlError as `Http.send`, where the project does not say either
   */
  async vouches(token: string, publishableKey: string, sub: string): Promise<boolean> {
    if (this.#limit.pendingCount >= MOST_WAITING) {
      throw new ControlError('api-rate-limited', { call: `GET ${TEMPLATE}`, waitedSeconds: 0 })
    }
    return this.#limit(async () => {
      try {
        const said = userShape.safeParse(await this.#ask(token, publishableKey))
        if (!said.success) {
          throw new ControlError('api-unintelligible', { call: `GET ${TEMPLATE}`, detail: 'no user' })
        }
        const { id, role, aud } = said.data
        return id === sub && role === 'authenticated' && aud === 'authenticated'
      } catch (error) {
        if (isRefusal(error)) return false
        throw error
      }
    })
  }

  #ask(token: string, publishableKey: string): Promise<unknown> {
    return this.#http.send({
      method: 'GET',
      path: '/auth/v1/user',
      template: TEMPLATE,
      scope: this.#ref,
      headers: { authorization: `Bearer ${token}`, apikey: publishableKey },
      secrets: [token],
      repeatable: true,
    })
  }

  close(): Promise<void> {
    return this.#http.close()
  }
}

/** The project has looked at the token and does not want it: bad, over, signed out, or its user is gone. */
function isRefusal(error: unknown): boolean {
  return hasCode(error, 'api-refused') && [400, 401, 403, 404].includes(error.values.status)
}
