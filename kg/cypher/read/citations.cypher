// purpose: sentence and document of statements, by their ids
// params: ids
// returns: citation
// mode: read
MATCH (f:Fact)-[:FROM]->(d:Document) WHERE f.id IN $ids
RETURN {fact: f.id, facts: 1, level: f.level, quote: f.quote, page: f.page, document: d.id, title: d.title,
  publisher: d.publisher, date: coalesce(d.published, d.retrieved)} AS citation
