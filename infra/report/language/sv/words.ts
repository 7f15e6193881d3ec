import { stockholm } from '../time.ts'
import type { Words } from '../words.ts'

export const words: Words = {
  language: 'sv',
  commands: {
    start:
      'Hela huvuduppgiften i sandlådan: läser orkestrarna, skapar en databas åt var och en och bevisar att de är skilda åt.',
    'demo-breach':
      'Huvuduppgiften, sedan ett planterat isoleringsbrott: visar vad som upptäcks, vad som spärras och hur det lagas.',
    'validate-orchestras':
      'Kontrollerar orkestrarnas filer: alla fel på en gång, med rad och åtgärd. Behöver inget nät.',
    preview:
      'Visar vad en körning skulle göra med de här filerna: vad som skapas, var, till ungefär vilken månadskostnad. Behöver varken nät eller hemligheter.',
    'comment-pull-request':
      'Sätter förhandsvisningens rapport på sin pull request: en kommentar, som ändras på plats.',
    'update-locks': 'Gör check run isolation-lock rätt på en commit.',
    'propose-orchestra':
      'Svarar på ett ärende som ber om en ny orkester: kontrollerar det, lägger filen på en gren och länkar till pull requesten.',
    'fetch-ledger':
      'Hämtar den publicerade liggaren till --state, om den är signerad och den nyaste. Behöver bara få läsa.',
    'move-orchestra':
      'Flyttar en orkester ur en delad databas, eller till en annan region: create, copy, verify, switch; reverse går tillbaka, complete avslutar.',
    'restore-dump':
      'Lägger tillbaka en sparad databas i ett nytt, tomt Supabase-projekt och jämför rad för rad.',
    'dump-retiring':
      'Sparar de databaser som nästa körning ska ta bort, förseglade om inställningarna har en nyckel. Tar inte bort något.',
    provision: 'Bevisar, kör, bevisar: skapar det som är deklarerat, aldrig medan isoleringen är oviss.',
    'adopt-organization':
      'Läser en organisation som redan finns och föreslår en fil för varje Supabase-projekt i den. Ändrar inget hos Supabase; en nyckel som bara får läsa räcker.',
    'verify-database-isolation': 'Ser efter, utan att ändra något, om varje orkester har en egen databas.',
    'monitor-database-isolation': 'Verifierar och skriver rapporten.',
    'check-databases': 'Visar en orkesters databas (eller allas) i detalj.',
    gateway:
      'Står framför orkestrarnas Supabase-projekt: inloggningen avgör vilken databas ett anrop går till. Kör tills den stoppas.',
    dashboard:
      'Säger var sidan ligger som npm start och kontrollen skriver, och öppnar den i webbläsaren när en människa ser på.',
    'write-schema':
      'Skriver orchestras/schema.json, som låter redigerare kontrollera filerna medan de skrivs.',
    'bootstrap-repository':
      'Visar vad repot på GitHub saknar; med --apply ordnas det. Ändrar inget som redan är rätt.',
    doctor:
      'Ser efter om allt är på plats: den här datorn, åtkomstnycklarna, repot, kontrollen och liggaren.',
  },
  options: {
    help: 'visa den här hjälpen',
    lang: 'språk: sv eller en',
    orchestras: 'mapp med orkestrarnas filer',
    state: 'mapp för sandlåda, tillstånd, liggare och rapport',
    json: 'JSON på standard ut',
    deep: 'även utomstående utfärdare, och lås tvärs över alla databaser',
    shard: 'samlar bara in en del av underlaget, till exempel 3/8, utan att döma',
    evidence: 'filen som delen skrivs till, i stället för en i mappen shards under --state',
    merge: 'dömer insamlade delar: en mapp, eller filer',
    plan: 'visar vad ett svep kostar i anrop och tid, och om löftet kan hållas; frågar ingen',
    base: 'filerna som de var: det som inte får ändras jämförs',
    ledger: 'en publicerad liggare: refar som togs i anspråk för länge sedan',
    slug: 'orkesterns filnamn utan ändelse',
    verb: 'create, copy, verify, switch, reverse eller complete',
    region: 'var den nya databasen ska ligga; annars regionen i filen',
    dryRun: 'säger bara vad som skulle göras',
    listen: 'adressen att lyssna på (127.0.0.1)',
    port: 'porten att lyssna på (8787); 0: vilken ledig som helst',
    domain: 'den gemensamma adressen; varje orkesters egen är dess kortnamn under den (localhost)',
    from: 'mappen med det som är sparat',
    into: 'det nya Supabase-projektets ref',
    origin: 'en webbsidas ursprung, https://…, som får använda den från en webbläsare; får upprepas',
    discard: 'går tillbaka fast den nya databasen har skrivits i; det blir kvar där',
    write: 'skriv de föreslagna filerna; en fil som finns skrivs aldrig över',
    apply: 'gör det som visas; annars ändras ingenting',
    live: 'skapa två databaser i en riktig organisation, fråga ut dem och ta bort dem igen',
    organization: 'organisationen som --live får använda',
    yesCreateAndDelete: 'samma organisation igen: att skapa och ta bort är meningen',
  },
  help: {
    usage: 'Användning:',
    arguments: 'Argument:',
    options: 'Flaggor:',
    examples: 'Exempel:',
    exit: 'Slutkod:',
    someOptions: 'flaggor',
    otherwise: (value) => `annars ${value}`,
    exits: [
      'klart, eller isolerade',
      'isoleringsbrott, eller avvisat',
      'oklart, krasch eller fel användning',
    ],
  },
  source: {
    sandbox: (folder) =>
      `Källa: sandlådan i ${folder} (SUPABASE_ACCESS_TOKEN är inte satt). Den bevisar ingenting om de riktiga databaserna.`,
    otherApi: (url) => `Källa: ${url}, en ersättare. Den bevisar ingenting om de riktiga databaserna.`,
    supabase: 'Källa: Supabase.',
  },
  verdicts: {
    isolated: '✅ Alla orkestrar har egna databaser = OK',
    breach: '❌ Databaser delas = KRITISKT FEL! Skickar varning!',
    inconclusive: '⚠️  Det gick inte att avgöra om alla orkestrar har egna databaser',
  },
  whatNow: {
    isolated: 'Inget att göra.',
    breach:
      'Nya orkestrar väntar tills detta är lagat. Lagen ger 72 timmar från nu att anmäla till Integritetsskyddsmyndigheten.',
    inconclusive: 'Nya orkestrar väntar tills det är klarlagt. Börja med det första fyndet.',
  },
  severities: { breach: 'ISOLERINGSBROTT', inconclusive: 'OKLART', warning: 'Varning', note: 'Notering' },
  columns: {
    orchestra: 'Orkester',
    ref: 'Ref',
    region: 'Region',
    status: 'Status',
    musicians: 'Musiker',
    projects: 'Produktioner',
    proof: 'Bevis',
  },
  proof: { proven: 'bevisad', unproven: 'EJ BEVISAD', pending: 'väntar', paused: 'pausad' },
  details: {
    title: 'Databas',
    server: 'Systemidentitet',
    started: 'Servern startad',
    nameplate: 'Namnskylt',
    keys: 'Signeringsnycklar',
    links: 'Länkar till andra databaser',
    unread: 'inte läst',
    nameplates: (valid, bad) => `${valid} giltiga, ${bad} som inte är våra`,
    unknownSlug: (slug, known) => `det finns ingen orkester "${slug}"; det finns: ${known}`,
  },
  same: {
    label: 'Samma',
    ref: (ref) => `ref ${ref}`,
    server: (systemId, startedAt) => `server ${systemId}, startad ${stockholm(startedAt, 'sv')}`,
    database: 'databas',
    locks: 'lås: det som hölls genom den ena syntes genom den andra',
    nameplate: (slugs) => `namnskylt: gjord för ${slugs}`,
    key: 'signeringsnyckel',
    issuer: (issuer) => `utfärdare ${issuer}`,
    link: (target) => `väg in: ${target}`,
  },
  wayOut: 'Gör så här',
  unexpected: (detail) => `Ett fel i det här programmet: ${detail}`,
  lockUnread:
    'Spärren på GitHub lästes inte (GITHUB_TOKEN saknas): beviset i den här körningen skyddar ensamt.',
  nodeTooOld: (version) =>
    `Node ${version} är för gammal: Node 24 behövs. npx tsx och npm run använder den som npm ci hämtar.`,
  check: {
    problems: (count, files) => `${count} fel i ${files} ${files === 1 ? 'fil' : 'filer'}.`,
    fine: (orchestras) => `${orchestras} ${orchestras === 1 ? 'orkester' : 'orkestrar'}, inga fel.`,
  },
  written: (file) => `Rapport: ${file}`,
  restored: (tables, differences) =>
    differences === 0
      ? `✅ Allt är tillbaka: ${tables} tabeller, alla rader lika.`
      : `❌ ${differences} saker blev inte lika:`,
  progress: {
    sandboxBusy: 'Ett annat kommando använder den här sandlådan: väntar på det …',
    proofBefore: 'Bevisar det som finns, innan något ändras …',
    applying: 'Kör …',
    proofAfter: 'Bevisar allt …',
    looked: (done, of) => `  ${done} av ${of} kontrollerade`,
    engineDownloading: 'Hämtar Pulumi, en gång på den här datorn …',
    engineBuilding: (seconds) =>
      `Bygger Pulumi från dess publicerade källa, en gång på den här datorn, ungefär 4 minuter … ${seconds} s`,
    creating: (slug) => `  ${slug}: skapas`,
    waiting: (slug, status, seconds) => `  ${slug}: ${status}, ${seconds} s`,
    done: (slug, seconds) => `  ${slug}: klar efter ${seconds} s`,
    failed: (slug) => `  ${slug}: misslyckades`,
    changes: (created, updated, same, deleted) =>
      created + updated + deleted === 0
        ? `Inget att ändra (${same} som de var).`
        : `${created} skapade, ${updated} ändrade,${deleted > 0 ? ` ${deleted} borttagna,` : ''} ${same} som de var.`,
    replated: (slug) => `  ${slug}: namnskylten återställd`,
    mergedToProven: (slug, minutes) => `  ${slug}: ${minutes} min från införande till bevis`,
    waking: (slugs) => `Pausade hos Supabase fast ingen fil säger det, och väcks nu: ${slugs}`,
    deleting: (slug) => `  ${slug}: tas bort hos Supabase`,
    dumping: (slug) => `  ${slug}: avvecklas, alla uppgifter sparas först …`,
    kept: ({ slug, folder, rows, accounts, sealed, backup }) =>
      `  ${slug}: ${rows} rader och ${accounts} konton är sparade och kontrollerade${sealed ? ', förseglade' : ''}: ${folder}. ` +
      (backup === null
        ? 'Supabase har ingen egen säkerhetskopia (gratisplanen har ingen): den här kopian är den enda.'
        : `Supabases egen säkerhetskopia är från ${backup}, och försvinner med databasen.`),
    retired: (slugs) =>
      `Avvecklade, databasen är borttagen: ${slugs}. Refen förblir upptagen för alltid i liggaren.`,
    migrated: (slug, files) =>
      `  ${slug}: ${files.length === 1 ? `migreringen ${files[0]} är införd` : `${files.length} migreringar är införda, till och med ${files.at(-1)}`}`,
    held: (slugs) => `Isoleringen är inte bevisad: de här nya orkestrarna väntar: ${slugs}`,
  },
  demo: {
    planting: (shared, owner) =>
      `Nu planteras ett brott: anrop för ${shared} når från och med nu databasen för ${owner}.`,
    blocked: 'En ny orkester prövas medan brottet är öppet:',
    mending: 'Brottet lagas: varje ref når sin egen databas igen.',
    mended: 'Upptäckt, spärrat och lagat: som det ska vara.',
    missed: 'Brottet hanterades inte som det ska.',
  },
}
