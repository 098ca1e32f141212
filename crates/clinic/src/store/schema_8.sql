-- The ids of people who were invited through the Coviu face opened their links. Those who take part get an id that does
-- not when they are met again; what stays of the earlier ones, for what they wrote, opens nothing.
UPDATE chat_users SET id = 'coviu:' || lower(hex(randomblob(16))) WHERE id LIKE 'coviu:%';
UPDATE chat_users SET id = 'patient:coviu:' || lower(hex(randomblob(16))) WHERE id LIKE 'patient:coviu:%';
