import { ACCOUNTS, IN_USE, LOOK, READ } from '../../infra/provider/nameplate-sql.ts'

/** One name for all calls that are the same but for whom they are about. */
export function boundaryOf(
  what: string,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body: string },
): string {
  if (what === 'beat') return 'HEARTBEAT'
  const place = path
    .replace(/\?.*$/, '')
    .replace(/\/projects\/[a-z]{20}/, '/projects/{ref}')
    .replace(/\/[0-9a-f]{40}(?=\/|$|\.)/g, '/{sha}')
    .replace(/\/\d+(?=\/|$)/g, '/{n}')
    .replace(/[0-9a-f]{40}/g, '{sha}')
    .replace('/repos/orkestrar/orchestras', '')
  const owner = what === 'api' ? 'SUPABASE' : 'GITHUB'
  return `${owner} ${method} ${place}${path.includes('/database/query') ? ` ${purposeOf(body)}` : ''}`
}

function purposeOf(body: string): string {
  const sql = String(JSON.parse(body).query)
  if (sql === LOOK) return 'look'
  if (sql === READ) return 'read'
  if (sql === IN_USE || sql === ACCOUNTS) return 'in-use'
  if (sql.includes('insert into control.nameplate')) return 'plate'
  if (sql.includes(' as plates')) return 'evidence'
  if (sql.includes('pg_advisory_xact_lock_shared')) return 'hold'
  return sql.includes('unnest(') ? 'locks' : 'identity'
}
