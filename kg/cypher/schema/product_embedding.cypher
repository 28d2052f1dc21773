// purpose: nearest products by vector; for notebooks, up to some 200,000 products
// params: -
// returns: -
// mode: schema
CREATE VECTOR INDEX product_embedding IF NOT EXISTS FOR (n:Product) ON (n.embedding)
OPTIONS {indexConfig: {`vector.dimensions`: 512, `vector.similarity_function`: 'cosine'}}
