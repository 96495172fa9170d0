-- The order in which values were published, each with the hash of the one before: a record that is changed, moved,
-- put in or taken out shows. What was published before is bound from now on (`chainRecord`).
alter table index_values add column seq integer;
alter table index_values add column previous varchar;
alter table index_values add column hash varchar;

-- The last record there is, so that a chain whose end was cut off shows.
create table index_head (
  seq integer not null,
  hash varchar not null
);
