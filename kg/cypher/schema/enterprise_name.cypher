// purpose: enterprises by their full name, and sorted by it
// params: -
// returns: -
// mode: schema
CREATE INDEX enterprise_name IF NOT EXISTS FOR (n:Enterprise) ON (n.name)
