// purpose: honours that run out by a day
// params: -
// returns: -
// mode: schema
CREATE INDEX has_honour_valid_to IF NOT EXISTS FOR ()-[r:HAS_HONOUR]-() ON (r.valid_to)
