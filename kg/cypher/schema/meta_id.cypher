// purpose: the node Meta {id: 'schema'} with the projection's stamp stands alone
// params: -
// returns: -
// mode: schema
CREATE CONSTRAINT meta_id IF NOT EXISTS FOR (n:Meta) REQUIRE n.id IS UNIQUE
