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
