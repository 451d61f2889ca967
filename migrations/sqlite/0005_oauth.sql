-- A signing key is published before it signs: the newest one whose time has come does.
ALTER TABLE signing_keys ADD COLUMN active_from INTEGER NOT NULL DEFAULT 0;
