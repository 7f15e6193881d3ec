import { up } from '../../infra/engine/run.ts'
import { readTarget } from '../../infra/supabase/target.ts'
import { orchestra } from '../engine/world.ts'

// A run of its own, to be killed: `run-up.ts STATE ORGANIZATION SLUG...`, the sandbox by the environment.
const [state = '', organization = '', ...slugs] = process.argv.slice(2)
const result = await up(
  { state, target: readTarget(process.env), env: process.env },
  {
    orchestras: slugs.map((slug) => orchestra(slug)),
    settings: { organization, waitMinutes: 1, signingKeys: [] },
  },
)
console.log(JSON.stringify(result))
