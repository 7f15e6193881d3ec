import type { Ref } from './ref.ts'
import type { Slug } from './slug.ts'

/** What holds for all orchestras, from `.github/orchestras.yml`. */
export interface Settings {
  /** Slug of the Supabase organization that owns every project. */
  readonly organization: string
  readonly language: 'sv' | 'en'
  /** GitHub logins. */
  readonly superadmins: readonly string[]
  /** Empty `to`: no mail is sent. */
  readonly mail: { readonly to: readonly string[]; readonly from: string | null }
  readonly defaults: { readonly region: string; readonly size: string }
  readonly allowedRegions: readonly string[]
  readonly counts: { readonly musicians: Table; readonly projects: Table }
  /** Whose database has new migrations run first; null: the first one's by slug. */
  readonly canary: Slug | null
  /** A proof older than this is overdue. */
  readonly promiseMinutes: number
  /** Machines that share the looking of a watch; 1: its own job does it all. */
  readonly shards: number
  /** How long to wait for a new project to come up. */
  readonly waitMinutes: number
  /** How many orchestras may be removed at once. */
  readonly retireLimit: number
  readonly allow: Allowed
  /** How rows of a shared database are told apart; null: nobody has said. */
  readonly move: MoveSettings | null
  readonly quarantine: boolean
  /** Whether the watch puts its page on GitHub Pages, where no more people see it than the repository. */
  readonly publishPage: boolean
  /** Public keys whose signatures on nameplates and ledgers are honoured. */
  readonly signingKeys: readonly PublicKey[]
  /** To whom the data of an orchestra that ends is sealed before it leaves a machine; null: it may not. */
  readonly dumpKey: PublicKey<'X25519'> | null
}

/** A table of the orchestra's database, both parts plain identifiers. */
export interface Table {
  readonly schema: string
  readonly table: string
}

/** What is known and explained, and hence no finding. */
interface Allowed {
  /** Projects in the organization that are no orchestra's. */
  readonly strangers: readonly Ref[]
  /** Hosts that a link out of a database may point at, or `slug/link` for one whose host cannot be read. */
  readonly links: readonly string[]
  /** Third-party issuers of tokens that several orchestras may trust. */
  readonly issuers: readonly string[]
}

/** Whose a row is, in a database that several orchestras share. */
export interface MoveSettings {
  /** The column that says it; a plain identifier. */
  readonly column: string
  /** What stands in it: the orchestra's slug, its name, or its project's ref. */
  readonly value: 'slug' | 'name' | 'ref'
  /** Tables that belong to nobody, and of which every orchestra gets a copy. */
  readonly shared: readonly Table[]
}

/** A public key as a JWK: Ed25519 for signatures, X25519 for sealing. */
export interface PublicKey<C extends 'Ed25519' | 'X25519' = 'Ed25519'> {
  readonly kty: 'OKP'
  readonly crv: C
  readonly x: string
  readonly kid?: string
}

/** Supabase's regions inside the European Union: London and Zürich are not. */
const EU_REGIONS: readonly string[] = ['eu-north-1', 'eu-central-1', 'eu-west-1', 'eu-west-3']

/** What holds where the settings do not say. */
export const DEFAULT_SETTINGS: Settings = {
  organization: 'orkestrar',
  language: 'sv',
  superadmins: [],
  mail: { to: [], from: null },
  defaults: { region: 'eu-north-1', size: 'micro' },
  allowedRegions: EU_REGIONS,
  counts: {
    musicians: { schema: 'public', table: 'musicians' },
    projects: { schema: 'public', table: 'projects' },
  },
  canary: null,
  promiseMinutes: 120,
  shards: 1,
  waitMinutes: 15,
  retireLimit: 1,
  allow: { strangers: [], links: [], issuers: [] },
  move: null,
  quarantine: false,
  publishPage: false,
  signingKeys: [],
  dumpKey: null,
}
