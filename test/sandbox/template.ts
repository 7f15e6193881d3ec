import { createHash, randomUUID } from 'node:crypto'
import { appendFile, chown, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './accounts.ts'
import type { Engine } from './binaries.ts'
import { Cluster } from './cluster.ts'
import { freshName } from './folders.ts'
import { runAsAdmin } from './sql.ts'
import { authSchema } from './surface/doors.ts'

const SETTINGS = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
cluster_name = 'main'
shared_buffers = 16MB
max_connections = 40
max_parallel_workers_per_gather = 0
wal_level = logical
min_wal_size = 2MB
max_wal_size = 64MB
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_error_statement = panic
`

/** The data folder that every project's is copied from, as Supabase's are from its image; made once. */
export async function ensureTemplate(
  engine: Engine,
  clusters: string,
  adminPassword: string,
): Promise<string> {
  const base = await readFile(join(import.meta.dirname, 'base.sql'), 'utf8')
  const sql = `${base}\n${await authSchema()}`
  const made = createHash('sha256')
    .update(`${engine.version}\n${SETTINGS}\n${sql}`)
    .digest('hex')
    .slice(0, 12)
  const template = join(clusters, `template-${made}`)
  if (await readFile(join(template, 'PG_VERSION')).catch(() => null)) return template

  const building = freshName(template)
  await initialise(engine, clusters, building, adminPassword)
  await appendFile(join(building, 'postgresql.conf'), SETTINGS)
  const cluster = new Cluster(engine, building)
  await cluster.start()
  try {
    await runAsAdmin(cluster.port, adminPassword, sql)
  } finally {
    await cluster.stop()
  }
  await rename(building, template)
  await rename(`${building}.log`, `${template}.log`)
  return template
}

/** initdb reads the password from a real file only, which its account must be able to read. */
async function initialise(engine: Engine, clusters: string, folder: string, password: string): Promise<void> {
  const secret = join(clusters, `password-${randomUUID()}`)
  await writeFile(secret, password, { mode: 0o600 })
  try {
    if (engine.account) await chown(secret, engine.account.uid, engine.account.gid)
    const made = await run(engine.account, join(engine.bin, 'initdb'), [
      ...['-D', folder, '-U', 'supabase_admin', '--pwfile', secret, '--auth', 'scram-sha-256'],
      ...['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      ...['--wal-segsize=1', '--no-sync', '--no-instructions'],
    ])
    if (!made.ok) throw new Error(`initdb failed: ${made.output}`)
  } finally {
    await rm(secret, { force: true })
  }
}
