// purpose: current and past products
// params: -
// returns: -
// mode: schema
CREATE INDEX produces_valid_to IF NOT EXISTS FOR ()-[r:PRODUCES]-() ON (r.valid_to)
