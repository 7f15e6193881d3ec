import type { Context, MiddlewareHandler } from 'hono'
import type { Env } from './http.ts'

const BODILESS = ['GET', 'HEAD', 'DELETE', 'OPTIONS']

/** Refuses a body of more bytes than these with 413: one that is announced as such unread, any other when it is read. */
export function upTo(bytes: number, refusal: object): MiddlewareHandler<Env> {
  return async (c, next) => {
    const announced = Number(c.req.header('content-length') ?? 0)
    if (announced > bytes || Buffer.byteLength(await textOf(c)) > bytes) return c.json(refusal, 413)
    await next()
  }
}

/** The body, where one may come. */
export async function textOf(c: Context<Env>): Promise<string> {
  return BODILESS.includes(c.req.method) ? '' : c.req.text()
}
