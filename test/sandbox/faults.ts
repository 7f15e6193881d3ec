import { z } from 'zod'

export const Fault = z.strictObject({
  method: z.string().min(1).default('*'),
  path: z.string().min(1),
  times: z.int().positive().optional(),
  status: z.int().min(200).max(599).optional(),
  body: z.json().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  delayMs: z.number().min(0).max(600_000).optional(),
  hang: z.boolean().optional(),
  drop: z.enum(['before', 'after']).optional(),
})
export type Fault = z.infer<typeof Fault>

/** What was told to go wrong. Without `times` a fault holds until all are cleared; the first that matches wins. */
export class Faults {
  #planted: { readonly fault: Fault; left: number }[] = []

  plant(fault: Fault): void {
    this.#planted.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY })
  }

  clear(): void {
    this.#planted = []
  }

  /** The fault that befalls this call, used up by one. The pattern is held against the path, with its query if it has one. */
  take(method: string, path: string, search: string): Fault | null {
    const hit = this.#planted.find(
      ({ fault }) =>
        (fault.method === '*' || fault.method.toUpperCase() === method) &&
        matches(fault.path, fault.path.includes('?') ? path + search : path),
    )
    if (!hit) return null
    hit.left--
    if (hit.left <= 0) this.#planted = this.#planted.filter((other) => other !== hit)
    return hit.fault
  }
}

/** The answer that replaces the real one; null when the fault leaves that as it is. */
export function answerOf(fault: Fault): Response | null {
  const { status, body, headers, delayMs } = fault
  if (status === undefined && body === undefined && (headers || delayMs !== undefined)) return null
  const code = status ?? (body === undefined ? 500 : 200)
  if (code === 204 || code === 304) return new Response(null, { status: code, headers: headers ?? {} })
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? { message: 'Internal server error' })
  return new Response(text, {
    status: code,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })
}

function matches(pattern: string, path: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${escaped.join('.*')}$`, 's').test(path)
}
