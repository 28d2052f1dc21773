// purpose: two enterprises never share a unified social credit code
// params: -
// returns: -
// mode: schema
CREATE CONSTRAINT enterprise_credit_code IF NOT EXISTS FOR (n:Enterprise) REQUIRE n.credit_code IS UNIQUE
