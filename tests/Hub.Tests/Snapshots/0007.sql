-- A service whose share the workspace decided.
UPDATE service_rights SET weight = 20, limit_bits = 50000000, floor_bits = 0
WHERE workspace_id = '019a0000-0000-7000-8000-000000000001' AND service = 'prod-db';
