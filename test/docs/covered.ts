/** A test that runs a command, and words in it by which it can be known that it does. */
interface Covered {
  readonly by: string
  readonly says: string
}

const move: Covered = { by: 'test/e2e/life.test.ts', says: "home.run('move-orchestra', verb" }
const doctor: Covered = { by: 'test/repository/commands.test.ts', says: "script('doctor'" }
const verified: Covered = { by: 'test/scripts/contracts.test.ts', says: "script('verify-database-isolation'" }
const gated: Covered = { by: 'test/docs/commands.test.ts', says: 'what is said to GitHub fits the workflows' }
const login: Covered = { by: 'test/scripts/gateway.test.ts', says: 'docs/login.md can be typed' }
const fuzz: Covered = { by: 'test/fuzz/campaign.ts', says: 'FUZZ_SEED' }
const all: Covered = { by: '.github/workflows/pull-request.yml', says: 'run: npm test' }

/**
 * Where each command of the documents is run, as it stands there, but those of the README, which
 * `first-minutes.test.ts` runs one after the other. A command that is in no list makes the tests red.
 */
export const COVERED: Readonly<Record<string, Covered>> = {
  'npm ci': { by: '.github/actions/set-up/action.yml', says: 'npm ci' },
  'npm test': all,
  'npx vitest run test/isolation': all,
  'npm run format': { by: 'package.json', says: 'npm run lint' },
  'npm run schema': { by: 'test/docs/first-minutes.test.ts', says: 'npm run schema' },
  'npm run reference': { by: 'test/docs/reference.test.ts', says: 'await reference()' },
  'npm run pictures': { by: 'test/pictures/pictures.test.ts', says: 'npm run pictures' },
  'npm run bench': { by: 'test/bench/bench.test.ts', says: 'is measured`, async' },
  'npm run bench -- --write': { by: 'test/bench/bench.test.ts', says: 'performanceMarkdown(results)' },
  'npm run bench:gateway': { by: 'test/docs/commands.test.ts', says: 'test/bench/gateway.ts' },
  'npm run guards': { by: 'test/guards/guards.test.ts', says: 'there to be taken out' },
  'npm run mutants': { by: 'test/docs/commands.test.ts', says: 'stryker run test/mutants' },
  'npm run chaos': { by: 'test/chaos/campaign.test.ts', says: 'campaign' },
  'npx vitest run test/fuzz': all,
  'FUZZ_RUNS=1000 npx vitest run test/fuzz --testTimeout=600000': fuzz,
  'FUZZ_SEED=4711 npx vitest run test/fuzz': fuzz,
  'SUPABASE_OPENAPI=/path/api_v1_openapi.json npm test': {
    by: 'test/sandbox/conformance.test.ts',
    says: 'SUPABASE_OPENAPI',
  },
  'npm start': { by: 'test/docs/first-minutes.test.ts', says: 'npm start' },
  'npm run gateway': { by: 'test/scripts/gateway.test.ts', says: "'gateway'" },
  'npx tsx scripts/move-orchestra.ts create malmo --dry-run': {
    by: 'test/data/move-region.test.ts',
    says: "run('create', 'alto', '--dry-run'",
  },
  'npm run move-orchestra -- create malmo --dry-run': {
    by: 'test/data/move-region.test.ts',
    says: "run('create', 'alto', '--dry-run'",
  },
  'npx tsx scripts/move-orchestra.ts create malmo --region eu-central-1': move,
  'npx tsx scripts/move-orchestra.ts copy malmo': move,
  'npx tsx scripts/move-orchestra.ts verify malmo': move,
  'npx tsx scripts/move-orchestra.ts switch malmo': move,
  'npx tsx scripts/move-orchestra.ts complete malmo': move,
  'npm run provision': { by: 'test/e2e/life.test.ts', says: "home.run('provision')" },
  'read -rs SUPABASE_ACCESS_TOKEN && export SUPABASE_ACCESS_TOKEN': {
    by: 'test/docs/commands.test.ts',
    says: 'a token that is pasted',
  },
  'npm run verify-database-isolation': verified,
  'npm run verify-database-isolation -- --deep': {
    by: 'test/docs/first-minutes.test.ts',
    says: 'npm run verify-database-isolation -- --deep',
  },
  'npm run check-databases -- malmo': {
    by: 'test/scripts/contracts.test.ts',
    says: "['check-databases', ['basso']]",
  },
  'npm run doctor': doctor,
  'npm run dump-retiring': { by: 'test/docs/first-minutes.test.ts', says: 'npm run dump-retiring' },
  'npm run fetch-ledger -- --state report': {
    by: 'test/ledger/given-ledger.test.ts',
    says: "script('fetch-ledger'",
  },
  'npm run restore-dump -- --from .local/dumps/malmo-… --into <new ref>': {
    by: 'test/e2e/life.test.ts',
    says: "home.run('restore-dump', '--from'",
  },
  'gh run download RUN --name report --name page --dir incident': gated,
  'gh workflow run watch.yml --ref main': gated,
  'gh run list --workflow watch.yml --limit 5': gated,
  'gh workflow run provision.yml --ref main': gated,
  'gh secret set SUPABASE_ACCESS_TOKEN --env watch': gated,
  'gh secret set CONTROL_SIGNING_KEY --env production': gated,
}

/** What begins so is run as a whole elsewhere, or here. */
export const COVERED_BEGINNINGS: Readonly<Record<string, Covered>> = {
  'LOGIN=': login,
  'API=$(': login,
  'set -- $(': login,
  'curl -s ': login,
  'GATEWAY_SECRET=$(openssl rand -base64 48)': {
    by: 'test/scripts/gateway.test.ts',
    says: 'GATEWAY_SECRET',
  },
  'node --input-type=module -e ': { by: 'test/docs/commands.test.ts', says: 'makes a pair of keys' },
}
