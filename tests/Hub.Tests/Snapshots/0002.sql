INSERT INTO invitations (id, workspace_id, email, role, hash, mailed, invited_by, created_at, expires_at, spent_at)
VALUES ('019a0000-0000-7000-8000-000000000101', '019a0000-0000-7000-8000-000000000002', 'new@example.org', 'member', 'f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5', TRUE, 'user 019a0000-0000-7000-8000-000000000010', '2026-01-08T10:20:30.000Z', '2099-01-15T10:20:30.000Z', NULL);
INSERT INTO invitations (id, workspace_id, email, role, hash, mailed, invited_by, created_at, expires_at, spent_at)
VALUES ('019a0000-0000-7000-8000-000000000102', '019a0000-0000-7000-8000-000000000001', 'old@example.org', 'viewer', 'e1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5', FALSE, 'user 019a0000-0000-7000-8000-000000000010', '2026-01-08T10:20:30.000Z', '2026-01-15T10:20:30.000Z', '2026-01-09T10:20:30.000Z');
INSERT INTO user_identities (issuer, subject, user_id, created_at)
VALUES ('https://id.example.org', 'zoë|7', '019a0000-0000-7000-8000-000000000011', '2026-01-08T10:20:30.000Z');
