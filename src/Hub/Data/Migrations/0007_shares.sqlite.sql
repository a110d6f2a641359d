-- The workspace's word on a service's weight, limit and floor (bits a second, 0 for none); null leaves it to the agent.

ALTER TABLE service_rights ADD COLUMN weight INTEGER;

ALTER TABLE service_rights ADD COLUMN limit_bits BIGINT;

ALTER TABLE service_rights ADD COLUMN floor_bits BIGINT;
