import type { RepositoryWords } from '../repository-words.ts'

const lacks = {
  requiredChecks: 'kontrollerna required och isolation-lock krävs inte',
  upToDate: 'grenen behöver inte vara aktuell före införandet',
  codeOwners: 'kodägarens granskning krävs inte',
  approval: 'inget godkännande krävs',
  staleReviews: 'ett godkännande gäller även det som läggs till efteråt',
  administrators: 'administratörer är undantagna',
  forcePushes: 'historiken får skrivas om',
  deletions: 'grenen får tas bort',
} as const
const list = (names: readonly string[]) => names.join(', ')
const MAKES = 'npm run bootstrap-repository -- --apply ordnar det.'
const PLAN = 'GitHub erbjuder det inte för privata repon i gratisplanen: byt till Team (eller Pro).'

export const repository: RepositoryWords = {
  names: {
    repository: 'Repot',
    protection: (branch) => `Skyddet av ${branch}`,
    environment: (name) => `Miljön ${name}`,
    approval: (name) => `Vem som godkänner körningar i miljön ${name}`,
    secrets: (name) => `Hemligheterna i miljön ${name}`,
    secretsForAll: 'Repots egna hemligheter',
    engine: 'Motorn',
    organization: 'Supabase-organisationen',
    databases: 'Läsning i databaserna',
    signingKey: 'Signeringsnyckeln',
    superadmins: 'Superadministratörerna',
    schedule: 'Den timvisa kontrollen',
    machines: 'Hur många maskiner som delar på kontrollen',
    ledger: 'Liggaren',
  },
  unknown: (name, why) => `${name}: gick inte att avgöra. ${why}`,
  bootstrap: {
    wouldDo: (count) => `${count} av dem ordnas med --apply. Ingenting är ändrat.`,
    doing: (text) => `Ordnar: ${text}`,
    after: 'Så här är det nu:',
    nothing: 'Inget att ordna.',
    byHand: (count) => `${count} kan bara en människa ordna.`,
  },
  isPrivate: 'Repot är privat.',
  isPublic: {
    message: 'Repot är publikt: en incident namnger brott, och alla kan läsa den.',
    wayOut: 'Gör det privat under Settings, General. Kopior (forks) blir kvar.',
  },
  otherDefault: (branch, wanted) => ({
    message: `Repots huvudgren heter ${branch}; arbetsflödena kör bara på ${wanted}.`,
    wayOut: `Döp om den till ${wanted} under Settings, General.`,
  }),
  label: (name) => `Etiketten ${name} finns.`,
  noLabel: (name) => ({ message: `Etiketten ${name} saknas.`, wayOut: MAKES }),
  codeOwners: (file) => `${file} ger all kod och alla deklarationer en ägare.`,
  noCodeOwners: (file) => ({
    message: `${file} finns inte på main: ingen behöver granska något.`,
    wayOut: 'Inför den på main genom en pull request.',
  }),
  codeOwnersLack: (file, paths) => ({
    message: `${file} på main ger ingen ägare åt ${list(paths)}.`,
    wayOut: 'Lägg till dem genom en pull request.',
  }),
  codeOwnersErrors: (file, lines) => ({
    message: `${file} har fel på rad ${list(lines.map(String))}: GitHub hoppar över dem.`,
    wayOut: 'Ofta finns ägaren inte, eller får inte skriva i repot. Rätta det genom en pull request.',
  }),
  protected: (branch) =>
    `${branch} är skyddad: required och isolation-lock krävs, aktuell gren, kodägarens granskning, även för administratörer.`,
  unprotected: (branch, which) => ({
    message: `${branch} är inte skyddad som den ska: ${list(which.map((one) => lacks[one]))}.`,
    wayOut: MAKES,
  }),
  notAtAllProtected: (branch) => ({
    message: `${branch} är inte skyddad: den som får skriva i repot kan ändra den direkt.`,
    wayOut: MAKES,
  }),
  protectionNeedsPlan: { message: 'Skydd av grenar är avstängt: spärren hindrar ingen.', wayOut: PLAN },
  noLedgerBranch: (branch) => ({
    message: `Grenen ${branch} finns inte än: den skapas när den första liggaren publiceras.`,
    wayOut: 'Kör bootstrap-repository igen efter den första körningen av provision.',
  }),
  ledgerBranch: (branch) => `Historiken i grenen ${branch} kan inte skrivas om.`,
  ledgerBranchUnprotected: (branch) => ({
    message: `Historiken i grenen ${branch} kan skrivas om.`,
    wayOut: MAKES,
  }),
  environment: (name, branch) => `Miljön ${name} är bara till för ${branch}.`,
  noEnvironment: (name, branch) => ({
    message: `Miljön ${name} saknas; den ska bara vara till för ${branch}.`,
    wayOut: MAKES,
  }),
  environmentOpen: (name, branch) => ({
    message: `Miljön ${name} är öppen för andra grenar än ${branch}: vem som helst som får skriva når dess hemligheter.`,
    wayOut: MAKES,
  }),
  environmentWaits: (name) => ({
    message: `Miljön ${name} väntar på ett godkännande eller en tid: det tystar kontrollen.`,
    wayOut: MAKES,
  }),
  approval: (name) => `Varje körning i miljön ${name} väntar på att en människa godkänner den.`,
  noApproval: (name) => ({
    message: `Ingen behöver godkänna körningar i miljön ${name}: var och en som får skriva i repot kan starta Provision och Move.`,
    wayOut: `Välj godkännare under Settings, Environments, ${name}, Required reviewers. För privata repon erbjuder GitHub det bara i Enterprise: låt annars bara dem skriva i repot som får starta dem.`,
  }),
  environmentNeedsPlan: (name) => ({ message: `Miljön ${name} kan inte finnas.`, wayOut: PLAN }),
  node: (version) => `Node ${version}.`,
  nodeOld: (version) => ({
    message: `Node ${version}; allt är provat med 24.`,
    wayOut: 'npm ci hämtar Node 24 på Linux; annars nodejs.org.',
  }),
  engine: (version) => `Pulumi ${version} är installerat.`,
  noEngine: (version) => ({
    message: `Pulumi ${version} är inte installerat än.`,
    wayOut: 'Första körningen av npm start eller provision installerar det.',
  }),
  noSupabaseToken: {
    message: 'SUPABASE_ACCESS_TOKEN är inte satt: vad åtkomstnyckeln får göra gick inte att pröva.',
    wayOut:
      'Gör en hos Supabase under Account, Access Tokens. Kontrollen behöver bara få läsa; README räknar upp rättigheterna.',
  },
  organization: (slug, projects) =>
    `Supabase-organisationen ${slug} nås; den har ${projects} ${projects === 1 ? 'databas' : 'databaser'}.`,
  standIn: (url) => ({
    message: `SUPABASE_API_URL är ${url}: det som sägs om Supabase gäller en ersättare.`,
    wayOut: 'Ta bort variabeln för att fråga det riktiga API:et.',
  }),
  databases: 'Åtkomstnyckeln får läsa i databaserna. Om den får skriva prövas inte.',
  noDatabases: {
    message: 'Ingen orkester har en ref i sin fil: läsning i en databas gick inte att pröva.',
    wayOut: 'Prova igen när en databas finns.',
  },
  noGitHubToken: {
    message: 'GITHUB_TOKEN eller GITHUB_REPOSITORY är inte satt: ingenting på GitHub gick att se.',
    wayOut: 'GITHUB_TOKEN=$(gh auth token) GITHUB_REPOSITORY=ägare/namn, som administratör av repot.',
  },
  signingKeyPinned: (count) => `${count} ${count === 1 ? 'publik nyckel' : 'publika nycklar'} i signingKeys.`,
  noSigningKeyPinned: {
    message: 'signingKeys är tomt: ingen namnskylt och ingen liggare gäller.',
    wayOut: 'Gör en nyckel (README säger hur) och skriv den publika delen i .github/orchestras.yml.',
  },
  signingKeyHere: 'CONTROL_SIGNING_KEY passar till en av nycklarna i signingKeys.',
  superadmins: (logins) => `Superadministratörerna når repot: ${list(logins)}.`,
  noSuperadmins: {
    message: 'superadmins är tomt: ingen tilldelas en incident.',
    wayOut: 'Skriv deras GitHub-namn i .github/orchestras.yml.',
  },
  superadminsUnknown: (logins) => ({
    message: `GitHub känner inte de här som medarbetare i repot: ${list(logins)}.`,
    wayOut: 'Rätta superadmins i .github/orchestras.yml, eller bjud in dem till repot.',
  }),
  secrets: (environment, names) => `Miljön ${environment} har ${list(names)}.`,
  secretsLack: (environment, names) => ({
    message: `Miljön ${environment} saknar ${list(names)}.`,
    wayOut: `gh secret set NAMN --env ${environment}`,
  }),
  secretsTooMany: (environment, names) => ({
    message: `Miljön ${environment} har ${list(names)}, som bara hör hemma i production.`,
    wayOut: `gh secret delete NAMN --env ${environment}`,
  }),
  secretsForAll: (names) => ({
    message: `${list(names)} ligger bland repots egna hemligheter: arbetsflöden på varje gren når dem.`,
    wayOut: 'Lägg dem i miljöerna i stället, och sedan: gh secret delete NAMN',
  }),
  noSecretsForAll: 'Ingen av hemligheterna ligger öppen för andra grenar.',
  sealer: 'Tillståndets hemligheter förseglas.',
  noSealer: {
    message: 'Ingenting förseglar tillståndets hemligheter: PULUMI_CONFIG_PASSPHRASE saknas.',
    wayOut:
      'Lägg PULUMI_CONFIG_PASSPHRASE i production, eller PULUMI_ACCESS_TOKEN om tillståndet ligger i Pulumi Cloud.',
  },
  watchRuns: 'Arbetsflödet watch är på.',
  watchOff: (state) => ({
    message: `Arbetsflödet watch är avstängt (${state}).`,
    wayOut:
      'gh workflow enable watch.yml. I publika repon stänger GitHub av scheman efter 60 dagar utan aktivitet.',
  }),
  noWatch: {
    message: 'Arbetsflödet watch finns inte på huvudgrenen: ingen kontroll körs.',
    wayOut: 'Inför .github/workflows/watch.yml på main.',
  },
  oneMachine: 'En maskin kontrollerar alla databaser.',
  machines: (count) => `${count} maskiner delar på kontrollen.`,
  machinesOff: (count, variable) => ({
    message: `shards är ${count}, men repots variabel ${variable} är inte true: en maskin gör allt, och hinner kanske inte det som promise lovar.`,
    wayOut: `gh variable set ${variable} --body true, eller shards: 1 i .github/orchestras.yml.`,
  }),
  machinesUnused: (variable) => ({
    message: `Repots variabel ${variable} är true, men shards är 1: varje kontroll tar två jobb mer än den behöver.`,
    wayOut: `Fler shards i .github/orchestras.yml, eller gh variable delete ${variable}`,
  }),
  quiet: (sentence) => ({
    message: sentence.replace(/^⚠️\s*/u, ''),
    wayOut: 'gh workflow run watch.yml --ref main, och läs körningen.',
  }),
  ledger: (at, orchestras) =>
    `Liggaren är signerad av en av våra nycklar: ${orchestras} ${orchestras === 1 ? 'orkester' : 'orkestrar'}, ändrad ${at}.`,
  noLedger: {
    message: 'Ingen liggare är publicerad än.',
    wayOut: 'Den första körningen av provision som slutar med ett bevis publicerar den.',
  },
  ledgerUnpinned: {
    message: 'Liggarens signatur kan inte kontrolleras: signingKeys är tomt.',
    wayOut: 'Skriv den publika nyckeln i .github/orchestras.yml.',
  },
  mail: (to) => `Mejl går till ${to} ${to === 1 ? 'adress' : 'adresser'}.`,
  noMail: {
    message: 'Ingen får mejl när läget ändras: mail.to är tomt.',
    wayOut: 'Skriv rolladresser i .github/orchestras.yml, och lägg SMTP_URL i miljön watch.',
  },
  mailHalf: (names) => ({
    message: `Mejl ska skickas, men ${list(names)} saknas.`,
    wayOut: 'mail.from står i .github/orchestras.yml; SMTP_URL är en hemlighet i miljön watch.',
  }),
  heartbeat: 'HEARTBEAT_URL är satt: någon märker om kontrollen tystnar.',
  noHeartbeat: {
    message: 'HEARTBEAT_URL är inte satt: tystnar kontrollen märker ingen det.',
    wayOut: 'Lägg adressen till en tjänst som larmar vid tystnad som hemlighet i miljön watch.',
  },
  live: {
    confirm: (organization) =>
      `--live skapar två riktiga databaser och tar bort dem igen, vilket kan kosta pengar. Bekräfta med --organization ${organization} --yes-create-and-delete ${organization}`,
    creating: (name) => `  ${name}: skapas`,
    deleting: (ref) => `  ${ref}: tas bort`,
    left: (ref) => `${ref} kunde inte tas bort: gör det för hand hos Supabase.`,
    facts: {
      systemIdentifier: 'Samma systemidentitet i två databaser',
      postmasterStart: 'Samma starttid i två databaser',
      multiStatement: 'Flera satser i en läsande fråga',
      readOnlyRole: 'Den läsande frågans roll och tidsgräns',
      writingRole: 'Den skrivande frågans roll och tidsgräns',
      serverAddress: 'inet_server_addr',
      duplicateName: 'Svar på ett namn som redan finns',
      unseenRef: 'Svar på en ref som ingen har',
      pausedQuery: 'Svar på en fråga till en pausad databas',
      comingUp: 'Tid tills den är i gång',
    },
    seen: (fact, seen) => `${fact}: ${seen}`,
  },
}
