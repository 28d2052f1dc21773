// purpose: statements of a document from one place on, in the order of its text
// params: id, start, end, limit
// returns: id, relation, subject, object, start, end, level, page
// mode: read
MATCH (:Document {id: $id})<-[:FROM]-(f:Fact)
WHERE f.state <> 'retracted' AND f.start < $end AND f.end > $start
RETURN f.id AS id, f.relation AS relation, f.subject_name AS subject, f.object_name AS object, f.start AS start, f.end AS end,
  f.level AS level, f.page AS page
ORDER BY start, end, relation, id LIMIT $limit
