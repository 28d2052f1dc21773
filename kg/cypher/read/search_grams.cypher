// purpose: nodes whose grams match a Lucene query of a full-text index, best first
// params: index, query, limit
// returns: label, id, name, score, others (an enterprise's other and former names)
// mode: read
CALL db.index.fulltext.queryNodes($index, $query, {limit: $limit}) YIELD node, score
RETURN labels(node)[0] AS label, coalesce(node.id, node.key) AS id, coalesce(node.name, node.title) AS name, score,
  coalesce(node.aliases, []) + coalesce(node.former_names, []) AS others
ORDER BY score DESC, size(name), name, id
