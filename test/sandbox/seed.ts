import { createHash } from 'node:crypto'

const INSTRUMENTS = [
  'violin',
  'viola',
  'cello',
  'kontrabas',
  'flöjt',
  'oboe',
  'klarinett',
  'fagott',
  'horn',
  'trumpet',
]
const FIRST_NAMES = [
  'Alva',
  'Björn',
  'Cecilia',
  'David',
  'Elin',
  'Fredrik',
  'Greta',
  'Håkan',
  'Ingrid',
  'Åsa',
]
const LAST_NAMES = [
  'Andersson',
  'Berg',
  'Dahl',
  'Ek',
  'Forsberg',
  'Holm',
  'Lind',
  'Nyström',
  'Sjögren',
  'Öberg',
]
const WORKS = ['Mahler 2', 'Sibelius 5', 'Requiem', 'Peer Gynt', 'Nyårskonsert', 'Skolkonsert', 'Kammarmusik']

const SIGNED_IN = `((select auth.jwt() ->> 'is_anonymous') is distinct from 'true')`
const POLICIES = ['musicians', 'projects']
  .map(
    (table) => `create policy "signed-in users read and write" on public.${table} for all to authenticated
      using ${SIGNED_IN} with check ${SIGNED_IN};`,
  )
  .join('\n')

/**
 * The tables and rows that an orchestra of old has, always the same for one ref: tables like those of the first
 * migration, which therefore leaves them alone. Run as the tenant.
 */
export function seedSql(ref: string): string {
  const digest = createHash('sha256').update(ref).digest()
  const musicians = 24 + (digest.readUInt16BE(0) % 97)
  const projects = 3 + (digest.readUInt16BE(2) % 17)
  return `
    create table public.musicians (
      id bigint generated always as identity primary key,
      name text not null,
      instrument text not null,
      user_id uuid unique references auth.users (id) on delete set null,
      created_at timestamptz not null default now()
    );
    create table public.projects (
      id bigint generated always as identity primary key,
      title text not null,
      starts_on date not null,
      created_at timestamptz not null default now()
    );
    alter table public.musicians enable row level security;
    alter table public.projects enable row level security;
    ${POLICIES}
    insert into public.musicians (name, instrument)
      select (${array(FIRST_NAMES)})[1 + n % 10] || ' ' || (${array(LAST_NAMES)})[1 + (n / 10 + n) % 10],
        (${array(INSTRUMENTS)})[1 + n % ${INSTRUMENTS.length}]
      from generate_series(0, ${musicians - 1}) as n;
    insert into public.projects (title, starts_on)
      select (${array(WORKS)})[1 + n % ${WORKS.length}], date '2026-01-15' + 14 * n
      from generate_series(0, ${projects - 1}) as n;
  `
}

function array(words: readonly string[]): string {
  return `array[${words.map((word) => `'${word}'`).join(', ')}]`
}
