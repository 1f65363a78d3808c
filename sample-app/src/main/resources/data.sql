merge into product p
using (values ('espresso-machine', 'Espresso machine', 100), ('coffee-grinder', 'Coffee grinder', 100)) seed (sku, name, stock)
on p.sku = seed.sku
when not matched then insert (sku, name, initial_stock, stock) values (seed.sku, seed.name, seed.stock, seed.stock);
