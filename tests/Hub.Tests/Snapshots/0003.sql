INSERT INTO idempotent_calls (api_key_id, hash, fingerprint, created_at, status, content_type, answer)
VALUES ('019a0000-0000-7000-8000-000000000030', 'a1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5', 'b1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5b8a0c7de9d3f1a5', '2026-01-08T10:20:30.000Z', 201, 'application/json', {blob:00010203ff});
