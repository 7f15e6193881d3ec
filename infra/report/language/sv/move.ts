import type { MoveRefusals, MoveWords } from '../move-words.ts'

const run = (verb: string, slug: string) => `npx tsx scripts/move-orchestra.ts ${verb} ${slug}`

export const move: MoveWords = {
  unknownVerb: (verbs) => `det första ordet ska vara ett av ${verbs}, det andra en orkesters slug`,
  dryRun: 'Torrkörning: ingenting ändrades.',
  whole: 'Databasen är bara den här orkesterns: allt i den flyttas.',
  shared: (others) =>
    `Databasen delas${others ? ` med ${others}` : ''}: bara den här orkesterns rader flyttas.`,
  project: (name, ref, region) =>
    ref === null
      ? `Nytt Supabase-projekt: ${name} i ${region}.`
      : `Supabase-projektet ${name} (${ref}) i ${region}.`,
  schema: (tables) => `Dess schema är lika med det gamlas (${tables} tabeller).`,
  unavailable: (extensions) =>
    `Tillägg som inte finns för den nya databasen, och som inget flyttat behöver: ${extensions}.`,
  schemaDiffers: (count) =>
    `${count} ${count === 1 ? 'sak' : 'saker'} gick inte att göra som i den gamla databasen. Ingenting kopieras förrän det finns:`,
  how: { missing: 'saknas', differs: 'skiljer sig', extra: 'finns bara i den nya' },
  copied: (tables, rows, large) => `Kopierat: ${rows} rader i ${tables} tabeller, ${large} stora objekt.`,
  wouldCopy: (tables, rows) => `Att kopiera: ${rows} rader i ${tables} tabeller.`,
  stays:
    'Flyttas inte: filer i Storage, edge functions, hemligheter, inställningar för inloggning och API, API-nycklar, databasrollers lösenord, schemalagda jobb. Konton flyttas med sina lösenord; var och en loggar in en gång till.',
  columns: { table: 'Tabell', source: 'Gamla', target: 'Nya', outcome: 'Jämförelse' },
  equal: 'lika',
  unequal: 'OLIKA',
  changed: 'ändrad sedan kopieringen',
  verified: (tables, rows) => `✅ Lika: ${tables} tabeller, ${rows} rader, antal och kontrollsummor.`,
  notVerified: (faults) =>
    `❌ ${faults} ${faults === 1 ? 'skillnad' : 'skillnader'}. En kopiering till tar med det som har ändrats.`,
  faults: {
    schema: 'schema',
    sequence: 'sekvens',
    orphans: 'rader som pekar på ingenting',
    'foreign-rows': 'rader från en annan orkester',
  },
  named: (ref, name) => `${ref} heter ${name}`,
  file: (path) => `Föreslå ${path} i en pull request med den här texten, och slå ihop den nu:`,
  discarded: (tables) => `Kvar i den nya databasen, skrivet sedan bytet: ${tables}`,
  deleted: (rows, tables) => `Borttaget ur den delade databasen: ${rows} rader i ${tables} tabeller.`,
  wouldDelete: (rows, tables) => `Att ta bort ur den delade databasen: ${rows} rader i ${tables} tabeller.`,
  left: (slug, ref) =>
    `Det gamla Supabase-projektet ${ref} heter ${slug}-moved och är som det var. Det kan tas bort hos Supabase när ingen behöver det.`,
  next: 'Nästa steg',
  after: {
    create: (slug) => run('copy', slug),
    copy: (slug) => `låt ingen skriva i den gamla databasen längre, sedan ${run('verify', slug)}`,
    verify: (slug) => run('switch', slug),
    switch: (slug) =>
      `npm run provision, som skyltar, bevisar och publicerar; prova sedan, och ${run('complete', slug)} (eller tillbaka: ${run('reverse', slug)})`,
    reverse: () => 'npm run provision, som bevisar och publicerar den gamla databasen igen',
    complete: 'npm run verify-database-isolation',
  },
  progress: {
    creating: (name) => `… skapar ${name}`,
    waiting: (status) => `… väntar på att det ska komma igång (${status})`,
    schema: '… gör schemat',
    rows: (detail) => `… kopierar rader: ${detail}`,
    large: (detail) => `… kopierar stora objekt: ${detail}`,
    sums: (detail) => `… jämför: ${detail}`,
    deleting: '… tar bort de flyttade raderna ur den delade databasen',
  },
}

