import { rules } from '../../infra/isolation/rules/index.ts'

/** A line that keeps the promise, what it becomes when it is taken out, and the tests that must miss it. */
export interface Guard {
  readonly name: string
  readonly file: string
  /** Stands exactly once in the file. */
  readonly line: string
  readonly without: string
  readonly tests: readonly string[]
}

const RULES = 'infra/isolation/rules/index.ts'
const PROVISION = ['test/provision/provision.test.ts']

/** One rule of the verdict, judging nothing. */
function ruleless(code: string): Guard {
  const name = code.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const key = name === code ? code : `'${code}'`
  return {
    name: `rule ${code}`,
    file: RULES,
    line: name === code ? `  ${name},\n` : `  ${key}: ${name},\n`,
    without: `  ${key}: { ...${name}, judge: () => [] },\n`,
    tests: ['test/isolation/rules.test.ts'],
  }
}

export const guards: readonly Guard[] = [
  ...Object.keys(rules).map(ruleless),
  {
    name: 'rules show on planted evidence that they see',
    file: 'infra/isolation/judge.ts',
    line: 'const findings = [...blindRules(table), ',
    without: 'const findings = [',
    tests: ['test/isolation/rules.test.ts'],
  },
  {
    name: 'a server that restarts within a sweep is asked again',
    file: 'infra/isolation/restarts.ts',
    line: 'one.inside.identity.upSeconds <= secondsIntoSweep',
    without: 'false',
    tests: ['test/isolation/sweep.test.ts'],
  },
  {
    name: 'the registry is read again by the apply',
    file: 'infra/provision/provision.ts',
    line: '  mustBeSound(means.registry)\n',
    without: '',
    tests: PROVISION,
  },
  {
    name: 'the proof before the apply',
    file: 'infra/provision/gate.ts',
    line: 'if (!locked && !proof.judgement.findings.some(closesGate))',
    without: 'if (!locked)',
    tests: PROVISION,
  },
  {
    name: 'the proof after the apply',
    file: 'infra/provision/provision.ts',
    line: "const proof = await prove(means, 'after', { held: waiting })",
    without: 'const proof = seen',
    tests: PROVISION,
  },
  {
    name: 'the lock that GitHub holds is heeded by the apply',
    file: 'infra/provision/gate.ts',
    line: 'if (!locked && !proof',
    without: 'if (!proof',
    tests: ['test/workflows/provision-and-watch.test.ts', 'test/e2e/story.test.ts'],
  },
  {
    name: 'the lock that GitHub holds is read',
    file: 'scripts/common/lock.ts',
    line: 'const lock = await readLock(github)',
    without: 'const lock = { locked: false, incidents: [] as Lock["incidents"] }',
    tests: ['test/scripts/lock.test.ts'],
  },
  {
    name: 'a removal that nobody announced is refused',
    file: 'infra/engine/removals.ts',
    line: 'if (announced.length < gone.length)',
    without: 'if (false)',
    tests: PROVISION,
  },
  {
    name: 'no more are removed at once than the settings allow',
    file: 'infra/engine/removals.ts',
    line: 'if (gone.length > limit)',
    without: 'if (false)',
    tests: ['test/data/retire.test.ts'],
  },
  {
    name: "another's nameplate keeps away",
    file: 'infra/provider/nameplate.ts',
    line: 'else throw taken(owner, row)',
    without: '',
    tests: ['test/provider/nameplate.test.ts'],
  },
  {
    name: "a nameplate's signature is verified",
    file: 'infra/provider/nameplate.ts',
    line: 'if (!(await verifyPlate(publicKeys, row))) bad.push(row)\n    else if',
    without: 'if',
    tests: ['test/provider/nameplate.test.ts'],
  },
  {
    name: 'a database that someone works in is not adopted',
    file: 'infra/provider/project.ts',
    line: '  if (inputs.ref === undefined && !standing.own) await refuseInUse(work.api, owner)\n',
    without: '',
    tests: ['test/engine/trouble.test.ts'],
  },
  {
    name: 'a project elsewhere is not adopted',
    file: 'infra/provider/adoption.ts',
    line: 'if (actual !== expected)',
    without: 'if (false)',
    tests: ['test/engine/trouble.test.ts'],
  },
  {
    name: 'a creation whose outcome is unknown is looked up, not repeated',
    file: 'infra/provider/adoption.ts',
    line: 'if (!mayHaveWorked(error)) throw error',
    without: 'throw error',
    tests: ['test/engine/trouble.test.ts'],
  },
  {
    name: 'one database, one file',
    file: 'infra/registry/clashes.ts',
    line: '    ...among(claimants.flatMap(refs)),\n',
    without: '',
    tests: ['test/registry/clashes.test.ts'],
  },
  {
    name: 'one administrator, one orchestra',
    file: 'infra/registry/clashes.ts',
    line: '    ...among(claimants.flatMap(admins)),\n',
    without: '',
    tests: ['test/registry/clashes.test.ts'],
  },
  {
    name: 'a sandbox stands for nothing in Actions',
    file: 'infra/supabase/target.ts',
    line: "if (env.GITHUB_ACTIONS === 'true' && env.ALLOW_SANDBOX_API !== 'true')",
    without: 'if (false)',
    tests: ['test/supabase/target.test.ts'],
  },
  {
    name: "a sandbox's proof releases no lock",
    file: 'infra/watch/settle.ts',
    line: "if (source !== 'supabase' && !allowSandbox)",
    without: 'if (false)',
    tests: ['test/watch/settle.test.ts'],
  },
  {
    name: 'an incident is what the bot wrote',
    file: 'infra/watch/incidents.ts',
    line: '  if (issue.user?.login !== login) return null\n',
    without: '',
    tests: ['test/watch/settle.test.ts'],
  },
  {
    name: 'an incident that a person closed still locks',
    file: 'infra/watch/incidents.ts',
    line: 'return open || memory.ended === null',
    without: 'return open',
    tests: ['test/watch/settle.test.ts', 'test/watch/lock.test.ts'],
  },
  {
    name: 'an incident whose marker is cut away still locks',
    file: 'infra/watch/incidents.ts',
    line: "if (!marker && !(labelled && issue.state === 'open'))",
    without: 'if (!marker)',
    tests: ['test/watch/settle.test.ts'],
  },
  {
    name: 'the ledger is signed',
    file: 'infra/ledger/signed.ts',
    line: 'await flattenedVerify(said, await importJWK(publicPart(key), ALGORITHM), { algorithms: [ALGORITHM] })',
    without: '',
    tests: ['test/ledger/signed.test.ts'],
  },
  {
    name: 'no older ledger is followed',
    file: 'infra/ledger/signed.ts',
    line: "  throw refused('older')",
    without: '  return next',
    tests: ['test/ledger/signed.test.ts', 'test/routing/reload.test.ts'],
  },
  {
    name: "a token is of the project that verified it, by that project's own key",
    file: 'infra/routing/verifier.ts',
    line: 'await compactVerify(text, key.key, { algorithms: [key.alg] })',
    without: '',
    tests: ['test/routing/properties.test.ts', 'test/routing/keys.test.ts'],
  },
  {
    name: 'a token signed by a secret is vouched for by its project',
    file: 'infra/routing/verifier.ts',
    line: "  if (!(await inquiry.vouches(text, publishableKey, claims.sub))) throw refused('project')\n",
    without: '',
    tests: ['test/routing/secret.test.ts'],
  },
  {
    name: "no token opens another orchestra's address",
    file: 'infra/routing/router.ts',
    line: "    if (at !== undefined && slug !== at) throw refused('other-orchestra')\n",
    without: '',
    tests: ['test/routing/properties.test.ts', 'test/routing/directory.test.ts'],
  },
  {
    name: 'a token that is over is refused',
    file: 'infra/routing/token.ts',
    line: "  if (!(now < exp + LENIENCY)) throw refused('expired')\n",
    without: '',
    tests: ['test/routing/properties.test.ts', 'test/routing/keys.test.ts', 'test/routing/directory.test.ts'],
  },
  {
    name: 'an orchestra in a breach can be kept out',
    file: 'infra/routing/directory.ts',
    line: "if (quarantined.has(slug)) return 'quarantined'",
    without: '',
    tests: ['test/routing/directory.test.ts', 'test/routing/reload.test.ts'],
  },
]
