-- The least bid a venue takes for what it lists, where it tells; no ask, so no price of the tape.
alter table listings add column min_bid_usd_per_gpu_hour double;

-- Every value of an index as it was published. A later word on the same instant is a row of its own.
create table index_values (
  gpu varchar not null,
  purchase varchar not null,
  method varchar not null,
  observed_at timestamp not null,
  vintage varchar not null,
  value double,
  low double,
  high double,
  reason varchar,
  n_providers integer not null,
  n_listings integer not null,
  n_machines integer not null,
  hhi double,
  top_provider_share double,
  excluded json not null,
  methodology varchar not null,
  digest varchar not null,
  recorded_at timestamp not null
);

-- What a value came from, once for all values it is behind.
create table index_receipts (
  digest varchar not null,
  receipts json not null
);
