-- A publication that ended: up to which hour, and which pulls it knew. Written last, so that one that was cut short
-- is made again.
create table index_runs (
  newest timestamp not null,
  pull_no integer not null,
  finished_at timestamp not null
);

-- What was published before counts as one, if it knew what was recorded by then.
insert into index_runs
select max(observed_at), (select coalesce(max(pull_no), 0) from pulls where recorded_at <= max(index_values.recorded_at)),
  max(recorded_at)
from index_values having count(*) > 0;

-- Receipts and their digests in the names they are served with, so that everybody can compute a digest again.
create temp table renamed as
select digest, replace(receipts::varchar, '"usdPerGpuHour":', '"usd_per_gpu_hour":') as receipts from index_receipts;
update index_values set digest = sha256(renamed.receipts) from renamed where index_values.digest = renamed.digest;
delete from index_receipts;
insert into index_receipts select sha256(receipts), receipts::json from renamed;
drop table renamed;
