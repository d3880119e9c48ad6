-- One row per asset that is being realised or was taken over, in a standing or in all: its rounds and what it brought.
select
    disposal_id,
    loan_id,
    borrower_id,
    branch,
    product,
    collateral_id,
    standing,
    defaulted_on,
    appraised_on,
    coalesce(appraised, 0) as appraised,
    auction_1_on,
    auction_2_on,
    sell_off_on,
    way,
    cash_on,
    realised,
    cast(realised as double) / nullif(appraised, 0) as realised_to_appraised,
    days_to_cash,
    acquired_on,
    acquired_value,
    sell_by,
    resold_on,
    case when standing = 'taken_over' then sell_by - $day end as days_left
from scoped_disposals($branches, $products)
where $standing = ''
    or standing = $standing
    or ($standing = 'open' and standing not in ('sold', 'taken_over'))
