// purpose: CONTAINS and ENDS WITH on the names of products
// params: -
// returns: -
// mode: schema
CREATE TEXT INDEX product_name_text IF NOT EXISTS FOR (n:Product) ON (n.name)
