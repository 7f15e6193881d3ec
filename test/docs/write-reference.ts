import { writeFile } from 'node:fs/promises'
import { REFERENCE, reference } from './reference/reference.ts'

await writeFile(REFERENCE, await reference())
console.log(REFERENCE)
