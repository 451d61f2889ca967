-- Who made a code: a person or a service account; null for the machine itself. An invitation lasts no longer than its
-- maker may invite.
ALTER TABLE one_time_codes ADD COLUMN created_by_id BLOB;
