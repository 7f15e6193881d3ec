import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

// The least that a check of a folder can do: read each file and parse it.

const folder = process.argv[2]
const names = readdirSync(folder)
if (!names.every((name) => parse(readFileSync(`${folder}/${name}`, 'utf8')))) process.exitCode = 1
