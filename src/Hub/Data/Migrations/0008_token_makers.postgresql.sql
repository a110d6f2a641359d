-- Who made a token: with a revoked key go the tokens that it made.

ALTER TABLE enrolment_tokens ADD COLUMN made_by TEXT COLLATE "C" NOT NULL DEFAULT '';
