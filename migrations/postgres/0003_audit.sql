-- The audit log is read by who, through what, which act, on what, how it ended, when, and by the beginning of a
-- name; always the newest first, which is by sequence.
-- By bytes, so that the beginning of a name is a range of the index, as in the other engine.
ALTER TABLE audit_events ALTER COLUMN actor_name TYPE TEXT COLLATE "C";
ALTER TABLE audit_events ALTER COLUMN target_name TYPE TEXT COLLATE "C";
CREATE UNIQUE INDEX audit_events_by_id ON audit_events (organization_id, id);
CREATE INDEX audit_events_by_actor ON audit_events (organization_id, actor_id, sequence);
CREATE INDEX audit_events_by_credential ON audit_events (organization_id, credential_id, sequence);
CREATE INDEX audit_events_by_action ON audit_events (organization_id, action, sequence);
CREATE INDEX audit_events_by_target ON audit_events (organization_id, target_id, sequence);
CREATE INDEX audit_events_by_target_type ON audit_events (organization_id, target_type, sequence);
CREATE INDEX audit_events_by_outcome ON audit_events (organization_id, outcome, sequence);
CREATE INDEX audit_events_by_time ON audit_events (organization_id, occurred_at, sequence);
CREATE INDEX audit_events_by_actor_name ON audit_events (organization_id, LOWER(actor_name), sequence);
CREATE INDEX audit_events_by_target_name ON audit_events (organization_id, LOWER(target_name), sequence);
