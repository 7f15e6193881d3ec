import type { WatchWords } from '../watch-words.ts'

export const watch: WatchWords = {
  titles: {
    breach: (who) => `❌ Databases are shared = CRITICAL ERROR! ${who}`,
    inconclusive: '⚠️ Isolation has not been proven for too long',
  },
  since: 'Since',
  deadline: (at) =>
    `72 hours end at ${at}. Before that a personal data breach must be notified to the data protection authority (imy.se), unless it is unlikely that anybody is affected.`,
  lastProof: (at) => (at === null ? 'Last proof: none known.' : `Last proof: ${at}.`),
  concerned: 'Orchestras concerned',
  blockedTitle: 'Blocked',
  blocked:
    'New orchestras are not created, and a pull request that adds one cannot be merged. The databases that exist are not touched. Only a new proof releases the lock; closing this issue does not.',
  nextTitle: 'What to do now',
  next: {
    breach: [
      '`npm run verify-database-isolation -- --deep` shows how things are now, without changing anything',
      '`npm run check-databases -- ORCHESTRA` shows one orchestra’s database in full',
      'Mend what stands under each finding below. Delete no data: they are evidence, too',
      'Then start the workflow `watch` by hand, or wait: within an hour a proof closes this issue',
    ],
    inconclusive: [
      '`npm run verify-database-isolation` shows what cannot be told, and why',
      'Begin with the first finding below; often it is a paused database, a token that expired, or trouble at Supabase',
      'Then start the workflow `watch` by hand, or wait: the next proof closes this issue',
    ],
  },
  moveApart: (commands) =>
    `Orchestras that share a database are moved apart, one at a time, by the workflow \`move\` or by command: ${commands}. The old database is untouched until a person runs \`complete\``,
  evidenceTitle: 'Evidence',
  more: (count) => `… and ${count} more; the run shows all.`,
  closing:
    'The watch keeps this issue: it changes the text when the findings change, and closes it by a proof.',
  draftsTitle: 'Drafts for the orchestras concerned',
  draftsNote: 'For a person to send, to one orchestra at a time. None of them names another orchestra.',
  draft: (name, since) => [
    `Dear ${name},`,
    '',
    `Since ${since} we cannot guarantee that your database is separate from others. We are finding out whether`,
    'anybody unauthorised can have seen or changed data about your musicians, and are mending the fault now.',
    '',
    'You are the controller of these data. If it was a personal data breach, you must notify the data',
    'protection authority within 72 hours of learning of it, that is, of this letter.',
    'We will help you with the facts, and write again as soon as we know more.',
    '',
    'Kind regards',
  ],
  run: 'The run',
  ended: (at) => `✅ Proven isolated ${at}. The lock is released.`,
  comments: {
    reopened: (login) =>
      login === null
        ? 'The issue was closed, but the fault is still there. It is open again: only a proof closes it.'
        : `${login} closed the issue, but the fault is still there. It is open again: only a proof closes it.`,
    changed: (added, gone) =>
      `The findings have changed: ${added} new, ${gone} gone. The text above is up to date.`,
    added: 'New',
    gone: 'Gone',
    proven: (at) => `✅ All orchestras have databases of their own = OK. Proven ${at}. The lock is released.`,
    duplicate: (number) =>
      `The same incident is already issue #${number}. This one is closed as a duplicate.`,
  },
  checks: {
    isolation: {
      isolated: (at, source) => `Isolated, proven ${at} (${source})`,
      breach: (at, source) => `BREACH, seen ${at} (${source})`,
      inconclusive: (at, source) => `Could not tell, tried ${at} (${source})`,
    },
    proofIs: (at) => (at === null ? 'Last proof: none known.' : `Last proof: ${at}.`),
    open: 'No lock',
    openSummary: 'Isolation is proven. New orchestras may come in.',
    locked: 'Locked: new orchestras wait',
    lockedSummary:
      'An incident is open, and this pull request adds an orchestra. It can be merged once a new proof has closed the incident:',
    notConcerned: 'Locked for new orchestras; this adds none',
    notConcernedSummary: 'An incident is open. It only stops pull requests that add an orchestra:',
  },
  mail: {
    opened: {
      breach: 'ALARM: orchestras share a database',
      inconclusive: 'Warning: isolation could not be proven',
    },
    closed: 'Solved: all orchestras have databases of their own',
    closedText: (since, at) => `What was first seen ${since} is gone. Proven ${at}. The lock is released.`,
    incident: 'The incident',
  },
  quiet: {
    fresh: (at, minutes) => `Last proof: ${at} (${minutes} min ago).`,
    overdue: (at, minutes, promised) =>
      `⚠️ The watch has gone quiet: the last proof is ${minutes} min old (${at}); promised are ${promised} at most.`,
    never: (promised) => `⚠️ No proof is known; promised is one every ${promised} minutes.`,
  },
  notAssigned: (login) =>
    `GitHub did not let ${login} be assigned the incident. See superadmins in .github/orchestras.yml.`,
  heartbeatFailed: (detail) => `HEARTBEAT_URL could not be reached (${detail}). The outcome is not affected.`,
  sandboxChangesNothing: 'The sandbox proves nothing: incident, lock and mail are left as they are.',
  withoutGitHub: 'GITHUB_TOKEN is not set: incident, lock and mail are left as they are.',
  standing: (url) => `Locked: ${url}`,
  released: 'The lock is released.',
  waiting: {
    started: (slugs) => `New orchestras were waiting: ${slugs}. The workflow provision is started.`,
    underway: (slugs) =>
      `New orchestras wait: ${slugs}. A run of provision is on its way; it may be waiting for an approval.`,
    tried: (slugs, times) =>
      `⚠️ New orchestras wait: ${slugs}. Provision has already run ${times} times on this version without letting them in. Read the last run, mend what failed, and start provision by hand.`,
  },
}
