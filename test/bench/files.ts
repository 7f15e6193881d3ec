import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nameOf } from '../fleet/projects.ts'
import { SETTINGS } from '../support.ts'

/** A folder of declarations on disk, as a checkout has them. */
export interface Checkout {
  readonly root: string
  readonly orchestras: string
  readonly write: (index: number, size: string) => Promise<void>
  readonly remove: () => Promise<void>
}

/** So many sound declarations, each with all that one usually says. */
export async function checkout(count: number): Promise<Checkout> {
  const root = await mkdtemp(join(tmpdir(), 'bench-files-'))
  const orchestras = join(root, 'orchestras')
  await mkdir(join(root, '.github'))
  await mkdir(orchestras)
  await writeFile(join(root, '.github/orchestras.yml'), SETTINGS)
  const write = (index: number, size: string) =>
    writeFile(join(orchestras, `${nameOf(index).slug}.yaml`), declaration(index, size))
  for (let index = 0; index < count; index++) await write(index, 'micro')
  return { root, orchestras, write, remove: () => rm(root, { recursive: true, force: true }) }
}

/** The same as another checkout, beside it. */
export async function copyOf(one: Checkout): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'bench-base-'))
  await cp(one.root, root, { recursive: true })
  return root
}

function declaration(index: number, size: string): string {
  const { ref } = nameOf(index)
  return `# yaml-language-server: $schema=./schema.json
name: Orkester nummer ${index}
region: eu-north-1
size: ${size}
ref: ${ref}
login:
  admins:
    - admin@orkester${index}.example
  domains:
    - orkester${index}.example
contact: kontakt@orkester${index}.example
`
}
