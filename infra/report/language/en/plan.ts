import { type PlanWords, spoken } from '../plan-words.ts'

const machines = (shards: number) => (shards === 1 ? 'one machine' : `${shards} machines`)
const orchestraCount = (count: number) => (count === 1 ? '1 orchestra' : `${count} orchestras`)

export const plan: PlanWords = {
  title: ({ orchestras, shards, looksAtOnce }) =>
    `A sweep of ${orchestraCount(orchestras)} on ${machines(shards)}, ${looksAtOnce} at once on each`,
  columns: {
    scope: 'Counts against',
    perSweep: 'Calls per sweep',
    perHour: 'Per hour',
    busiestMinute: 'Most in a minute',
    limit: 'Limit per minute',
  },
  scopes: {
    organization: 'the organization (the list)',
    project: 'each project by itself (the statement)',
    keys: 'nothing (public keys)',
  },
  time: ({ sweepSeconds, secondsAllowed, promiseMinutes, watchEveryMinutes }) =>
    `Time: about ${spoken(sweepSeconds)}. The promise is ${promiseMinutes} min and the watch runs every ${watchEveryMinutes} minutes, so a sweep may take ${spoken(secondsAllowed)}.`,
  keeps: ({ keepsPromise }) =>
    keepsPromise ? '✅ The promise can be kept.' : '❌ The promise cannot be kept.',
  assumed:
    'Computed, not measured: a call takes 0.5 s, a machine of GitHub’s is up after 2 min, and 20 run at once.',
  unkeepable: ({ orchestras, shards, promiseMinutes, watchEveryMinutes, sweepSeconds, ...needed }) => ({
    message: `The promise of ${promiseMinutes} min cannot be kept: the watch runs every ${watchEveryMinutes} minutes, and a sweep of ${orchestraCount(orchestras)} on ${machines(shards)} takes about ${spoken(sweepSeconds)}.`,
    wayOut: [
      `Write promise: ${needed.promiseNeededMinutes}m or longer`,
      ...(needed.shardsNeeded === null ? [] : [`shards: ${needed.shardsNeeded}`]),
    ]
      .join(', or ')
      .concat('. npm run verify-database-isolation -- --plan shows how this is computed.'),
  }),
  gathered: (seen, of, file) => `Evidence of ${seen} of ${orchestraCount(of)} written to ${file}`,
  faults: {
    missing: () => 'it is missing',
    doubled: (files) => `it is there more than once (${files})`,
    old: (at) => `it is too old (begun ${at})`,
    future: (at) => `it is from a time that has not been (${at}); a clock is wrong`,
    malformed: (detail) => `the file is cut short or altered (${detail})`,
    count: (of) => `it belongs to a division into ${of} parts`,
    source: (other) => `it is about another API (${other})`,
    organization: (other) => `it is about another organization (${other})`,
    commit: (other) => `it was made by another version of the code (${other})`,
    run: (other) => `it belongs to another run (${other})`,
    registry: () => 'it was made with other orchestra files or settings',
    depth: (deep) => `it was made ${deep === 'true' ? 'with' : 'without'} --deep, unlike this`,
  },
  usage: {
    shard: (given) => `--shard takes one part of several, such as 3/8, not ${given}`,
    evidence: '--evidence goes with --shard',
    together: (one, other) => `${one} and ${other} do not go together`,
  },
}
