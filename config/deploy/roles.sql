-- The three roles and the database, and what each may do. Run once as a superuser; to run it again does no harm, it sets the passwords anew:
--   export OWNER_PASSWORD=... SERVICE_PASSWORD=... BACKUP_PASSWORD=...
--   psql -X -f config/deploy/roles.sql postgres
-- owner:   owns the tables and migrates them, never serves. Row security is forced upon it like upon everyone.
-- service: serves, owns nothing, makes nothing, sees what row security lets through.
-- backup:  reads past the walls, writes nothing. A dump by anyone else would hold no rows and say nothing about it.
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv service_password SERVICE_PASSWORD
\getenv backup_password BACKUP_PASSWORD

SELECT 'CREATE ROLE ' || wanted FROM unnest(ARRAY['partnerskab_owner', 'partnerskab_service', 'partnerskab_backup']) AS wanted
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) \gexec

ALTER ROLE partnerskab_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';
ALTER ROLE partnerskab_service LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'service_password';
ALTER ROLE partnerskab_backup LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION BYPASSRLS PASSWORD :'backup_password';

-- A request that hangs gives its locks back by itself. Nothing that the service does for a person takes a minute in the database.
ALTER ROLE partnerskab_service SET statement_timeout = '60s';
ALTER ROLE partnerskab_service SET idle_in_transaction_session_timeout = '5min';
-- What people wrote stays out of PostgreSQL's log: the messages of a failed statement quote it. The service tells of them without it.
ALTER ROLE partnerskab_service SET log_min_messages = 'log';
ALTER ROLE partnerskab_service SET log_min_error_statement = 'panic';
-- Moments are kept in UTC, whatever the server's own clock shows.
ALTER ROLE partnerskab_owner SET timezone = 'UTC';
ALTER ROLE partnerskab_service SET timezone = 'UTC';
ALTER ROLE partnerskab_backup SET timezone = 'UTC';
GRANT pg_read_all_data TO partnerskab_backup;
ALTER ROLE partnerskab_backup SET default_transaction_read_only = on;

SELECT $$CREATE DATABASE partnerskab OWNER partnerskab_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'$$
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'partnerskab') \gexec

\connect partnerskab
\ir database.sql
