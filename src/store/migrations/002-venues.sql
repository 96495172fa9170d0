-- Doubts about a price are part of the tick; what makes a listing special for good stays with the listing.
drop view offers;
alter table ticks add column flags varchar default '';
alter table listings add column interruption_low double;
alter table listings add column interruption_high double;

-- What providers say they have of a GPU and how much of it is rented. A row is a change.
create table fleets (
  source varchar not null,
  provider varchar not null,
  gpu varchar not null,
  gpu_raw varchar not null,
  region varchar,
  total_gpus double not null,
  rented_gpus double not null,
  observed_at timestamp not null,
  recorded_at timestamp not null,
  pull_no integer not null
);

-- Token prices by endpoint. A row is a change of price or of service.
create table token_prices (
  source varchar not null,
  model varchar not null,
  host varchar,
  endpoint varchar not null,
  quantization varchar,
  context_tokens double,
  usd_per_million_input double not null,
  usd_per_million_output double not null,
  usd_per_million_cached_input double,
  discount double,
  tokens_per_second double,
  first_token_ms double,
  uptime double,
  serving boolean,
  observed_at timestamp not null,
  recorded_at timestamp not null,
  pull_no integer not null
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
    arg_max_null(ticks.available_gpus, ticks.recorded_at) as available_gpus,
    arg_max_null(ticks.flags, ticks.recorded_at) as doubts
  from ticks join latest using (listing_no, observed_at)
  group by ticks.listing_no, ticks.observed_at
)
select listings.* exclude (flags), concat_ws(',', nullif(listings.flags, ''), nullif(now.doubts, '')) as flags,
  now.changed_at, now.usd_per_gpu_hour, now.price_raw, now.available_gpus, seen.last_good_at
from now
join listings using (listing_no)
left join (
  select source, max(observed_at) as last_good_at from pulls
  where status not in ('failed', 'empty') group by source
) as seen using (source)
where now.state = 'live';
