import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '25' },
    from: { type: 'string', default: '0' },
    boundaries: { type: 'string', default: 'some' },
    lanes: { type: 'string', default: '12' },
    worlds: { type: 'string', default: '0' },
    whole: { type: 'boolean', default: false },
  },
})
const number = (text: string) => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new TypeError(`not a whole number: ${text}`)
  return value
}
const { seed, runs, from, boundaries, lanes, worlds, whole } = values
const given = { seed: number(seed), runs: number(runs), from: number(from), lanes: number(lanes), boundaries }
if (number(worlds) > 0) process.exit((await import('./worlds.ts')).randomWorlds(number(worlds), number(seed)))
// a whole world lives by the machine's clock; the others need theirs before anything else is loaded
if (whole) process.exit(await (await import('./whole/main.ts')).wholeWorld())
await import('./install.ts')
process.exit(await (await import('./campaign.ts')).campaign(given))
