-- The largest fencing token of each lock that has written to this database.
create table if not exists lock_fence (
	lock_key varchar(512) not null primary key,
	fence bigint not null,
	written_at timestamp with time zone not null
);
