import { createClient } from '@supabase/supabase-js'
import { z } from 'zod'
import type { Call, testSandbox } from './support.ts'

type Room = Awaited<ReturnType<typeof testSandbox>>

const Keys = z.array(z.object({ name: z.string(), type: z.string(), api_key: z.string() }))

/** A project's API keys, by what they are. */
export async function apiKeys(call: Call, ref: string) {
  const { body } = await call('GET', `/v1/projects/${ref}/api-keys?reveal=true`)
  const keys = Keys.parse(body)
  const key = (fits: (one: z.infer<typeof Keys>[number]) => boolean) => keys.find(fits)?.api_key ?? ''
  return {
    publishable: key(({ type }) => type === 'publishable'),
    secret: key(({ type }) => type === 'secret'),
    anon: key(({ name }) => name === 'anon'),
    serviceRole: key(({ name }) => name === 'service_role'),
  }
}

/** Supabase's own client on a project, that keeps its session to itself and leaves refreshing to the test. */
export function clientOn({ apiUrl }: Room['sandbox'], ref: string, key: string) {
  return createClient(`${apiUrl}/projects/${ref}`, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  })
}

/** A user as a seed makes one in SQL. */
export async function seedUser(room: Room, ref: string, email: string, password: string): Promise<void> {
  await room.sql(
    ref,
    `insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
       raw_app_meta_data, raw_user_meta_data)
     values ('00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'authenticated', 'authenticated',
       '${email}', extensions.crypt('${password}', extensions.gen_salt('bf')), now(), '{}', '{}');
     select 1`,
  )
}

export type Reply = { readonly status: number; readonly headers: Headers; readonly body: unknown }

/** Asks a project's own surface as any HTTP client would. */
export function asking({ sandbox }: Room) {
  return async (
    ref: string,
    method: string,
    path: string,
    { body, ...headers }: { body?: unknown } & Record<string, unknown> = {},
  ): Promise<Reply> => {
    const response = await fetch(`${sandbox.apiUrl}/projects/${ref}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parsed(text) }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const Log = z.array(
  z.object({
    method: z.string(),
    path: z.string(),
    ref: z.string().nullable(),
    cluster: z.string().nullable(),
    status: z.number().nullable(),
  }),
)

/** What the log says of calls to projects' own surfaces. */
export async function surfaceLog(call: Call) {
  const calls = Log.parse((await call('GET', '/_sandbox/log')).body)
  return calls.filter(({ path }) => path.startsWith('/projects/'))
}
