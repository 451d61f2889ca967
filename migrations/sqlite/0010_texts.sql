-- Texts are compared and searched in one form each, whatever way they are typed in. The program fills these in for the
-- rows that it finds, once: no SQL function knows Unicode's forms.

-- Whether `email_normalized` has today's form. An address that can't have it, or would then be another person's, stays
-- in its older form, in lower case.
ALTER TABLE users ADD COLUMN email_is_normalized INTEGER NOT NULL DEFAULT 0;
CREATE INDEX users_with_older_address ON users (id) WHERE NOT email_is_normalized;

-- The `…_folded` columns are what a search looks through.
ALTER TABLE users ADD COLUMN email_folded TEXT NOT NULL DEFAULT '';
ALTER TABLE service_accounts ADD COLUMN name_folded TEXT NOT NULL DEFAULT '';
ALTER TABLE service_accounts ADD COLUMN description_folded TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_events ADD COLUMN names_folded TEXT NOT NULL DEFAULT '';
DROP INDEX audit_events_by_actor_name;
DROP INDEX audit_events_by_target_name;
