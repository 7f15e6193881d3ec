import type { PageWords } from '../page-words.ts'

export const page: PageWords = {
  title: 'Orkestrarnas databaser',
  skip: 'Hoppa till orkestrarna',
  made: 'Kontrollerat',
  source: {
    sandbox: 'Sandlådan: det här bevisar ingenting om de riktiga databaserna.',
    supabase: 'Källa: Supabase.',
  },
  count: (proven, required) => `${proven} av ${required} orkestrar bevisade`,
  run: 'Körningen på GitHub',
  proof: {
    last: 'Senaste beviset',
    none: 'Inget känt bevis.',
    holdsUntil: 'Gäller till',
    promised: (minutes) => `Utlovat: ett nytt bevis inom ${minutes} minuter.`,
    stale: '⚠️ Kontrollen har tystnat: beviset är för gammalt',
    overdue: '⚠️ Beviset är äldre än utlovat.',
    staleNow:
      'Ingen vet längre om alla orkestrar har egna databaser. Starta arbetsflödet watch för hand och öppna sedan dess nya sida; går det inte, kör npm run doctor.',
    verdictThen: 'Utfallet då',
    clock: 'Den här datorns klocka går före eller efter: bevisets ålder går inte att räkna ut.',
  },
  lock: {
    title: 'Spärr',
    open: '🔓 Ingen spärr: nya orkestrar får komma in.',
    locked: '🔒 Spärrat: nya orkestrar väntar tills ett nytt bevis häver spärren.',
    unknown: 'Inte känd här: spärr och incident står på GitHub.',
    sandbox: 'Sandlådan har varken spärr eller incident.',
    incident: (number) => `Incident #${number}`,
    since: 'sedan',
    deadline: '72 timmar för anmälan till Integritetsskyddsmyndigheten går ut',
  },
  next: 'Gör så här nu',
  findings: { title: 'Vad som är fel', none: 'Inga fynd.' },
  picture: {
    title: 'Vilken orkester har vilken databas',
    own: (count) => `${count} ${count === 1 ? 'egen' : 'egna'}`,
    shared: (count) => `${count} ${count === 1 ? 'delad' : 'delade'}`,
    unseen: (count) => `${count} ${count === 1 ? 'okänd' : 'okända'}`,
    isShared: (orchestras) => `DELAD av ${orchestras} orkestrar`,
    isOwn: 'egen databas',
    isUnseen: 'databasen är inte sedd',
    isConcerned: 'berörs av ett brott',
  },
  table: {
    title: 'Orkestrarna',
    search: 'Sök bland orkestrarna',
    hits: (shown, all) => `${shown} av ${all} visas`,
    none: 'Ingen orkester svarar mot sökningen.',
    sorted: { ascending: 'stigande', descending: 'fallande' },
    size: 'Storlek',
    databaseSize: 'Datamängd',
    nameplate: 'Namnskylt',
    lastProof: 'Senaste bevis',
    mergeToProven: 'Införd till bevisad',
    duration: (minutes) => durationOf(minutes),
    earlier: 'senast',
  },
  nameplate: {
    own: 'egen',
    none: 'SAKNAS',
    foreign: 'EN ANNANS',
    bad: 'FALSK',
    unread: 'inte läst',
  },
  history: {
    title: 'De senaste 90 dagarna',
    none: 'Ingen historik här: den läses från arbetsflödets körningar på GitHub.',
    days: {
      isolated: 'isolerade',
      breach: 'isoleringsbrott',
      inconclusive: 'oklart',
      none: 'ingen kontroll',
    },
    summary: ({ isolated, breach, inconclusive, none }) =>
      `${days(isolated)} helt bevisade, ${breach} med isoleringsbrott, ${inconclusive} oklara, ${none} utan kontroll.`,
    checks: (proofs, checks) => `${proofs} av ${checks} kontroller bevisade`,
    table: 'Dagarna i en tabell',
    columns: { day: 'Dag', verdict: 'Utfall', checks: 'Kontroller' },
  },
  closing: 'Sidan hämtar ingenting från nätet och ändrar ingenting. Samma uppgifter för program: page.json.',
  dashboard: {
    at: (file) => `Sidan: ${file}`,
    madeAt: (time) => `Gjord ${time}.`,
    old: '⚠️ Den är äldre än utlovat. npm start eller npm run monitor-database-isolation gör en ny.',
    notOpened: (why) => `Ingen webbläsare öppnades (${why}): öppna filen för hand.`,
  },
  unread: 'Sidan saknar något av det som står på GitHub.',
  publishing: {
    name: 'sidan på GitHub Pages',
    allowed: 'Sidan läggs på GitHub Pages, där inte fler ser den än repot',
    everyone: {
      message: 'Sidan publiceras inte: GitHub Pages är öppet för alla, men repot är privat',
      wayOut:
        'Gör GitHub Pages privat (Settings, Pages; kräver GitHub Enterprise Cloud), eller ta bort page.publish ur .github/orchestras.yml. Sidan finns i körningens artefakt.',
    },
    nobody: {
      message: 'Sidan publiceras inte: GitHub Pages är inte inställt på att ta emot den från ett arbetsflöde',
      wayOut:
        'Välj GitHub Actions som källa (Settings, Pages) och privat åtkomst, eller ta bort page.publish ur .github/orchestras.yml.',
    },
    unknown: 'Sidan publiceras inte, för ingen vet vem som skulle se den.',
  },
}

function durationOf(minutes: number): string {
  if (minutes < 60) return `${minutes} min`
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} tim ${minutes % 60} min`
  return `${Math.floor(minutes / 1440)} dygn ${Math.floor((minutes % 1440) / 60)} tim`
}

function days(count: number): string {
  return `${count} ${count === 1 ? 'dag' : 'dagar'}`
}
