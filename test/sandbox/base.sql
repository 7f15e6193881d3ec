-- The roles and schemas that a new Supabase project is born with.
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit;
grant anon, authenticated, service_role to authenticator;

create role supabase_auth_admin login noinherit createrole;
create role supabase_storage_admin login noinherit createrole;

create role postgres login createdb createrole replication bypassrls;
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend, pg_create_subscription to postgres;

create role supabase_read_only_user login bypassrls;
grant pg_read_all_data, pg_monitor to supabase_read_only_user;
alter role supabase_read_only_user set default_transaction_read_only = on;

-- On Supabase its extension supautils lets `postgres` set this, by a `set` command.
grant set on parameter session_replication_role to postgres;

alter database postgres owner to postgres;
alter role postgres set search_path = "$user", public, extensions;
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';

grant usage on schema public to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to anon, authenticated, service_role;

create schema auth authorization supabase_auth_admin;
grant usage on schema auth to anon, authenticated, service_role, postgres;

create function auth.jwt() returns jsonb language sql stable
  as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
create function auth.uid() returns uuid language sql stable
  as $$ select (auth.jwt() ->> 'sub')::uuid $$;
create function auth.role() returns text language sql stable
  as $$ select auth.jwt() ->> 'role' $$;
alter function auth.jwt() owner to supabase_auth_admin;
alter function auth.uid() owner to supabase_auth_admin;
alter function auth.role() owner to supabase_auth_admin;

create schema storage authorization supabase_storage_admin;
grant usage on schema storage to anon, authenticated, service_role, postgres;

create schema extensions;
grant usage, create on schema extensions to postgres;
grant usage on schema extensions to anon, authenticated, service_role;

-- On Supabase a tenant may create these itself; here they are there from the start, with the same rights.
do $$
declare
  name text;
begin
  for name in
    select available.name from pg_catalog.pg_available_extensions available
    where available.name in ('dblink', 'pgcrypto', 'postgres_fdw', 'uuid-ossp')
  loop
    execute format('create extension %I schema extensions', name);
  end loop;
  for name in select fdwname from pg_catalog.pg_foreign_data_wrapper loop
    execute format('grant usage on foreign data wrapper %I to postgres with grant option', name);
  end loop;
end
$$;

set session authorization postgres;
create publication supabase_realtime;
reset session authorization;
