// purpose: facts of one relation
// params: -
// returns: -
// mode: schema
CREATE INDEX fact_relation IF NOT EXISTS FOR (n:Fact) ON (n.relation)
