-- What became of the rows of a pull: rows_seen = offers + rejects + the numbers in dropped + beside (rates, fleets and
-- token prices). Null where the rows were not counted: older pulls, imports and backfills.
alter table pulls add column rows_seen integer;
alter table pulls add column dropped json;
alter table pulls add column beside integer;
