-- Musicians and productions: what every orchestra begins with, and what is counted of it.
--
-- The database is the orchestra's own. Whoever is signed in here was let in by this project's own auth, for tokens of
-- other projects are signed with other keys; so there is no column that tells orchestras apart, and the policies ask
-- only whether somebody is signed in. Who may become a user at all is decided where they sign up.
--
-- An orchestra may have had tables of these names before it came here. They are left exactly as they are: what is made
-- here is made only where nothing stands.

do $made$
begin
  if to_regclass('public.musicians') is null then
    create table public.musicians (
      id bigint generated always as identity primary key,
      name text not null,
      instrument text not null,
      -- Whom the musician signs in as, if at all. Unique, hence indexed.
      user_id uuid unique references auth.users (id) on delete set null,
      created_at timestamptz not null default now()
    );
    alter table public.musicians enable row level security;
    -- Supabase gives these by itself to tables of older projects; newer ones may leave it to the migration.
    grant select, insert, update, delete on table public.musicians to authenticated, service_role;
    -- Anonymous sign-ins have the role too, and are nobody that the orchestra knows.
    create policy "signed-in users read and write" on public.musicians
      for all to authenticated
      using ((select auth.jwt() ->> 'is_anonymous') is distinct from 'true')
      with check ((select auth.jwt() ->> 'is_anonymous') is distinct from 'true');
  end if;

  if to_regclass('public.projects') is null then
    create table public.projects (
      id bigint generated always as identity primary key,
      title text not null,
      starts_on date not null,
      created_at timestamptz not null default now()
    );
    alter table public.projects enable row level security;
    grant select, insert, update, delete on table public.projects to authenticated, service_role;
    create policy "signed-in users read and write" on public.projects
      for all to authenticated
      using ((select auth.jwt() ->> 'is_anonymous') is distinct from 'true')
      with check ((select auth.jwt() ->> 'is_anonymous') is distinct from 'true');
  end if;
end
$made$;
