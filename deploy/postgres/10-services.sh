#!/usr/bin/env bash
# One role and one schema for each service, so that nobody reads another's tables.
# The image runs this once, on an empty volume; running it again changes nothing but the password.
set -euo pipefail

for service in intake routing sla notify registry; do
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set service="$service" --set role="gridcase_$service" <<'SQL'
\getenv password GRIDCASE_STORE_PASSWORD
select format('create role %I', :'role')
  where not exists (select from pg_roles where rolname = :'role') \gexec
alter role :"role" with login nosuperuser nocreatedb nocreaterole noreplication password :'password';
create schema if not exists :"service" authorization :"role";
select format('grant connect, temporary on database %I to %I', current_database(), :'role') \gexec
SQL
done

psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
select format('revoke all on database %I from public', current_database()) \gexec
revoke all on schema public from public;
SQL
