import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { parseRef } from '../../infra/registry/ref.ts'
import { complain, hasCode } from './errors.ts'
import { DEFAULT_REGION, REGIONS } from './regions.ts'

/** A project that an orchestra file says exists already. */
export type Declared = { readonly slug: string; readonly ref: string; readonly region: string }

const File = z.object({
  ref: z.string(),
  region: z.enum(REGIONS).catch(DEFAULT_REGION).default(DEFAULT_REGION),
})

/** The projects named by `ref` in the orchestra files, the first file winning; broken files name none. */
export async function declaredProjects(folder: string): Promise<readonly Declared[]> {
  const found = new Map<string, Declared>()
  for (const name of (await list(folder)).filter((entry) => /\.ya?ml$/.test(entry)).sort()) {
    const file = await read(join(folder, name))
    const ref = file && parseRef(file.ref)
    if (ref && !found.has(ref))
      found.set(ref, { slug: name.slice(0, -extname(name).length), ref, region: file.region })
  }
  return [...found.values()]
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

async function read(path: string): Promise<z.infer<typeof File> | null> {
  try {
    const parsed = File.safeParse(parse(await readFile(path, 'utf8'), { logLevel: 'error' }))
    return parsed.success ? parsed.data : null
  } catch (error) {
    complain(`skipped ${path}`, error)
    return null
  }
}
