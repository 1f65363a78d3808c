-- The largest fencing token of each lock that has written to this database.
-- Binary, because keys that differ in case, accents or trailing spaces are different locks.
create table if not exists lock_fence (
	lock_key varbinary(512) not null primary key,
	fence bigint not null,
	written_at datetime not null
) engine = InnoDB;
