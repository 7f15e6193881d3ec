/** What an orchestra's database may hold: all that is hard to carry. */
export const FILLED = `
create schema odd;
create type public.mood as enum ('glad', 'ledsen');
create function public.shouted(text) returns text language sql immutable as $$ select upper($1) $$;
create table public.musicians (id bigint generated always as identity primary key, name text not null,
  shout text generated always as (public.shouted(name)) stored, mood public.mood default 'glad', born date, fee numeric(12,3),
  at timestamptz default '2026-01-01 12:00:00.123456+01', raw bytea, tags text[], facts jsonb);
create table public.trail (id bigint generated always as identity, what text);
create function public.note() returns trigger language plpgsql as $$ begin insert into public.trail (what) values (new.name); return new; end $$;
create trigger noted after insert on public.musicians for each row execute function public.note();
create table public.projects (id int primary key, leader bigint not null references public.musicians, title text unique);
create index on public.projects (leader);
insert into public.musicians (name, born, fee, raw, tags, facts)
  select 'Musiker ' || n, date '1950-01-01' + n, n / 7.0, decode(md5(n::text), 'hex'), array['"', E'\\\\', null, E'å\\n\\u0001'], jsonb_build_object('n', n)
  from generate_series(1, 3000) n;
update public.musicians set name = repeat('lång ', 120000) where id = 3000;
insert into public.projects select n, n, 'Konsert ' || n from generate_series(1, 200) n;
alter table public.musicians enable row level security;
create policy own on public.musicians for select to authenticated using (true);
create table odd."Täble" (id int, "Väl ue" text);
insert into odd."Täble" values (1, ''), (2, null), (3, E'\\t\\r\\n"\\\\'), (4, 'null');
create materialized view public.filled as select id from public.musicians where id < 10;
create sequence odd.counter start 5; select nextval('odd.counter');
select lo_from_bytea(4711, decode(repeat('6162', 5000), 'hex')); select lo_create(4712);
insert into auth.users (id, email, encrypted_password) values
  ('00000000-0000-0000-0000-000000000001', 'anna@malmo.example', '$2a$10$bcrypt'), ('00000000-0000-0000-0000-000000000002', 'bo@malmo.example', 'x');
insert into auth.identities (provider_id, user_id, identity_data, provider) values
  ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001', '{"email": "Anna@malmo.example"}', 'email');
select 1`
