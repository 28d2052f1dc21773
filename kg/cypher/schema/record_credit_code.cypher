// purpose: records by unified social credit code, for identity
// params: -
// returns: -
// mode: schema
CREATE INDEX record_credit_code IF NOT EXISTS FOR (n:Record) ON (n.credit_code)
