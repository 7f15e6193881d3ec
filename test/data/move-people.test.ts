import { afterAll, expect, test } from 'vitest'
import { Stage } from '../support.ts'
import { A, DISCRIMINATED, refusal, SMALL, step } from './move-stage.ts'

/** Who plays where; the last one's login is by Alto's domain, though only a row of Basso's names it. */
const PEOPLE = [
  ['own', 'basso.example', ['basso']],
  ['other', 'alto.example', ['alto']],
  ['both', 'basso.example', ['basso', 'alto']],
  ['guest', 'alto.example', ['basso']],
] as const

const uuid = (who: string) => `md5('${who}')::uuid`
const SQL = `${SMALL}
create table public.members (orchestra text not null, user_id uuid not null references auth.users, primary key (orchestra, user_id));
create table public.profiles (id uuid primary key references auth.users on delete cascade, nick text);
create table public.photos (id int primary key, profile_id uuid not null references public.profiles, name text,
  after int references public.photos);
create table public.likes (photo_id int not null references public.photos, n int);
${PEOPLE.map(
  ([who, domain, orchestras], n) => `
insert into auth.users (id, email) values (${uuid(who)}, '${who}@${domain}');
insert into public.profiles values (${uuid(who)}, '${who}');
insert into public.photos values (${n}, ${uuid(who)}, '${who}');
insert into public.likes values (${n}, 1);
${orchestras.map((one) => `insert into public.members values ('${one}', ${uuid(who)});`).join('\n')}`,
).join('\n')}`

const stages: Stage[] = []

/** Just before the end of Basso's move out of a database that is Alto's, too. */
async function switched(more = ''): Promise<Stage> {
  const file = (name: string) =>
    `name: ${name}\nref: ${A}\nlogin:\n  domains: [${name.toLowerCase()}.example]\n`
  const stage = await Stage.open({ alto: file('Alto'), basso: file('Basso') }, DISCRIMINATED)
  stages.push(stage)
  await stage.sql(A, SQL + more)
  await step(stage, 'create')
  await step(stage, 'copy')
  expect(await refusal(step(stage, 'complete'))).toEqual(['not-switched'])
  const outcome = await step(stage, 'switch')
  if (outcome.verb !== 'switch' || !outcome.file) throw new Error('no file')
  await stage.folders.write('basso', outcome.file.text)
  await stage.plate()
  return stage
}
afterAll(() => Promise.all(stages.map((stage) => stage.close())))

test('a row that stays and points at one that goes keeps all others', async () => {
  const stage = await switched("update public.photos set after = 0 where name = 'guest';")
  await expect(step(stage, 'complete')).rejects.toMatchObject({
    code: 'api-refused',
    values: { answer: expect.stringContaining('would point at nothing (photos_after_fkey)') },
  })
  expect(await there(stage)).toEqual(EVERYTHING)
}, 120_000)

test('so does a row that some trigger keeps from being deleted; else accounts go with all that hangs on them, but for those that another orchestra knows', async () => {
  const stage = await switched()
  await stage.sql(
    A,
    `create function public.keep() returns trigger language plpgsql as $f$ begin return null; end $f$;
    create trigger keep before delete on public.photos for each row execute function public.keep();
    alter table public.photos enable always trigger keep`,
  )
  await expect(step(stage, 'complete')).rejects.toMatchObject({
    code: 'api-refused',
    values: { answer: expect.stringContaining('a row could not be deleted') },
  })
  expect(await there(stage)).toEqual(EVERYTHING)
  await stage.sql(A, 'drop trigger keep on public.photos; drop function public.keep')
  expect(await step(stage, 'complete')).toMatchObject({ verb: 'complete', left: null })
  const [row] = await stage.sql(
    A,
    `select (select string_agg(split_part(email, '@', 1), ' ' order by email) from auth.users) as accounts,
      (select string_agg(nick, ' ' order by nick) from public.profiles) as profiles,
      (select string_agg(name, ' ' order by name) from public.photos) as photos,
      (select count(*)::int from public.likes) as likes,
      (select string_agg(orchestra, ' ') from public.members) as members`,
  )
  expect(row).toEqual({
    ...{ accounts: 'both guest other', profiles: 'both guest other', photos: 'both guest other' },
    ...{ likes: 3, members: 'alto alto' },
  })
}, 120_000)

const EVERYTHING = { accounts: 4, profiles: 4, photos: 4, likes: 4, concerts: 2, members: 5 }

async function there(stage: Stage) {
  const names = ['profiles', 'photos', 'likes', 'concerts', 'members']
  const counts = names.map((name) => `(select count(*)::int from public.${name}) as ${name}`)
  const [row] = await stage.sql(
    A,
    `select (select count(*)::int from auth.users) as accounts, ${counts.join(', ')}`,
  )
  return row
}
