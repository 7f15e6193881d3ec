import type { WatchWords } from '../watch-words.ts'

export const watch: WatchWords = {
  titles: {
    breach: (who) => `❌ Databaser delas = KRITISKT FEL! ${who}`,
    inconclusive: '⚠️ Isoleringen har inte kunnat bevisas på länge',
  },
  since: 'Sedan',
  deadline: (at) =>
    `72 timmar går ut ${at}. Innan dess ska en personuppgiftsincident anmälas till Integritetsskyddsmyndigheten (imy.se), om det inte är osannolikt att någon berörs.`,
  lastProof: (at) => (at === null ? 'Senaste beviset: inget känt.' : `Senaste beviset: ${at}.`),
  concerned: 'Berörda orkestrar',
  blockedTitle: 'Spärrat',
  blocked:
    'Nya orkestrar skapas inte, och en pull request som lägger till en kan inte införas. De databaser som finns rörs inte. Bara ett nytt bevis häver spärren; att stänga det här ärendet gör det inte.',
  nextTitle: 'Gör så här nu',
  next: {
    breach: [
      '`npm run verify-database-isolation -- --deep` visar läget just nu, utan att ändra något',
      '`npm run check-databases -- ORKESTER` visar en orkesters databas i detalj',
      'Laga det som står under varje fynd nedan. Radera inga uppgifter: de är också bevis',
      'Starta sedan arbetsflödet `watch` för hand, eller vänta: inom en timme stängs ärendet med ett bevis',
    ],
    inconclusive: [
      '`npm run verify-database-isolation` visar vad som inte går att avgöra, och varför',
      'Börja med det första fyndet nedan; ofta är det en pausad databas, en nyckel som gått ut eller ett fel hos Supabase',
      'Starta sedan arbetsflödet `watch` för hand, eller vänta: nästa bevis stänger ärendet',
    ],
  },
  moveApart: (commands) =>
    `Orkestrar som delar databas flyttas isär, en i taget, med arbetsflödet \`move\` eller med kommando: ${commands}. Den gamla databasen är orörd tills en människa kör \`complete\``,
  evidenceTitle: 'Underlag',
  more: (count) => `… och ${count} till; körningen visar alla.`,
  closing:
    'Ärendet sköts av kontrollen: den ändrar texten när fynden ändras och stänger när ett bevis finns.',
  draftsTitle: 'Utkast till de berörda orkestrarna',
  draftsNote: 'Skickas av en människa, till en orkester i taget. Inget av dem nämner någon annan orkester.',
  draft: (name, since) => [
    `Hej ${name},`,
    '',
    `Sedan ${since} kan vi inte garantera att er databas är skild från andras. Vi undersöker om någon`,
    'obehörig kan ha sett eller ändrat uppgifter om era musiker, och lagar felet nu.',
    '',
    'Ni är personuppgiftsansvariga. Var det en personuppgiftsincident ska ni anmäla den till',
    'Integritetsskyddsmyndigheten inom 72 timmar från att ni fick veta om den, alltså från det här brevet.',
    'Vi hjälper er med underlaget och hör av oss så snart vi vet mer.',
    '',
    'Vänliga hälsningar',
  ],
  run: 'Körningen',
  ended: (at) => `✅ Bevisat isolerade ${at}. Spärren är hävd.`,
  comments: {
    reopened: (login) =>
      login === null
        ? 'Ärendet stängdes, men felet är kvar. Det är öppnat igen: bara ett bevis stänger det.'
        : `${login} stängde ärendet, men felet är kvar. Det är öppnat igen: bara ett bevis stänger det.`,
    changed: (added, gone) =>
      `Fynden har ändrats: ${added} nya, ${gone} borta. Texten ovan är den som gäller.`,
    added: 'Nytt',
    gone: 'Borta',
    proven: (at) => `✅ Alla orkestrar har egna databaser = OK. Bevisat ${at}. Spärren är hävd.`,
    duplicate: (number) => `Samma incident har redan ärende #${number}. Det här stängs som dubblett.`,
  },
  checks: {
    isolation: {
      isolated: (at, source) => `Isolerade, bevisat ${at} (${source})`,
      breach: (at, source) => `ISOLERINGSBROTT, sett ${at} (${source})`,
      inconclusive: (at, source) => `Oklart, försökt ${at} (${source})`,
    },
    proofIs: (at) => (at === null ? 'Senaste beviset: inget känt.' : `Senaste beviset: ${at}.`),
    open: 'Ingen spärr',
    openSummary: 'Isoleringen är bevisad. Nya orkestrar får komma in.',
    locked: 'Spärrat: nya orkestrar väntar',
    lockedSummary:
      'En incident är öppen, och den här pull requesten lägger till en orkester. Den kan införas när ett nytt bevis har stängt incidenten:',
    notConcerned: 'Spärrat för nya orkestrar; den här lägger inte till någon',
    notConcernedSummary: 'En incident är öppen. Den hindrar bara pull requests som lägger till en orkester:',
  },
  mail: {
    opened: {
      breach: 'LARM: orkestrar delar databas',
      inconclusive: 'Varning: isoleringen har inte kunnat bevisas',
    },
    closed: 'Löst: alla orkestrar har egna databaser',
    closedText: (since, at) =>
      `Felet som sågs första gången ${since} är borta. Bevisat ${at}. Spärren är hävd.`,
    incident: 'Incidenten',
  },
  quiet: {
    fresh: (at, minutes) => `Senaste beviset: ${at} (${minutes} min sedan).`,
    overdue: (at, minutes, promised) =>
      `⚠️ Kontrollen har tystnat: senaste beviset är ${minutes} min gammalt (${at}); utlovat är högst ${promised}.`,
    never: (promised) => `⚠️ Det finns inget känt bevis; utlovat är ett var ${promised}:e minut.`,
  },
  notAssigned: (login) =>
    `GitHub lät inte ${login} tilldelas incidenten. Se superadmins i .github/orchestras.yml.`,
  heartbeatFailed: (detail) => `HEARTBEAT_URL kunde inte nås (${detail}). Det påverkar inte utfallet.`,
  sandboxChangesNothing: 'Sandlådan bevisar ingenting: incident, spärr och mejl lämnas som de är.',
  withoutGitHub: 'GITHUB_TOKEN är inte satt: incident, spärr och mejl lämnas som de är.',
  standing: (url) => `Spärrat: ${url}`,
  released: 'Spärren är hävd.',
  waiting: {
    started: (slugs) => `Nya orkestrar väntade: ${slugs}. Arbetsflödet provision är startat.`,
    underway: (slugs) =>
      `Nya orkestrar väntar: ${slugs}. En körning av provision är redan på väg; kanske väntar den på godkännande.`,
    tried: (slugs, times) =>
      `⚠️ Nya orkestrar väntar: ${slugs}. Provision har redan körts ${times} gånger på den här versionen utan att släppa in dem. Läs den senaste körningen, laga felet och starta provision för hand.`,
  },
}
