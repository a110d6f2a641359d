-- A paused service takes no new streams.

ALTER TABLE service_rights ADD COLUMN paused BOOLEAN NOT NULL DEFAULT FALSE;
