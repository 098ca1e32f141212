-- Files that no message names are taken away after some time. Those from before are kept.
ALTER TABLE chat_attachments ADD COLUMN stored_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_attachments ADD COLUMN named INTEGER NOT NULL DEFAULT 1;
CREATE INDEX chat_attachments_unnamed ON chat_attachments (stored_at) WHERE named = 0;
