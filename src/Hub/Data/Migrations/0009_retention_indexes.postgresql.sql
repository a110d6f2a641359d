-- What the retention job asks once an hour, by an index like everything else.

CREATE INDEX invitations_spent ON invitations (spent_at);
CREATE INDEX share_links_revoked ON share_links (revoked_at);
CREATE INDEX resting_ports_until ON resting_ports (until);
