INSERT INTO tunnels (id, workspace_id, minute, service, agent_id, port, reaching_agent_id, visitor, ending, streams, bytes_in, bytes_out)
VALUES ('019a0000-0000-7000-8000-000000000121', '019a0000-0000-7000-8000-000000000001', '2026-01-10T10:20:00.000Z', 'prod-db', '019a0000-0000-7000-8000-000000000040', 23000, NULL, '192.0.2.0/24', 'done', 3, 9000000000, 12);
INSERT INTO diagnostics (id, workspace_id, service, actor, created_at, document)
VALUES ('019a0000-0000-7000-8000-000000000122', '019a0000-0000-7000-8000-000000000001', 'prod-db', 'key 019a0000-0000-7000-8000-000000000030', '2026-01-10T10:20:30.000Z', '{"ok":true}');
INSERT INTO share_links (id, workspace_id, diagnostic_id, hash, created_at, expires_at, revoked_at)
VALUES ('019a0000-0000-7000-8000-000000000123', '019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000122', '91a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5', '2026-01-10T10:20:30.000Z', '2026-01-11T10:20:30.000Z', NULL);
