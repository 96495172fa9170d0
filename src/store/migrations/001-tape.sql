-- Times are UTC. A row of ticks is a change of a listing: its price, its free GPUs or its state.
create type tick_state as enum ('live', 'delisted', 'unknown');
create type pull_status as enum ('complete', 'truncated', 'partial', 'empty', 'failed');
create type pull_origin as enum ('live', 'import', 'backfill', 'replay');

create table pulls (
  pull_no integer not null,
  source varchar not null,
  observed_at timestamp not null,
  recorded_at timestamp not null,
  started_at timestamp not null,
  finished_at timestamp not null,
  status pull_status not null,
  origin pull_origin not null,
  every_minutes double not null,
  offers integer not null,
  rejects integer not null,
  unknown_gpus integer not null,
  ticks integer not null,
  blind_all boolean not null,
  blind_scopes varchar[] not null,
  parser_version integer not null,
  note varchar,
  payloads json not null
);

create table listings (
  listing_no integer not null,
  listing_id varchar not null,
  key varchar not null,
  source varchar not null,
  provider varchar not null,
  upstream varchar,
  offer_id varchar not null,
  machine_id varchar,
  gpu_raw varchar not null,
  gpu varchar not null,
  gpu_count integer not null,
  min_gpus integer not null,
  vram_gib double,
  gpu_share double not null,
  machine_share double,
  purchase varchar not null,
  tier varchar,
  term_months double,
  min_hours double,
  upfront_share double,
  unit_raw varchar not null,
  currency varchar not null,
  cpu_cores double,
  ram_gib double,
  disk_gib double,
  region varchar,
  zone varchar,
  country varchar,
  jurisdiction varchar,
  available_is varchar,
  reliability double,
  sla_uptime double,
  interconnect varchar,
  confidential boolean,
  flags varchar not null,
  effective_from timestamp,
  source_url varchar,
  scope varchar not null,
  first_seen_at timestamp not null
);

create table ticks (
  listing_no integer not null,
  observed_at timestamp not null,
  recorded_at timestamp not null,
  state tick_state not null,
  usd_per_gpu_hour double,
  price_raw double,
  fx_rate double,
  fx_date date,
  available_gpus integer,
  pull_no integer not null
);

create table rejects (
  pull_no integer not null,
  reason varchar not null,
  raw varchar not null
);

create table fx_rates (
  date date not null,
  currency varchar not null,
  per_euro double not null,
  recorded_at timestamp not null
);

create table journal (
  id varchar not null,
  kind varchar not null,
  answered_at timestamp not null,
  book_version integer not null,
  request json not null,
  answer json not null
);

-- The present book as a table, for people in SQL.
create view offers as
with latest as (
  select listing_no, max(observed_at) as observed_at from ticks group by listing_no
), now as (
  select ticks.listing_no, ticks.observed_at as changed_at,
    arg_max_null(ticks.state, ticks.recorded_at) as state,
    arg_max_null(ticks.usd_per_gpu_hour, ticks.recorded_at) as usd_per_gpu_hour,
    arg_max_null(ticks.price_raw, ticks.recorded_at) as price_raw,
    arg_max_null(ticks.available_gpus, ticks.recorded_at) as available_gpus
  from ticks join latest using (listing_no, observed_at)
  group by ticks.listing_no, ticks.observed_at
)
select listings.*, now.changed_at, now.usd_per_gpu_hour, now.price_raw, now.available_gpus,
  seen.last_good_at
from now
join listings using (listing_no)
left join (
  select source, max(observed_at) as last_good_at from pulls
  where status not in ('failed', 'empty') group by source
) as seen using (source)
where now.state = 'live';
