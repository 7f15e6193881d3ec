import { type PlanWords, spoken } from '../plan-words.ts'

const machines = (shards: number) => (shards === 1 ? 'en maskin' : `${shards} maskiner`)
const orchestraCount = (count: number) => (count === 1 ? '1 orkester' : `${count} orkestrar`)

export const plan: PlanWords = {
  title: ({ orchestras, shards, looksAtOnce }) =>
    `Ett svep över ${orchestraCount(orchestras)} på ${machines(shards)}, ${looksAtOnce} i taget på varje`,
  columns: {
    scope: 'Räknas mot',
    perSweep: 'Anrop per svep',
    perHour: 'Per timme',
    busiestMinute: 'Som mest per minut',
    limit: 'Gräns per minut',
  },
  scopes: {
    organization: 'organisationen (listan)',
    project: 'varje Supabase-projekt för sig (frågan)',
    keys: 'ingen (publika nycklar)',
  },
  time: ({ sweepSeconds, secondsAllowed, promiseMinutes, watchEveryMinutes }) =>
    `Tid: omkring ${spoken(sweepSeconds)}. Löftet är ${promiseMinutes} min och vakten går var ${watchEveryMinutes}:e minut, så ett svep får ta ${spoken(secondsAllowed)}.`,
  keeps: ({ keepsPromise }) => (keepsPromise ? '✅ Löftet kan hållas.' : '❌ Löftet kan inte hållas.'),
  assumed:
    'Beräknat, inte mätt: ett anrop tar 0,5 s, en maskin hos GitHub är igång efter 2 min, och 20 går samtidigt.',
  unkeepable: ({ orchestras, shards, promiseMinutes, watchEveryMinutes, sweepSeconds, ...needed }) => ({
    message: `Löftet ${promiseMinutes} min kan inte hållas: vakten går var ${watchEveryMinutes}:e minut, och ett svep över ${orchestraCount(orchestras)} på ${machines(shards)} tar omkring ${spoken(sweepSeconds)}.`,
    wayOut: [
      `Skriv promise: ${needed.promiseNeededMinutes}m eller längre`,
      ...(needed.shardsNeeded === null ? [] : [`shards: ${needed.shardsNeeded}`]),
    ]
      .join(', eller ')
      .concat('. npm run verify-database-isolation -- --plan visar hur det räknas.'),
  }),
  gathered: (seen, of, file) => `Underlag för ${seen} av ${orchestraCount(of)} skrivet till ${file}`,
  faults: {
    missing: () => 'den saknas',
    doubled: (files) => `den finns flera gånger (${files})`,
    old: (at) => `den är för gammal (började ${at})`,
    future: (at) => `den är från en tid som inte har varit (${at}); klockan går fel`,
    malformed: (detail) => `filen är avbruten eller ändrad (${detail})`,
    count: (of) => `den hör till en uppdelning i ${of} delar`,
    source: (other) => `den gäller ett annat API (${other})`,
    organization: (other) => `den gäller en annan organisation (${other})`,
    commit: (other) => `den är gjord med en annan version av koden (${other})`,
    run: (other) => `den hör till en annan körning (${other})`,
    registry: () => 'den är gjord med andra orkesterfiler eller inställningar',
    depth: (deep) => `den är gjord ${deep === 'true' ? 'med' : 'utan'} --deep, till skillnad från det här`,
  },
  usage: {
    shard: (given) => `--shard ska vara en del av flera, till exempel 3/8, inte ${given}`,
    evidence: '--evidence hör ihop med --shard',
    together: (one, other) => `${one} och ${other} går inte ihop`,
  },
}
