// purpose: firms of which a statement says that they hold an honour whose name contains a word, with its sentence
// params: word
// returns: firm, name, honour, citation
// mode: read
MATCH (e:Enterprise)<-[:IDENTIFIES]-(:Record)<-[:SUBJECT]-(f:Fact {relation: 'HAS_HONOUR'})-[:FROM]->(d:Document)
WHERE f.state = 'active' AND f.object_name CONTAINS $word
RETURN e.id AS firm, e.name AS name, f.object_name AS honour,
  {fact: f.id, facts: 1, level: f.level, quote: f.quote, page: f.page, document: d.id, title: d.title,
    publisher: d.publisher, date: coalesce(d.published, d.retrieved)} AS citation
ORDER BY firm, f.id
