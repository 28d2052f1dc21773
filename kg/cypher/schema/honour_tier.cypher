// purpose: honours of one tier
// params: -
// returns: -
// mode: schema
CREATE INDEX honour_tier IF NOT EXISTS FOR (n:Honour) ON (n.tier)
