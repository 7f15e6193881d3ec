/**
 * What a move keeps, in the database that it moves to, and the two functions that write there. A value that only a
 * `set` command may change on Supabase (`session_replication_role`) is why they are functions: a call with bound
 * parameters is one statement. Nobody but `postgres` may use any of it, and `complete` takes all but the record away.
 */
export const SET_UP = `
set local search_path = pg_catalog, pg_temp;
select pg_advisory_xact_lock(7241905518367);
create schema if not exists control;
revoke all on schema control from public;
create table if not exists control.move (slug text primary key, source text not null, target text not null,
  phase text not null, facts json not null, at timestamptz not null default now());
create table if not exists control.move_part (name text primary key, place int not null, columns text[] not null,
  position text, done boolean not null default false, rows text, sum text);
create table if not exists control.move_piece (part text, n int, body text not null, primary key (part, n));
alter table control.move enable row level security;
alter table control.move_part enable row level security;
alter table control.move_piece enable row level security;
do $rights$
declare
  kept text;
  api_role name;
begin
  foreach kept in array array['move', 'move_part', 'move_piece'] loop
    execute format('revoke all on table control.%I from public', kept);
    for api_role in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
      execute format('revoke all on table control.%I from %I', kept, api_role);
      execute format('revoke all on schema control from %I', api_role);
    end loop;
  end loop;
end $rights$;

create or replace function control.move_build(statements json) returns table (n int, why text) language plpgsql as $build$
declare
  one record;
begin
  set local check_function_bodies = off;
  set local search_path = pg_catalog, pg_temp;
  for one in select s.value as sql, (s.ordinality - 1)::int as place from json_array_elements_text(statements) with ordinality s loop
    begin
      execute one.sql;
    exception when others then
      n := one.place;
      why := sqlerrm;
      return next;
    end;
  end loop;
end $build$;

create or replace function control.move_put(batch json) returns void language plpgsql as $put$
declare
  item json;
  part control.move_part;
  rel regclass;
  names text;
  vals text;
  again text[];
  quiet text[];
  command text;
begin
  set local session_replication_role = replica;
  set local intervalstyle = 'postgres';
  set local datestyle = 'ISO, YMD';
  set local timezone = 'UTC';
  set local xmloption = 'content';
  set local lc_monetary = 'C';
  for item in select e.value from json_array_elements(batch) e loop
    update control.move_part p set position = item ->> 'to', done = (item ->> 'done')::boolean, rows = null, sum = null
      where p.name = item ->> 'part' and p.position is not distinct from (item ->> 'from') and not p.done returning * into part;
    if not found then
      raise exception 'move: % is at another place', item ->> 'part' using errcode = '55000';
    end if;
    rel := part.name::regclass;
    if (item ->> 'from') is null then
      execute format('delete from only %s', part.name);
    end if;
    if (item ->> 'pieced')::boolean then
      select json_build_object('rows', json_build_array(string_agg(b.body, '' order by b.n)::json)) into item
        from control.move_piece b where b.part = part.name;
      delete from control.move_piece b where b.part = part.name;
    end if;
    continue when item -> 'rows' is null or json_array_length(item -> 'rows') = 0;
    select coalesce(array_agg(format('alter table %s disable trigger %I', part.name, g.tgname)), '{}'),
        coalesce(array_agg(format('alter table %s enable %s trigger %I', part.name, case g.tgenabled when 'A' then 'always' else 'replica' end, g.tgname)), '{}')
      into quiet, again
      from pg_trigger g where g.tgrelid = rel and not g.tgisinternal and g.tgenabled in ('A', 'R');
    foreach command in array quiet loop
      execute command;
    end loop;
    select string_agg(quote_ident(a.attname), ', ' order by c.n),
        string_agg(format('(v ->> %s)::%s', c.n - 1, format_type(a.atttypid, a.atttypmod)), ', ' order by c.n)
      into names, vals
      from unnest(part.columns) with ordinality c (name, n)
      join pg_attribute a on a.attrelid = rel and quote_ident(a.attname) = c.name and not a.attisdropped;
    execute format('insert into %s (%s) overriding system value select %s from json_array_elements($1) with ordinality e (v, n) order by e.n',
      part.name, names, vals) using item -> 'rows';
    foreach command in array again loop
      execute command;
    end loop;
  end loop;
end $put$;

revoke all on function control.move_build(json) from public;
revoke all on function control.move_put(json) from public;
select 1 as done`
