// purpose: what lists and documents say of enterprises' honours, each statement with its sentence
// params: ids
// returns: firm, values, valid_from, valid_to, observed, level, citation
// mode: read
UNWIND $ids AS id
MATCH (:Enterprise {id: id})<-[:IDENTIFIES]-(:Record)<-[:SUBJECT]-(f:Fact {relation: 'HAS_HONOUR'})-[:FROM]->(d:Document)
WHERE f.state <> 'retracted'
RETURN id AS firm, f.values AS values, f.valid_from AS valid_from, f.valid_to AS valid_to, f.observed AS observed,
  f.level AS level,
  {fact: f.id, facts: 1, level: f.level, quote: f.quote, page: f.page, document: d.id, title: d.title,
    publisher: d.publisher, date: coalesce(d.published, d.retrieved)} AS citation
ORDER BY firm, f.id
