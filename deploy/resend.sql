-- After a restore, with the services stopped and the broker emptied: what a producer had handed to the broker and a
-- consumer had not yet taken is sent again. It is found by the numbers that both sides keep for every stream, so that
-- nothing is sent twice and nothing is missing. Run as the store's administrator.

do $$
declare
  pair record;
  found bigint;
begin
  for pair in
    select producer, consumer from (values
      ('assess', 'intake'), ('ledger', 'intake'), ('routing', 'intake'), ('sla', 'intake'), ('notify', 'intake'), ('registry', 'intake'),
      ('registry', 'ledger'),
      ('intake', 'routing'), ('registry', 'routing'),
      ('intake', 'sla'), ('duties', 'sla'), ('registry', 'sla'),
      ('intake', 'notify'), ('sla', 'notify'), ('duties', 'notify'), ('registry', 'notify'),
      ('ledger', 'duties'), ('registry', 'duties'),
      ('intake', 'assess'), ('sla', 'assess'), ('duties', 'assess'), ('notify', 'assess'), ('ledger', 'assess'),
      ('registry', 'assess')
    ) as listens (producer, consumer)
  loop
    execute format(
      'update %1$I.outbox o set sent_at = null where o.sent_at is not null and o.sequence >= coalesce('
      '(select s.next from %2$I.stream_in s where s.source = %1$L and s.stream = o.stream), 1)',
      pair.producer, pair.consumer);
    get diagnostics found = row_count;
    raise notice '% to %: % to be sent again', pair.producer, pair.consumer, found;
  end loop;
end
$$;
