// purpose: divisions in which enterprises are, with how many in each
// params: -
// returns: code, firms
// mode: read
MATCH (g:Region)<-[r:LOCATED_IN]-(e:Enterprise) WHERE r.valid_to IS NULL
RETURN g.code AS code, count(DISTINCT e) AS firms ORDER BY code
