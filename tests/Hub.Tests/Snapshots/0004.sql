INSERT INTO device_codes (id, device_hash, user_hash, label, agent_version, ephemeral, address, source, created_at, expires_at, state, workspace_id, user_id)
VALUES ('019a0000-0000-7000-8000-000000000111', 'c1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5', 'd1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5', 'laptop', '0.1.0', FALSE, '192.0.2.9', '192.0.2.0/24', '2026-01-09T10:20:30.000Z', '2026-01-09T10:30:30.000Z', 'approved', '019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000010');
INSERT INTO service_rights (workspace_id, service, reach, publish, allow, version)
VALUES ('019a0000-0000-7000-8000-000000000001', 'prod-db', 'chosen', 'network', '192.0.2.0/24 2001:db8::/32', 'v1');
INSERT INTO grants (id, workspace_id, service, kind, subject, created_at, created_by, expires_at)
VALUES ('019a0000-0000-7000-8000-000000000112', '019a0000-0000-7000-8000-000000000001', 'prod-db', 'tag', 'contractor', '2026-01-09T10:20:30.000Z', 'user 019a0000-0000-7000-8000-000000000010', '2099-01-16T10:20:30.000Z');
INSERT INTO workspace_quotas (workspace_id, agents, services, ports, streams, bandwidth)
VALUES ('019a0000-0000-7000-8000-000000000002', 10, 20, NULL, 1000, 100000000000);
INSERT INTO resting_ports (port, workspace_id, until)
VALUES (23005, '019a0000-0000-7000-8000-000000000002', '2099-01-09T10:20:30.000Z');
UPDATE agents SET owner_user_id = '019a0000-0000-7000-8000-000000000010', tags = 'ci contractor', ephemeral = TRUE
WHERE id = '019a0000-0000-7000-8000-000000000041';
