-- Who may enter the database at hand, and what they may make there. Run as a superuser or as the database's owner; harmless to repeat.
\set ON_ERROR_STOP on
-- PUBLIC, that is everyone, could otherwise connect and make temporary tables.
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO partnerskab_service, partnerskab_backup;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO partnerskab_service, partnerskab_backup;
