// purpose: names of products that facts or lists of products state, not those that only a chain or a need names
// params: kinds
// returns: name
// mode: read
MATCH (p:Product)
WHERE EXISTS { (p)<-[:SUBJECT|OBJECT]-(:Fact) } OR EXISTS { (p)-[:IN]->(d:Document) WHERE NOT d.kind IN $kinds }
RETURN p.name AS name
