-- One row per borrower of whose alert at `$signalled_on` a case says by the month end that somebody acted on it.
select distinct borrower_id
from scoped_alert_answers($branches, $products)
where signalled_on = $signalled_on and answered_on <= $month_end
order by borrower_id
