// purpose: relations that start from an enterprise, with how many edges each has
// params: id, day, states, periods
// returns: relation, count
// mode: read
MATCH (:Enterprise {id: $id})-[r]->()
WHERE ($day IS NULL OR (coalesce(r.valid_from <= date($day), true)
  AND coalesce(r.valid_to > date($day) OR (r.valid_to = date($day) AND NOT type(r) IN $states), true)
  AND NOT coalesce(type(r) IN $periods AND left(toString(r.period), 4) + '-12-31' > $day, false)))
RETURN type(r) AS relation, count(*) AS count
