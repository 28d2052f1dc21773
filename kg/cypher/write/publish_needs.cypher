// purpose: show needs as they are now
// params: rows
// returns: needs
// mode: write
UNWIND $rows AS row
MERGE (n:Need {id: row.id})
SET n.title = row.title, n.grams = row.grams, n.state = row.state, n.published = date(row.published), n.deadline = date(row.deadline),
  n.poster = row.poster
RETURN count(n) AS needs
