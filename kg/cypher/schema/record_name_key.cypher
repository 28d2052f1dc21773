// purpose: records by normalised name, for identity
// params: -
// returns: -
// mode: schema
CREATE INDEX record_name_key IF NOT EXISTS FOR (n:Record) ON (n.name_key)
