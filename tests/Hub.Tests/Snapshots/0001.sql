-- Rows as a hub of version 1 leaves them, in every table. {blob:…} stands for each engine's own way to write bytes.
INSERT INTO workspaces (id, name, created_at)
VALUES ('019a0000-0000-7000-8000-000000000001', 'default', '2026-01-01T10:20:30.000Z');
INSERT INTO workspaces (id, name, created_at)
VALUES ('019a0000-0000-7000-8000-000000000002', 'team', '2026-01-01T10:20:30.001Z');
INSERT INTO users (id, email, created_at)
VALUES ('019a0000-0000-7000-8000-000000000010', 'owner@example.org', '2026-01-02T10:20:30.000Z');
INSERT INTO users (id, email, created_at)
VALUES ('019a0000-0000-7000-8000-000000000011', 'zoë@example.org', '2026-01-02T10:20:30.001Z');
INSERT INTO members (workspace_id, user_id, role, created_at)
VALUES ('019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000010', 'owner', '2026-01-02T10:20:30.000Z');
INSERT INTO members (workspace_id, user_id, role, created_at)
VALUES ('019a0000-0000-7000-8000-000000000002', '019a0000-0000-7000-8000-000000000010', 'admin', '2026-01-02T10:20:30.001Z');
INSERT INTO members (workspace_id, user_id, role, created_at)
VALUES ('019a0000-0000-7000-8000-000000000002', '019a0000-0000-7000-8000-000000000011', 'member', '2026-01-02T10:20:30.002Z');
INSERT INTO members (workspace_id, user_id, role, created_at)
VALUES ('019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000011', 'viewer', '2026-01-02T10:20:30.003Z');
INSERT INTO login_links (id, kind, hash, user_id, created_at, expires_at, spent_at)
VALUES ('019a0000-0000-7000-8000-000000000020', 'setup', '8fb6d5f37e8055ce720bd0b1d56587f88c0071f285966ba17e72b2b12672aa73', NULL, '2026-01-01T10:20:30.000Z', NULL, '2026-01-02T10:20:30.000Z');
INSERT INTO login_links (id, kind, hash, user_id, created_at, expires_at, spent_at)
VALUES ('019a0000-0000-7000-8000-000000000021', 'login', '428821350e9691491f616b754cd8315fb86d797ab35d843479e732ef90665324', '019a0000-0000-7000-8000-000000000010', '2026-01-03T10:20:30.000Z', '2026-01-03T10:20:30.500Z', NULL);
INSERT INTO auth_sessions (hash, user_id, workspace_id, address, created_at, last_seen_at, expires_at)
VALUES ('3f3af1ecebbd1410ab417ec0d27bbfcb5d340e177ae159b59fc8626c2dfd9175', '019a0000-0000-7000-8000-000000000010', '019a0000-0000-7000-8000-000000000001', '192.0.2.7', '2026-01-03T10:20:30.000Z', '2026-01-03T10:20:30.007Z', '2099-01-10T10:20:30.000Z');
INSERT INTO api_keys (id, workspace_id, name, hash, prefix, scopes, created_at, expires_at, revoked_at)
VALUES ('019a0000-0000-7000-8000-000000000030', '019a0000-0000-7000-8000-000000000001', 'bootstrap', '2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683', 'pc_0a1b', 'agents services', '2026-01-01T10:20:30.000Z', NULL, NULL);
INSERT INTO api_keys (id, workspace_id, name, hash, prefix, scopes, created_at, expires_at, revoked_at)
VALUES ('019a0000-0000-7000-8000-000000000031', '019a0000-0000-7000-8000-000000000002', 'ci', 'b10253764c8b233fb37542e23401c7b450e5a6f9751f3b5a014f6f67e8bc999d', 'pc_2c3d', 'agents', '2026-01-02T10:20:30.000Z', '2026-01-09T10:20:30.000Z', '2026-01-08T10:20:30.000Z');
INSERT INTO agents (id, workspace_id, public_key, key_hash, label, created_at, last_seen_at, last_address, revoked_at)
VALUES ('019a0000-0000-7000-8000-000000000040', '019a0000-0000-7000-8000-000000000001', {blob:4420823cfde6f1c26b30f90ec7dd01e4887534a20f0b0d04c36ed80e71e0fd77b07670eb940bd5335f973daad8619b91ffc911f57cced458bbbf2ce03753c9bdfa0ff0169dc9575674066676cfb0b4eb8902c44269da1cf6ba66d3}, '77d5340090180fe99e04064f5b6c40db5c4b952c776801e5b578bd057749dfd1', 'machine 0 ✓', '2026-01-03T10:20:30.000Z', NULL, NULL, NULL);
INSERT INTO agents (id, workspace_id, public_key, key_hash, label, created_at, last_seen_at, last_address, revoked_at)
VALUES ('019a0000-0000-7000-8000-000000000041', '019a0000-0000-7000-8000-000000000002', {blob:f8b6d4b100a9ea0e755a5c2e8210242a08e7078f7f89385eb09423555182568b96e8a4fef23a0c9fc5afd7608437816bdd0a7309cb4a1252e4da70e6720fcaa4da1e98406c189c24279e9851d5814204136feb5713c166b13269dd}, 'cd5078be17d044d575d02e11b9f77b2c9a3f053872d0484c752009a83f8b6dd8', 'machine 1 ✓', '2026-01-03T10:20:30.001Z', '2026-01-04T10:20:30.001Z', '2001:db8::7', NULL);
INSERT INTO agents (id, workspace_id, public_key, key_hash, label, created_at, last_seen_at, last_address, revoked_at)
VALUES ('019a0000-0000-7000-8000-000000000042', '019a0000-0000-7000-8000-000000000001', {blob:63fc35c797ff08a6cd90095066a745addb6d8831c2b0f87821142b4456556d89aa82bcadae3a9578fa4535a414d025c24b40ae3ac127722988ba973aea8d37179706072ed33a14607ad7523be6557b5134dec19681f4a1336aa214}, '27d0d02378cc27e88dfe61c6f84dab41ab044874ff56f33c7986ed2a4de98d26', 'machine 2 ✓', '2026-01-03T10:20:30.002Z', '2026-01-04T10:20:30.002Z', '2001:db8::7', '2026-01-05T10:20:30.000Z');
INSERT INTO enrolment_tokens (id, workspace_id, hash, created_at, expires_at, spent_at, agent_id)
VALUES ('019a0000-0000-7000-8000-000000000050', '019a0000-0000-7000-8000-000000000001', '3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0', '2026-01-03T10:20:30.000Z', '2026-01-04T10:20:30.000Z', '2026-01-03T10:20:30.009Z', '019a0000-0000-7000-8000-000000000040');
INSERT INTO enrolment_tokens (id, workspace_id, hash, created_at, expires_at, spent_at, agent_id)
VALUES ('019a0000-0000-7000-8000-000000000051', '019a0000-0000-7000-8000-000000000002', 'd8cc7aed3851ac3338fcc15df3b6807b89125837f77a75b9ecb13ed2afe3b49f', '2026-01-03T10:20:30.000Z', '2099-01-04T10:20:30.000Z', NULL, NULL);
INSERT INTO services (workspace_id, name, agent_id, target, last_published_at)
VALUES ('019a0000-0000-7000-8000-000000000001', 'prod-db', '019a0000-0000-7000-8000-000000000040', 'localhost:5432', '2026-01-06T10:20:30.000Z');
INSERT INTO services (workspace_id, name, agent_id, target, last_published_at)
VALUES ('019a0000-0000-7000-8000-000000000001', 'web', '019a0000-0000-7000-8000-000000000040', 'localhost:5433', '2026-01-06T10:20:30.001Z');
INSERT INTO port_leases (port, workspace_id, service, granted_at)
VALUES (23000, '019a0000-0000-7000-8000-000000000001', 'prod-db', '2026-01-06T10:20:30.000Z');
INSERT INTO audit_events (id, at, workspace_id, actor, address, act, object, outcome)
VALUES ('019a0000-0000-7000-8000-000000000060', '2026-01-07T10:20:30.100Z', '019a0000-0000-7000-8000-000000000001', 'user 019a0000-0000-7000-8000-000000000010', '', 'user.set-up', 'owner@example.org', 'done');
INSERT INTO audit_events (id, at, workspace_id, actor, address, act, object, outcome)
VALUES ('019a0000-0000-7000-8000-000000000061', '2026-01-07T10:20:30.101Z', '019a0000-0000-7000-8000-000000000001', 'user 019a0000-0000-7000-8000-000000000010', '192.0.2.7', 'user.log-in', '019a0000-0000-7000-8000-000000000010', 'done');
INSERT INTO audit_events (id, at, workspace_id, actor, address, act, object, outcome)
VALUES ('019a0000-0000-7000-8000-000000000062', '2026-01-07T10:20:30.102Z', '019a0000-0000-7000-8000-000000000002', 'user 019a0000-0000-7000-8000-000000000010', '', 'agent.enrol', '019a0000-0000-7000-8000-000000000041', 'done');
INSERT INTO audit_events (id, at, workspace_id, actor, address, act, object, outcome)
VALUES ('019a0000-0000-7000-8000-000000000063', '2026-01-07T10:20:30.103Z', NULL, 'user 019a0000-0000-7000-8000-000000000010', '192.0.2.7', 'hub.start', '', 'done');
INSERT INTO audit_events (id, at, workspace_id, actor, address, act, object, outcome)
VALUES ('019a0000-0000-7000-8000-000000000064', '2026-01-07T10:20:30.104Z', '019a0000-0000-7000-8000-000000000001', 'user 019a0000-0000-7000-8000-000000000010', '', 'agent.enrol', '019a0000-0000-7000-8000-000000000040', 'done');
INSERT INTO audit_events (id, at, workspace_id, actor, address, act, object, outcome)
VALUES ('019a0000-0000-7000-8000-000000000065', '2026-01-07T10:20:30.105Z', '019a0000-0000-7000-8000-000000000001', 'user 019a0000-0000-7000-8000-000000000010', '192.0.2.7', 'service.delete', 'o''clock; -- "x"', 'done');
