// purpose: CONTAINS and ENDS WITH on the names of enterprises
// params: -
// returns: -
// mode: schema
CREATE TEXT INDEX enterprise_name_text IF NOT EXISTS FOR (n:Enterprise) ON (n.name)
