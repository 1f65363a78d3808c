-- Runs at every start, on one instance after another.
create table if not exists product (
	sku varchar(40) primary key,
	name varchar(100) not null,
	initial_stock int not null,
	stock int not null
);

-- One row a sale: how many were sold is counted here, not believed from the stock.
create table if not exists sale (
	id bigint generated always as identity primary key,
	sku varchar(40) not null references product (sku),
	instance varchar(100) not null,
	token bigint,
	sold_at timestamp not null
);

create index if not exists sale_sku on sale (sku);

-- A real shop also has a unique key on order_id, as a second line. Left out here so that the lock has to prove itself.
create table if not exists charge (
	id bigint generated always as identity primary key,
	order_id varchar(40) not null,
	amount decimal(12, 2) not null,
	instance varchar(100) not null,
	charged_at timestamp not null
);

create index if not exists charge_order on charge (order_id);
