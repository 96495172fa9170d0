-- How long what a pull saw stands: until when it is current, and from when on it decides nothing. Twice the interval
-- and 7 days; dated list prices 30 days; an import no longer than it is current, a backfill not beyond its making.
alter table pulls add column current_until timestamp;
alter table pulls add column expires_at timestamp;

update pulls set expires_at = observed_at + case
  when source in ('gcp-calculator', 'list-prices', 'oci-shapes') then interval 30 days else interval 7 days end;
update pulls set current_until = case
  when source in ('gcp-calculator', 'list-prices', 'oci-shapes') then expires_at
  else least(observed_at + to_seconds(round(120 * every_minutes)::bigint), expires_at) end;
update pulls set current_until = least(current_until, finished_at) where origin = 'backfill';
update pulls set expires_at = current_until where origin in ('import', 'backfill');