export const moveRefusals: MoveRefusals = {
  'no-source': (slug, details) => ({
    message: `${slug} har inget Supabase-projekt att flytta från${details ? ` (${details})` : ''}.`,
    wayOut: 'Kör provision för orkestern först, eller rätta refen i filen.',
  }),
  'not-begun': (slug) => ({
    message: `Ingen flytt av ${slug} pågår.`,
    wayOut: `Börja med ${run('create', slug)}.`,
  }),
  'not-copied': (slug) => ({
    message: `${slug} är inte kopierad än.`,
    wayOut: `Först ${run('copy', slug)}.`,
  }),
  'already-switched': (slug) => ({
    message: `${slug} har redan bytt till sin nya databas.`,
    wayOut: `${run('complete', slug)} avslutar flytten; ${run('reverse', slug)} går tillbaka.`,
  }),
  'not-switched': (slug) => ({
    message: `${slug} har inte bytt databas.`,
    wayOut: `Först ${run('switch', slug)}.`,
  }),
  completed: (slug) => ({
    message: `Flytten av ${slug} är avslutad.`,
    wayOut: `En ny börjar med ${run('create', slug)}.`,
  }),
  elsewhere: (slug) => ({
    message: `En annan körning flyttar ${slug} samtidigt.`,
    wayOut: 'Vänta tills den är klar och kör sedan det här igen.',
  }),
  'name-taken': (_slug, details) => ({
    message: `Ett annat Supabase-projekt har ett namn som flytten behöver: ${details}.`,
    wayOut: 'Döp om eller ta bort det hos Supabase och kör sedan det här igen.',
  }),
  unseen: (slug, details) => ({
    message: `Det går inte att säga om ${slug} delar sin databas: ${details} svarade inte.`,
    wayOut: 'Laga dem först (npm run check-databases) och kör sedan det här igen.',
  }),
  'no-discriminator': (slug, details) => ({
    message: `${slug} delar sin databas${details ? ` med ${details}` : ''}, och ingenting säger vems en rad är. Ingenting kopieras.`,
    wayOut:
      'En människa bestämmer: skriv move.column i .github/orchestras.yml, kolumnen som säger det, och under move.shared de tabeller som alla orkestrar ska få.',
  }),
  'no-marked': (slug, details) => ({
    message: `Ingen tabell i databasen för ${slug} har kolumnen ${details}. Ingenting kopieras.`,
    wayOut: 'Rätta move.column i .github/orchestras.yml.',
  }),
  'undecided-tables': (_slug, details) => ({
    message: `Vems raderna i de här tabellerna är går inte att säga, varken av en kolumn eller av främmande nycklar: ${details}. Ingenting kopieras.`,
    wayOut:
      'En människa bestämmer för var och en: ge den kolumnen eller en främmande nyckel till en tabell som har den, eller skriv upp den under move.shared i .github/orchestras.yml.',
  }),
  'ownerless-rows': (_slug, details) => ({
    message: `Rader som ingen orkester äger: ${details}. Ingenting kopieras.`,
    wayOut: 'Fyll i vems de är, eller ta bort dem, i den gamla databasen.',
  }),
  'crossing-rows': (_slug, details) => ({
    message: `Rader hos en orkester pekar på en annans: ${details}. Ingenting kopieras.`,
    wayOut: 'Bestäm vems var och en är och laga det i den gamla databasen.',
  }),
  'schema-differs': (slug, details) => ({
    message: `Den nya databasens schema är inte den gamlas: ${details}. Ingenting kopieras.`,
    wayOut: `${run('create', slug)} gör det som går; gör resten för hand i den nya databasen.`,
  }),
  'source-changing': (slug, details) => ({
    message: `De här tabellerna skrivs det i medan de kopieras: ${details}.`,
    wayOut: `Låt ingen skriva i den gamla databasen, kör sedan ${run('copy', slug)}.`,
  }),
  differs: (slug, details) => ({
    message: `Gamla och nya är inte lika: ${details}. Inget byte gjordes.`,
    wayOut: `${run('copy', slug)} tar med det som har ändrats; sedan ${run('verify', slug)}.`,
  }),
  'target-shared': (_slug, details) => ({
    message: `Den nya databasen svarar från samma server som ${details}. Inget byte gjordes.`,
    wayOut: 'Anmäl det till Supabase. Använd inte den nya databasen.',
  }),
  'target-unproven': (_slug, details) => ({
    message: `Att den nya databasen är orkesterns egen kunde inte bevisas (${details}). Inget byte gjordes.`,
    wayOut: 'Kör igen; består det, se vad npm run verify-database-isolation -- --deep säger.',
  }),
  'written-since': (slug, details) => ({
    message: `Den nya databasen har skrivits i sedan bytet: ${details}. Att gå tillbaka skulle lämna det, så ingenting gjordes.`,
    wayOut: `Spara det som behövs. Med --discard lämnas det kvar i den nya databasen: ${run('reverse', slug)} --discard.`,
  }),
  'not-proven': (slug) => ({
    message: `${slug} är inte bevisat isolerad i sin nya databas. Ingenting togs bort.`,
    wayOut: 'Först npm run provision; filens pull request måste vara hopslagen, om en föreslogs.',
  }),
  'source-changed': (slug, details) => ({
    message: `Den gamla databasen är inte längre som den kopierades: ${details}. Ingenting togs bort.`,
    wayOut: `Se vad som skrevs där och för över det för hand. För att kopiera på nytt: ${run('reverse', slug)}, sedan copy.`,
  }),
}
