// purpose: enterprises as criteria ask for them: name, credit code, place, and the statements that fill their own properties
// params: ids
// returns: id, name, credit_code, region, profile
// mode: read
UNWIND $ids AS id
MATCH (e:Enterprise {id: id})
RETURN id, e.name AS name, e.credit_code AS credit_code,
  head(COLLECT { MATCH (e)-[r:LOCATED_IN]->(g:Region) WHERE r.valid_to IS NULL
    RETURN g.code AS code ORDER BY size(g.code) DESC, code }) AS region,
  COLLECT { MATCH (e)<-[:IDENTIFIES]-(:Record)<-[:SUBJECT]-(f:Fact {relation: 'PROFILE'}) WHERE f.state <> 'retracted'
    RETURN {values: f.values, valid_from: toString(f.valid_from), valid_to: toString(f.valid_to), citation: {fact: f.id}}
    ORDER BY f.id } AS profile
ORDER BY id
